import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select

from matcher.errors import InputError
from matcher.store import consents, institutions, personal_contacts
from matcher.store.database import Store
from matcher.store.schema import contacts as schema
from matcher.types import ConsentScope, PersonalContact, Team, TtoContact
from tests.support.samples import INSTITUTION, TTO

KEY = SecretStr(Fernet.generate_key().decode())
PHONE, MAIL = "13900000000", "jia@sample.example"
CONTACT = PersonalContact(
    person="样例甲",
    institution=INSTITUTION,
    team="储能材料团队",
    phone=PHONE,
    email=MAIL,
    scope=ConsentScope.EVENT,
    evidence="样例同意书1号",
    expires=date(2027, 12, 31),
)
TEAM = Team(INSTITUTION, "储能材料团队", "材料学院", "样例甲", ("样例甲", "样例乙"), "隔膜")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(folder: Path) -> Iterable[Store]:
    with Store(f"sqlite:///{folder / 'matcher.sqlite'}") as opened:
        yield opened


def seal(store: Store, *records: PersonalContact, key: SecretStr = KEY) -> None:
    with store.writing() as connection:
        personal_contacts.save_personal(connection, records, key)


def tto(store: Store, institution: str | None) -> TtoContact | None:
    with store.reading() as connection:
        return institutions.tto_contact(connection, institution)


@pytest.mark.sqlite  # on a server they are no files of ours
def test_phone_and_mail_stand_in_no_file_of_the_database(store: Store, folder: Path) -> None:
    seal(store, CONTACT)
    seal(store, replace(CONTACT, person="样例乙", phone="13911111111"))
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert "样例甲".encode() in written, "the row itself must be in what is searched"
    for secret in (PHONE, "13911111111", MAIL):
        assert secret.encode() not in written


def test_only_the_key_opens_what_is_sealed(store: Store) -> None:
    seal(store, CONTACT)
    with store.reading() as connection:
        row = connection.execute(select(schema.personal_contacts)).one()
        (consent,) = consents.of_contact(connection, row.id)
    opened = Fernet(KEY.get_secret_value()).decrypt(row.sealed)
    assert json.loads(opened) == {"phone": PHONE, "email": MAIL}
    assert (consent.scope, consent.evidence) == (ConsentScope.EVENT, "样例同意书1号")
    assert consent.expires_on == date(2027, 12, 31)


def test_a_bad_key_is_told_without_the_key_or_the_contact(store: Store) -> None:
    with pytest.raises(InputError, match="MATCHER_CONTACT_KEY") as caught:
        seal(store, CONTACT, key=SecretStr("样例钥匙"))
    for secret in ("样例钥匙", PHONE, MAIL):
        assert secret not in str(caught.value)
    with store.reading() as connection:
        assert institutions.counts(connection)["personal_contacts"] == 0


def test_a_contact_does_not_show_itself() -> None:
    for secret in (PHONE, MAIL, "样例甲"):
        assert secret not in f"{CONTACT} {CONTACT!r} {[CONTACT]}"


def test_a_detail_of_the_tto_that_is_not_given_keeps_its_value(store: Store) -> None:
    with store.writing() as connection:
        institutions.save_tto(connection, [TTO, TtoContact(INSTITUTION, phone="022-1111-1111")])
    assert tto(store, INSTITUTION) == replace(TTO, phone="022-1111-1111")


def test_an_institution_without_a_tto_gives_no_contact(store: Store) -> None:
    with store.writing() as connection:
        institutions.save_tto(connection, [TtoContact("样例研究院")])
    for institution in ("样例研究院", "不在库中的机构", None):
        assert tto(store, institution) is None


def test_teams_are_new_unchanged_or_changed(store: Store) -> None:
    for team, outcome in (
        (TEAM, "new"),
        (TEAM, "unchanged"),
        (replace(TEAM, members=("样例甲",)), "changed"),
        (replace(TEAM, name="轴承团队"), "new"),
    ):
        with store.writing() as connection:
            assert institutions.save_teams(connection, [team]) == [outcome]
    with store.reading() as connection:
        assert institutions.counts(connection) == {
            "institutions": 1,
            "teams": 2,
            "personal_contacts": 0,
        }


def test_a_team_twice_in_one_file_is_new_once(store: Store) -> None:
    with store.writing() as connection:
        assert institutions.save_teams(connection, [TEAM, TEAM]) == ["new", "unchanged"]
