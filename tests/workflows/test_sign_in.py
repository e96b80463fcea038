"""Sign-in with an account or a key: one refusal for all, locks, and the end of sessions."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from matcher.access import api_keys, passwords
from matcher.access.accounts import Account
from matcher.access.roles import Role
from matcher.access.sessions import known_browser_token
from matcher.errors import InputError, UnauthenticatedError
from matcher.settings import Settings
from matcher.store import accounts, keys, sessions
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows import sign_in
from matcher.workflows.sign_in import SignedIn
from tests.support.accounts import NAME, OTHER_PASSWORD, PASSWORD, make_account
from tests.support.callers import header
from tests.support.engines import settings_for

NOW = now()
WRONG = "夜半钟声到客船 1999"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
def store(home: Settings) -> Iterator[Store]:
    with Store(home.url) as store:
        yield store


@pytest.fixture
def account(home: Settings) -> Account:
    return make_account(home)


@pytest.fixture
def pepper(home: Settings, store: Store) -> bytes:
    return api_keys.make_pepper(home.home, home.pepper)


def attempt(
    store: Store,
    pepper: bytes,
    password: str,
    *,
    name: str = NAME,
    known: str | None = None,
    moment: datetime = NOW,
) -> SignedIn:
    return sign_in.with_password(
        store, name, password, known_browser=known, pepper=pepper, moment=moment
    )


def refusal(store: Store, pepper: bytes, password: str, **more: str | datetime | None) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        attempt(store, pepper, password, **more)  # type: ignore[arg-type]
    return str(caught.value)


def resumed(store: Store, pepper: bytes, signed_in: SignedIn, moment: datetime) -> SignedIn | None:
    return sign_in.resume(store, signed_in.token, pepper=pepper, moment=moment)


def test_an_account_signs_in_and_its_session_answers_by_its_id(
    store: Store, account: Account, pepper: bytes
) -> None:
    signed_in = attempt(store, pepper, PASSWORD, name=" YangLi.Yuan ")
    assert signed_in.caller == account.caller and signed_in.caller.key == account.id
    again = resumed(store, pepper, signed_in, NOW)
    assert again is not None and again.caller == account.caller
    assert again.account is not None and again.account.last_sign_in_at == NOW
    assert sign_in.resume(store, "x" * 43, pepper=pepper, moment=NOW) is None
    assert sign_in.resume(store, "no token", pepper=pepper, moment=NOW) is None
    assert signed_in.token not in repr(signed_in) and NAME not in repr(signed_in)


def test_the_database_holds_neither_token_nor_password(
    home: Settings, store: Store, account: Account, pepper: bytes
) -> None:
    signed_in = attempt(store, pepper, PASSWORD)
    for file in home.home.glob("matcher.sqlite*"):
        content = file.read_bytes()
        assert signed_in.token.encode() not in content and PASSWORD.encode() not in content


def test_each_sign_in_is_another_session(store: Store, account: Account, pepper: bytes) -> None:
    tokens = {attempt(store, pepper, PASSWORD).token for _ in range(2)}
    assert len(tokens) == 2


def test_name_password_lock_and_disabling_are_refused_alike(
    home: Settings, store: Store, account: Account, pepper: bytes
) -> None:
    make_account(home, name="disabled.one", disabled=True)
    refusals = {
        refusal(store, pepper, PASSWORD, name="nobody"),
        refusal(store, pepper, WRONG),
        refusal(store, pepper, PASSWORD, name="disabled.one"),
    }
    for _attempt in range(4):
        refusal(store, pepper, WRONG)
    refusals.add(refusal(store, pepper, PASSWORD))  # locked by now
    (text,) = refusals
    assert NAME not in text and PASSWORD not in text


def test_every_attempt_costs_one_check_of_a_password(
    home: Settings, store: Store, account: Account, pepper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(home, name="disabled.one", disabled=True)
    checked: list[str | None] = []
    genuine = passwords.is_password_of

    def counting(password: str, hashed: str | None) -> bool:
        checked.append(hashed)
        return genuine(password, hashed)

    monkeypatch.setattr(passwords, "is_password_of", counting)
    for name in ("nobody", "disabled.one", *[NAME] * 7):
        refusal(store, pepper, WRONG, name=name)
    assert len(checked) == 9 and checked[0] is None


def test_five_failures_lock_the_account_and_the_lock_ends_by_itself(
    store: Store, account: Account, pepper: bytes
) -> None:
    for _attempt in range(5):
        refusal(store, pepper, WRONG)
    locked = NOW + timedelta(minutes=15)
    refusal(store, pepper, PASSWORD, moment=locked - timedelta(seconds=1))
    assert attempt(store, pepper, PASSWORD, moment=locked).caller == account.caller
    for _attempt in range(4):  # counting began anew with the sign-in
        refusal(store, pepper, WRONG, moment=locked)
    attempt(store, pepper, PASSWORD, moment=locked)


def test_attempts_during_a_lock_do_not_prolong_it(
    store: Store, account: Account, pepper: bytes
) -> None:
    for minute in range(15):
        refusal(store, pepper, WRONG, moment=NOW + timedelta(minutes=max(0, minute - 5)))
    attempt(store, pepper, PASSWORD, moment=NOW + timedelta(minutes=15))


def test_of_many_attempts_at_once_five_are_looked_at(
    store: Store, account: Account, pepper: bytes
) -> None:
    def once(number: int) -> bool:
        try:
            attempt(store, pepper, WRONG if number else PASSWORD)
        except UnauthenticatedError:
            return False
        return True

    for _attempt in range(4):
        refusal(store, pepper, WRONG)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(once, [1] * 8))
    with store.reading() as connection:
        assert accounts.failures(connection, account, known_browser=False).count == 5


def test_a_stranger_cannot_lock_the_owner_out_of_a_known_browser(
    store: Store, account: Account, pepper: bytes
) -> None:
    known = known_browser_token(account, NOW, pepper)
    for _attempt in range(6):
        refusal(store, pepper, WRONG)
    refusal(store, pepper, PASSWORD)
    assert attempt(store, pepper, PASSWORD, known=known).caller == account.caller
    refusal(store, pepper, PASSWORD)  # the stranger's lock stays
    for _attempt in range(5):
        refusal(store, pepper, WRONG, known=known)
    refusal(store, pepper, PASSWORD, known=known)


def test_a_forged_sign_of_a_known_browser_is_none(
    store: Store, account: Account, pepper: bytes
) -> None:
    forged = known_browser_token(account, NOW, b"another pepper")
    for _attempt in range(5):
        refusal(store, pepper, WRONG, known=forged)
    with store.reading() as connection:
        assert accounts.failures(connection, account, known_browser=False).is_locked(NOW)


def test_a_hash_of_earlier_parameters_is_made_anew_at_the_sign_in(
    store: Store, account: Account, pepper: bytes
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD.encode())
    with store.writing() as connection:
        accounts.renew_hash(connection, account, old)
    signed_in = attempt(store, pepper, PASSWORD)
    with store.reading() as connection:
        renewed = accounts.find(connection, account.id)
    assert renewed is not None and not passwords.needs_new_hash(renewed.hashed)
    assert renewed.password_set_at == account.password_set_at
    assert resumed(store, pepper, signed_in, NOW) is not None
    attempt(store, pepper, PASSWORD)


def test_a_disabled_account_loses_its_sessions(
    store: Store, account: Account, pepper: bytes
) -> None:
    signed_in = attempt(store, pepper, PASSWORD)
    with store.writing() as connection:
        accounts.disable(connection, account, NOW)
    assert resumed(store, pepper, signed_in, NOW) is None
    with store.writing() as connection:
        accounts.enable(connection, account)
    assert resumed(store, pepper, signed_in, NOW) is None
    attempt(store, pepper, PASSWORD)


def test_a_key_signs_in_until_it_expires_or_is_revoked(
    home: Settings, store: Store, pepper: bytes
) -> None:
    end = NOW + timedelta(hours=1)
    sent = header(home, Role.STAFF, expires_at=end)["Authorization"].removeprefix("Bearer ")
    signed_in = sign_in.with_key(store, f" {sent} ", pepper=pepper, moment=NOW)
    assert signed_in.caller.key == sent.split("_")[1] and signed_in.account is None
    assert resumed(store, pepper, signed_in, end - timedelta(seconds=1)) is not None
    assert resumed(store, pepper, signed_in, end) is None
    with store.writing() as connection:
        keys.revoke(connection, signed_in.caller.key, NOW)
    assert resumed(store, pepper, signed_in, NOW) is None
    for wrong in (sent, sent[:-1], "mk_0123456789ab_" + "x" * 43, ""):
        with pytest.raises(UnauthenticatedError, match="does not exist, is revoked") as caught:
            sign_in.with_key(store, wrong, pepper=pepper, moment=NOW)
        assert sent not in str(caught.value)


def test_a_changed_password_ends_all_sessions_and_begins_a_new_one(
    store: Store, account: Account, pepper: bytes
) -> None:
    here, elsewhere = attempt(store, pepper, PASSWORD), attempt(store, pepper, PASSWORD)
    renewed = sign_in.change_password(
        store, here, PASSWORD, OTHER_PASSWORD, pepper=pepper, moment=NOW
    )
    for ended in (here, elsewhere):
        assert resumed(store, pepper, ended, NOW) is None
    assert resumed(store, pepper, renewed, NOW) is not None
    refusal(store, pepper, PASSWORD)
    attempt(store, pepper, OTHER_PASSWORD)


def test_a_password_is_changed_only_by_who_knows_it(
    home: Settings, store: Store, account: Account, pepper: bytes
) -> None:
    here = attempt(store, pepper, PASSWORD)
    with pytest.raises(InputError, match="12 to 200"):
        sign_in.change_password(store, here, PASSWORD, "short", pepper=pepper, moment=NOW)
    for _attempt in range(5):
        with pytest.raises(UnauthenticatedError, match="not right"):
            sign_in.change_password(store, here, WRONG, OTHER_PASSWORD, pepper=pepper, moment=NOW)
    with pytest.raises(UnauthenticatedError, match="wrong too often"):
        sign_in.change_password(store, here, PASSWORD, OTHER_PASSWORD, pepper=pepper, moment=NOW)
    sent = header(home, Role.STAFF)["Authorization"].removeprefix("Bearer ")
    by_key = sign_in.with_key(store, sent, pepper=pepper, moment=NOW)
    with pytest.raises(UnauthenticatedError, match="a key has no password"):
        sign_in.change_password(store, by_key, "", OTHER_PASSWORD, pepper=pepper, moment=NOW)


def test_requests_are_recorded_every_five_minutes(
    store: Store, account: Account, pepper: bytes
) -> None:
    signed_in = attempt(store, pepper, PASSWORD)
    later = NOW + timedelta(minutes=5)
    assert not sign_in.is_record_due(signed_in, later - timedelta(seconds=1))
    assert sign_in.is_record_due(signed_in, later)
    sign_in.record_seen(store, signed_in, later)
    with store.reading() as connection:
        (session,) = sessions.of_holder(connection, account.id, later)
    assert session == replace(signed_in.session, last_seen_at=later)
