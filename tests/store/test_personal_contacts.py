"""Contacts and consents in the database: encryption, imports, withdrawals, keys."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select

from matcher.access import encryption
from matcher.access.contact_rules import ConsentNotFoundError
from matcher.access.encryption import ContactKeyError
from matcher.access.roles import Caller, Role
from matcher.errors import InputError
from matcher.store import (
    audit,
    consents,
    institutions,
    personal_contacts,
)
from matcher.store.database import Store
from matcher.store.schema.contacts import personal_contacts as contacts_table
from matcher.types import ConsentScope, PersonalContact
from tests.support.contact_samples import (
    CONTACT,
    FIRM,
    KEY,
    MAIL,
    OTHER_KEY,
    PHONE,
    keep,
)

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


def seal(store: Store, *records: PersonalContact, key: SecretStr = KEY) -> None:
    with store.writing() as connection:
        personal_contacts.save_personal(connection, records, key)


@pytest.mark.sqlite  # on a server they are no files of ours
def test_phone_and_mail_are_in_no_file_of_the_database(store: Store, tmp_path: Path) -> None:
    seal(store, CONTACT)
    seal(store, replace(CONTACT, person="样例乙", phone="13911111111"))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "样例甲".encode() in written, "the row itself must be in what is searched"
    for secret in (PHONE, "13911111111", MAIL):
        assert secret.encode() not in written


def test_only_the_key_decrypts_a_contact(store: Store) -> None:
    seal(store, CONTACT)
    with store.reading() as connection:
        row = connection.execute(select(contacts_table)).one()
        (consent,) = consents.of_contact(connection, row.id)
    opened = Fernet(KEY.get_secret_value()).decrypt(row.sealed)
    assert json.loads(opened) == {"phone": PHONE, "email": MAIL}
    assert (consent.scope, consent.evidence) == (ConsentScope.PUBLIC, "样例同意书1号")
    assert consent.expires_on == date(2099, 12, 31)


def test_the_error_for_a_bad_key_names_neither_key_nor_contact(store: Store) -> None:
    with pytest.raises(InputError, match="MATCHER_CONTACT_KEY") as caught:
        seal(store, CONTACT, key=SecretStr("样例钥匙"))
    for secret in ("样例钥匙", PHONE, MAIL):
        assert secret not in str(caught.value)
    with store.reading() as connection:
        assert institutions.counts(connection)["personal_contacts"] == 0


def test_the_text_form_of_a_contact_hides_its_values() -> None:
    for secret in (PHONE, MAIL, "样例甲"):
        assert secret not in f"{CONTACT} {CONTACT!r} {[CONTACT]}"


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
        assert [held_consent.id for held_consent in consents.of_contact(connection, contact)] == [
            consent
        ]
        anew = replace(CONTACT, evidence="样例同意书2号")
        assert personal_contacts.save_personal(connection, [anew], KEY) == []
        assert len(consents.of_contact(connection, contact)) == 2


def test_a_second_withdrawal_changes_nothing(store: Store) -> None:
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
def test_without_a_valid_key_nothing_is_encrypted(keys: SecretStr | None) -> None:
    with pytest.raises(ContactKeyError, match="MATCHER_CONTACT_KEY") as caught:
        encryption.cipher(keys)
    assert "样例钥匙" not in str(caught.value)
