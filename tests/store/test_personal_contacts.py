"""Contacts and consents in the database: imports, withdrawals, keys, erasure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from matcher.access import encryption
from matcher.access.contact_rules import ConsentNotFoundError, ContactNotFoundError
from matcher.access.encryption import ContactKeyError
from matcher.access.roles import COMMAND_CALLER, Caller, Role
from matcher.errors import ForbiddenError, InputError
from matcher.store import (
    audit,
    consents,
    institutions,
    patents,
    personal_contacts,
)
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.types import ConsentScope, Team
from matcher.workflows import subject_access
from matcher.workflows.reveal_contact import RevealLimitError, reveal
from tests.support.contact_samples import (
    CONTACT,
    FIRM,
    KEY,
    MAIL,
    MATCH,
    OTHER_KEY,
    PHONE,
    add_matches,
    keep,
)
from tests.support.samples import INSTITUTION, SEPARATOR

STAFF = Caller("0123456789ab", Role.STAFF)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        yield opened


def both(first: SecretStr, second: SecretStr) -> SecretStr:
    return SecretStr(f"{first.get_secret_value()}, {second.get_secret_value()}")


def actions(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(row.action, row.subject) for row in audit.page(connection)]


def test_the_same_import_again_records_nothing_new(store: Store) -> None:
    with store.writing() as connection:
        contact, consent = keep(connection)
        assert keep(connection) == (contact, consent)
    assert actions(store) == [("consent.recorded", contact)]


def test_a_newer_import_replaces_the_imported_consent_and_keeps_it_as_a_proof(
    store: Store,
) -> None:
    newer = replace(CONTACT, scope=ConsentScope.GRANTED, recipients=(FIRM,), phone="13811111111")
    with store.writing() as connection:
        contact, old = keep(connection)
        again, new = keep(connection, newer)
        first, second = consents.of_contact(connection, contact)
        held = personal_contacts.by_ids(connection, [contact])[contact]
    assert again == contact and (first.id, second.id) == (old, new)
    assert not first.is_in_force(date(2026, 6, 1)) and first.replaced_at is not None
    assert second.is_in_force(date(2026, 6, 1)) and second.recipients == (FIRM,)
    opened = encryption.unseal(encryption.cipher(KEY), held.sealed)
    assert opened == {"phone": "13811111111", "email": MAIL}


def test_an_import_does_not_bring_a_withdrawn_consent_back(store: Store) -> None:
    with store.writing() as connection:
        contact, consent = keep(connection)
        consents.withdraw(connection, consent, STAFF)
        assert personal_contacts.save_personal(connection, [CONTACT], KEY) == [CONTACT]
        assert [one.id for one in consents.of_contact(connection, contact)] == [consent]
        anew = replace(CONTACT, evidence="样例同意书2号")
        assert personal_contacts.save_personal(connection, [anew], KEY) == []
        assert len(consents.of_contact(connection, contact)) == 2


def test_a_withdrawal_stands_from_its_first_moment(store: Store) -> None:
    with store.writing() as connection:
        contact, consent = keep(connection)
        first = consents.withdraw(connection, consent, STAFF)
        assert consents.withdraw(connection, consent, STAFF) == first
        with pytest.raises(ConsentNotFoundError):
            consents.withdraw(connection, "consent_0", STAFF)
    assert actions(store)[1:] == [("consent.withdrawn", contact)]


def test_keys_are_changed_without_losing_a_contact(store: Store) -> None:
    with store.writing() as connection:
        contact, _ = keep(connection)
        with pytest.raises(ContactKeyError, match="does not list"):
            personal_contacts.reseal_all(connection, OTHER_KEY)
        assert personal_contacts.reseal_all(connection, both(OTHER_KEY, KEY)) == 1
        sealed = personal_contacts.by_ids(connection, [contact])[contact].sealed
        opened = encryption.unseal(encryption.cipher(OTHER_KEY), sealed)
        assert opened == {"phone": PHONE, "email": MAIL}
        with pytest.raises(ContactKeyError) as caught:
            encryption.unseal(encryption.cipher(KEY), sealed)
    for secret in (PHONE, MAIL, KEY.get_secret_value()):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("keys", [None, SecretStr("样例钥匙"), both(KEY, SecretStr("短"))])
def test_without_a_good_key_nothing_is_sealed(keys: SecretStr | None) -> None:
    with pytest.raises(ContactKeyError, match="MATCHER_CONTACT_KEY") as caught:
        encryption.cipher(keys)
    assert "样例钥匙" not in str(caught.value)


def see(store: Store, caller: Caller, per_day: int = 20, **changes: object) -> list[str | None]:
    asked = {"reason": "约定洽谈", "contact_id": None, "key": KEY, "moment": now(), **changes}
    with store.writing() as connection:
        seen = reveal(connection, caller, MATCH, per_day=per_day, **asked)  # type: ignore[arg-type]
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


def test_no_contact_is_seen_where_none_may_be(store: Store) -> None:
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


def test_a_person_is_reported_whole_and_erased_for_good(store: Store) -> None:
    behind_a_match(store)
    see(store, STAFF)
    with store.writing() as connection:
        lead = Team(INSTITUTION, "储能材料团队", "材料学院", "样例甲", ("样例甲", "样例乙"))
        institutions.save_teams(connection, [lead])
        of_whom = {"person": "样例甲", "institution": INSTITUTION, "by": COMMAND_CALLER}
        found = subject_access.report(connection, **of_whom, with_values=True, key=KEY)  # type: ignore[arg-type]
        blind = subject_access.report(connection, **of_whom, with_values=False, key=None)  # type: ignore[arg-type]
        other = subject_access.report(
            connection, "样例甲", "样例研究院", by=COMMAND_CALLER, with_values=True, key=None
        )
        erased = subject_access.erase(connection, **of_whom, reason="本人书面申请")  # type: ignore[arg-type]
        with pytest.raises(ContactNotFoundError):
            subject_access.erase(connection, **of_whom, reason="本人书面申请")  # type: ignore[arg-type]
        after = subject_access.report(connection, **of_whom, with_values=True, key=KEY)  # type: ignore[arg-type]
        trail = audit.page(connection, about=erased["contacts"][0])
        assert audit.verify(connection).is_intact

    (contact,) = found["contacts"]
    assert (contact["phone"], contact["email"]) == (PHONE, MAIL)
    assert [consent["evidence"] for consent in contact["consents"]] == [CONTACT.evidence]
    assert (found["teams"], found["patents"]) == ([lead.name], [SEPARATOR.id])
    assert [(row["action"], row["by"]) for row in found["audit"]] == [
        ("consent.recorded", "command"),
        ("contact.revealed", STAFF.key),
    ]
    assert (
        "phone" not in blind["contacts"][0] and PHONE not in str(blind) and MAIL not in str(blind)
    )
    assert (other["contacts"], other["teams"], other["patents"], other["audit"]) == ([], [], [], [])
    assert erased == {"contacts": [contact["contact"]], "consents": 1}
    assert (after["contacts"], after["teams"]) == ([], [lead.name])
    assert [row.action for row in trail] == [
        "consent.recorded",
        "contact.revealed",
        "subject.reported",
        "subject.reported",
        "subject.erased",
    ]
    assert all("样例甲" not in str(row) for row in trail)
