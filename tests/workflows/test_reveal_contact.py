"""Reveal of contacts: limit, keys, reasons and audit rows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.access.encryption import ContactKeyError
from matcher.access.roles import Caller, Role
from matcher.errors import ForbiddenError, InputError
from matcher.store import audit, patents
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows.reveal_contact import RevealLimitError, reveal
from tests.support.contact_samples import CONTACT, KEY, MATCH, PHONE, add_matches, keep
from tests.support.samples import SEPARATOR

STAFF = Caller("0123456789ab", Role.STAFF)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        yield opened


def actions(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(row.action, row.subject) for row in audit.page(connection)]


def see(store: Store, caller: Caller, per_day: int = 20, **changes: object) -> list[str | None]:
    arguments = {"reason": "约定洽谈", "contact_id": None, "key": KEY, "moment": now(), **changes}
    with store.writing() as connection:
        seen = reveal(connection, caller, MATCH, per_day=per_day, **arguments)  # type: ignore[arg-type]
    return [contact.phone for contact in seen]


def behind_a_match(store: Store, *more: str) -> None:
    with store.writing() as connection:
        patents.save(connection, [SEPARATOR])
        add_matches(connection)
        for person in ("样例甲", *more):
            keep(connection, replace(CONTACT, person=person))


def test_the_limit_counts_the_contacts_of_a_key_in_24_hours(store: Store) -> None:
    behind_a_match(store, "样例乙")
    assert see(store, STAFF, per_day=2) == [PHONE, PHONE]
    with pytest.raises(RevealLimitError) as caught:
        see(store, STAFF, per_day=3)
    assert 86_300 < caught.value.seconds <= 86_400
    assert see(store, Caller("another00000", Role.STAFF), per_day=2) == [PHONE, PHONE]
    assert see(store, STAFF, per_day=4) == [PHONE, PHONE]
    assert sum(action == "contact.revealed" for action, _ in actions(store)) == 6


def test_a_refused_reveal_shows_no_contact(store: Store) -> None:
    behind_a_match(store)
    with pytest.raises(RevealLimitError):
        see(store, STAFF, per_day=0)
    with pytest.raises(ContactKeyError):
        see(store, STAFF, key=None)
    with pytest.raises(InputError):
        see(store, STAFF, reason="致电样例甲")
    with pytest.raises(ForbiddenError):
        see(store, Caller("open", Role.PORTAL))
    assert "contact.revealed" not in dict(actions(store))
