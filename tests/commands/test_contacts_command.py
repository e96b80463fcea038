"""`matcher contacts` and `matcher audit`."""

import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import text

from matcher.settings import Settings
from matcher.store.database import Store
from matcher.wiring.open import open_store
from tests.support.command import run, run_json
from tests.support.contact_samples import (
    CONTACT,
    KEY,
    MAIL,
    OTHER_KEY,
    PHONE,
    keep,
)
from tests.support.samples import INSTITUTION


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one contact; the environment names it and the key."""
    for name in ("MATCHER_DATABASE_URL", "MATCHER_KEY_PEPPER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    monkeypatch.setenv("MATCHER_CONTACT_KEY", KEY.get_secret_value())
    with opened(tmp_path) as store, store.writing() as connection:
        keep(connection)
    return tmp_path


def opened(home: Path) -> AbstractContextManager[Store]:
    return open_store(Settings(home=home, database_url=None))


def test_the_list_shows_consents_and_no_values(home: Path) -> None:
    result = run("contacts", "list", "--json")
    (contact,) = json.loads(result.stdout)["contacts"]
    assert (contact["person"], contact["consents"][0]["in_force"]) == ("样例甲", True)
    shown = run("contacts", "list", "--institution", INSTITUTION).stdout
    assert contact["consents"][0]["id"] in shown
    assert "样例甲" not in run("contacts", "list", "--institution", "样例研究院").stdout
    for value in (PHONE, MAIL):
        assert value not in result.stdout and value not in shown


def test_a_withdrawn_consent_is_not_in_force(home: Path) -> None:
    consent = run_json("contacts", "list")["contacts"][0]["consents"][0]
    assert run_json("contacts", "withdraw", consent["id"])["withdrawn_at"]
    (contact,) = run_json("contacts", "list")["contacts"]
    assert contact["consents"][0]["in_force"] is False
    unknown = run("contacts", "withdraw", "consent_0")
    assert unknown.exit_code == 3 and "consent_0" in unknown.stderr


def test_rotating_the_key_encrypts_the_contacts_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = OTHER_KEY.get_secret_value()
    monkeypatch.setenv("MATCHER_CONTACT_KEY", f"{new},{KEY.get_secret_value()}")
    assert run_json("contacts", "rotate-key") == {"resealed": 1}
    monkeypatch.setenv("MATCHER_CONTACT_KEY", new)
    report = run("contacts", "report", "样例甲", "--institution", INSTITUTION, "--values", "--json")
    assert json.loads(report.stdout)["contacts"][0]["phone"] == PHONE
    monkeypatch.delenv("MATCHER_CONTACT_KEY")
    refused = run("contacts", "rotate-key")
    assert refused.exit_code == 2 and "MATCHER_CONTACT_KEY" in refused.stderr


def test_a_person_is_reported_without_values_and_erased(home: Path) -> None:
    whom = ("样例甲", "--institution", INSTITUTION)
    report = run("contacts", "report", *whom).stdout
    assert CONTACT.evidence in report and PHONE not in report
    erased = run("contacts", "erase", *whom, "--reason", "本人书面申请（样例）")
    assert "1 contacts and 1 consents" in erased.stdout
    assert run_json("contacts", "list") == {"contacts": []}
    assert run("contacts", "erase", *whom, "--reason", "再次").exit_code == 3


def test_verify_finds_a_changed_row(home: Path) -> None:
    head = run_json("audit", "verify")
    assert (head["is_intact"], head["rows"]) == (True, 1)
    assert run("audit", "verify", "--head", head["head"]).exit_code == 0
    assert run("audit", "verify", "--head", "0" * 64).exit_code == 1
    mistyped = run("audit", "verify", "--head", head["head"][:-1])
    assert mistyped.exit_code == 2 and "64 digits" in mistyped.stderr
    with opened(home) as store, store.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_trail DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_trail_no_update"))
        connection.execute(text("UPDATE audit_trail SET role = 'tto'"))
    broken = run("audit", "verify")
    assert broken.exit_code == 1 and "row 1 was changed" in broken.stderr


def test_export_writes_the_trail_as_json_lines_and_csv(home: Path) -> None:
    first = json.loads(run("audit", "export").stdout)
    assert (first["action"], first["by"], first["seq"]) == ("consent.recorded", "command", 1)
    table = run("audit", "export", "--format", "csv", "--about", first["subject"]).stdout
    lines = table.lstrip("\ufeff").splitlines()
    assert len(lines) == 3 and "consent.recorded" in lines[1] and "导出人" in lines[2]
    exported = run("audit", "export", "--action", "audit.exported", "--json").stdout
    assert len(exported.splitlines()) == 2
