"""Sign-in to the pages, and the caller of a session.

A wrong name, a wrong password, a locked and a disabled account give the same answer after the
same work, so that nobody learns which accounts there are.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from matcher.access import api_keys, passwords
from matcher.access import sessions as tokens
from matcher.access.accounts import Account, fold_name
from matcher.access.api_keys import ApiKey
from matcher.access.roles import Caller
from matcher.access.sessions import Session
from matcher.errors import UnauthenticatedError
from matcher.language.messages import _
from matcher.store import accounts, audit, keys, sessions
from matcher.store.database import Store

SEEN_RECORD = timedelta(minutes=5)
"""Time between two records of a session's last request: not every page writes."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session with its caller; the token goes into the cookie and is not shown elsewhere."""

    token: str
    session: Session
    caller: Caller
    account: Account | None = None
    """None where a key signed in."""

    def __repr__(self) -> str:
        return f"SignedIn({self.caller.key})"


def with_password(
    store: Store,
    name: str,
    password: str,
    *,
    known_browser: str | None,
    pepper: bytes,
    moment: datetime,
) -> SignedIn:
    """Sign an account in: return a new session. Raises UnauthenticatedError.

    `known_browser` is what the browser kept from an earlier sign-in. An attempt counts as failed
    before the password is looked at, so that none of many at once goes uncounted.
    """
    lock = _account_lock(name)
    with store.writing(lock) as connection:
        account = accounts.by_name(connection, name)
        is_known = account is not None and tokens.knows(known_browser, account, moment, pepper)
        is_admitted = account is not None and _count(connection, account, is_known, moment)
    is_right = passwords.is_password_of(password, account.hashed if account else None)
    if account is None or not is_admitted or not is_right:
        raise _refused()
    new_hash = _new_hash(account, password)
    with store.writing(lock) as connection:
        if not _is_unchanged(connection, account):
            raise _refused()
        accounts.forget_failures(connection, account, known_browser=is_known)
        if new_hash is not None:
            accounts.renew_hash(connection, account, new_hash)
        accounts.record_sign_in(connection, account, moment)
        return _begin(connection, account, pepper, moment)


def with_key(store: Store, sent: str, *, pepper: bytes, moment: datetime) -> SignedIn:
    """Sign the holder of an API key in: return a new session. Raises UnauthenticatedError."""
    parts = api_keys.split_key(sent.strip())
    with store.writing(f"key {parts and parts[0]}") as connection:
        key = None if parts is None else keys.find(connection, parts[0])
        is_right = api_keys.is_secret_of("" if parts is None else parts[1], key, pepper)
        if key is None or not is_right or not key.is_usable(moment):
            raise UnauthenticatedError(_("this key does not exist, is revoked, or has expired"))
        keys.record_use(connection, key.id, moment)
        return _begin(connection, key, pepper, moment)


def resume(store: Store, token: str, *, pepper: bytes, moment: datetime) -> SignedIn | None:
    """Return the session of a token as it is now; None if it has ended, or never began."""
    if not tokens.is_token(token):
        return None
    with store.reading() as connection:
        session = sessions.find(connection, tokens.hash_token(token, pepper), moment)
        holder = None if session is None else _holder(connection, session, moment)
    if session is None or holder is None:
        return None
    account = holder if isinstance(holder, Account) else None
    return SignedIn(token, session, holder.caller, account)


def change_password(
    store: Store, signed_in: SignedIn, old: str, new: str, *, pepper: bytes, moment: datetime
) -> SignedIn:
    """Replace the password of the account that is signed in: all its sessions end, a new begins.

    Raises InputError for a new password that may not be, and UnauthenticatedError where the old
    one is wrong, which counts as a failed attempt.
    """
    account = signed_in.account
    if account is None:
        raise UnauthenticatedError(_("a key has no password: sign in with an account"))
    passwords.check_new(new, account.name)
    lock = _account_lock(account.name)
    with store.writing(lock) as connection:
        is_admitted = _count(connection, account, True, moment)
    if not passwords.is_password_of(old, account.hashed) or not is_admitted:
        raise UnauthenticatedError(_("the present password is not right, or was wrong too often"))
    hashed = passwords.hash_password(new)
    with store.writing(lock) as connection:
        if sessions.find(connection, signed_in.session.hashed, moment) is None:
            raise UnauthenticatedError(_("this session has ended: sign in again"))
        accounts.set_password(connection, account, hashed, moment)
        audit.append(
            connection, by=account.caller, action="account.password_set", subject=account.id
        )
        renewed = replace(account, hashed=hashed, password_set_at=moment)
        return _begin(connection, renewed, pepper, moment)


def sign_out(store: Store, signed_in: SignedIn) -> None:
    """End the session."""
    with store.adding() as connection:
        sessions.end(connection, signed_in.session.hashed)


def sign_out_everywhere(store: Store, signed_in: SignedIn) -> None:
    """End every session of the account or key, this one too."""
    caller = signed_in.caller
    action = "key.signed_out" if signed_in.account is None else "account.signed_out"
    with store.adding() as connection:
        sessions.end_all(connection, caller.key)
        audit.append(connection, by=caller, action=action, subject=caller.key)


def is_record_due(signed_in: SignedIn, moment: datetime) -> bool:
    """True if `record_seen` should record a request of this session."""
    return moment - signed_in.session.last_seen_at >= SEEN_RECORD


def record_seen(store: Store, signed_in: SignedIn, moment: datetime) -> None:
    """Record the time of a session's last request, by which it does not end as idle."""
    with store.adding() as connection:
        sessions.record_seen(connection, signed_in.session.hashed, moment)


def _account_lock(name: str) -> str:
    return f"account {fold_name(name)}"


def _is_unchanged(connection: Connection, account: Account) -> bool:
    """True if the account may sign in with the password that was just checked."""
    present = accounts.find(connection, account.id)
    return (
        present is not None
        and present.is_enabled
        and present.password_set_at == account.password_set_at
    )


def _refused() -> UnauthenticatedError:
    return UnauthenticatedError(
        _(
            "the name or the password is not right, or there were too many attempts: try again, "
            "later if need be, or ask the operator"
        )
    )


def _count(connection: Connection, account: Account, known_browser: bool, moment: datetime) -> bool:
    """Count an attempt as failed; return False, and count nothing, while the account is locked."""
    before = accounts.failures(connection, account, known_browser=known_browser)
    if before.is_locked(moment):
        return False
    accounts.count_failure(connection, account, moment, known_browser=known_browser)
    return True


def _new_hash(account: Account, password: str) -> str | None:
    if not passwords.needs_new_hash(account.hashed):
        return None
    return passwords.hash_password(password)


def _begin(
    connection: Connection, holder: Account | ApiKey, pepper: bytes, moment: datetime
) -> SignedIn:
    token = tokens.new_token()
    account = holder if isinstance(holder, Account) else None
    session = Session(
        hashed=tokens.hash_token(token, pepper),
        account=None if account is None else account.id,
        api_key=holder.id if account is None else None,
        created_at=moment,
        last_seen_at=moment,
    )
    sessions.add(connection, session)
    return SignedIn(token, session, holder.caller, account)


def _holder(connection: Connection, session: Session, moment: datetime) -> Account | ApiKey | None:
    """Return the account or key of a session; None if it may not be used any more."""
    if session.account is not None:
        account = accounts.find(connection, session.account)
        return account if account is not None and account.is_enabled else None
    key = None if session.api_key is None else keys.find(connection, session.api_key)
    return key if key is not None and key.is_usable(moment) else None
