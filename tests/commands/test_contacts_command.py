"""`matcher contacts` and `matcher audit`."""

import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import text

from matcher.settings import Settings
from matcher.store.database import Store
from matcher.wiring.open import open_store
from tests.support.command import run
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
    told = run("contacts", "list", "--json")
    (contact,) = json.loads(told.stdout)["contacts"]
    assert (contact["person"], contact["consents"][0]["in_force"]) == ("样例甲", True)
    shown = run("contacts", "list", "--institution", INSTITUTION).stdout
    assert contact["consents"][0]["id"] in shown
    assert "样例甲" not in run("contacts", "list", "--institution", "样例研究院").stdout
    for value in (PHONE, MAIL):
        assert value not in told.stdout and value not in shown


def test_a_withdrawal(home: Path) -> None:
    consent = json.loads(run("contacts", "list", "--json").stdout)["contacts"][0]["consents"][0]
    assert json.loads(run("contacts", "withdraw", consent["id"], "--json").stdout)["withdrawn_at"]
    (contact,) = json.loads(run("contacts", "list", "--json").stdout)["contacts"]
    assert contact["consents"][0]["in_force"] is False
    unknown = run("contacts", "withdraw", "consent_0")
    assert unknown.exit_code == 3 and "consent_0" in unknown.stderr


def test_a_key_is_rotated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = OTHER_KEY.get_secret_value()
    monkeypatch.setenv("MATCHER_CONTACT_KEY", f"{new},{KEY.get_secret_value()}")
    assert json.loads(run("contacts", "rotate-key", "--json").stdout) == {"resealed": 1}
    monkeypatch.setenv("MATCHER_CONTACT_KEY", new)
    report = run("contacts", "report", "样例甲", "--institution", INSTITUTION, "--values", "--json")
    assert json.loads(report.stdout)["contacts"][0]["phone"] == PHONE
    monkeypatch.delenv("MATCHER_CONTACT_KEY")
    refused = run("contacts", "rotate-key")
    assert refused.exit_code == 2 and "MATCHER_CONTACT_KEY" in refused.stderr


def test_a_report_and_an_erasure(home: Path) -> None:
    whom = ("样例甲", "--institution", INSTITUTION)
    report = run("contacts", "report", *whom).stdout
    assert CONTACT.evidence in report and PHONE not in report
    erased = run("contacts", "erase", *whom, "--reason", "本人书面申请（样例）")
    assert "1 contacts and 1 consents" in erased.stdout
    assert json.loads(run("contacts", "list", "--json").stdout) == {"contacts": []}
    assert run("contacts", "erase", *whom, "--reason", "再次").exit_code == 3


def test_the_trail_is_verified_and_a_change_is_told(home: Path) -> None:
    head = json.loads(run("audit", "verify", "--json").stdout)
    assert (head["is_intact"], head["rows"]) == (True, 1)
    assert run("audit", "verify", "--head", head["head"]).exit_code == 0
    assert run("audit", "verify", "--head", "0" * 64).exit_code == 1
    with opened(home) as store, store.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_trail DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_trail_no_update"))
        connection.execute(text("UPDATE audit_trail SET role = 'tto'"))
    broken = run("audit", "verify")
    assert broken.exit_code == 1 and "row 1 was changed" in broken.stderr


def test_the_trail_is_exported(home: Path) -> None:
    first = json.loads(run("audit", "export").stdout)
    assert (first["action"], first["by"], first["seq"]) == ("consent.recorded", "command", 1)
    table = run("audit", "export", "--format", "csv", "--about", first["subject"]).stdout
    lines = table.lstrip("\ufeff").splitlines()
    assert len(lines) == 3 and "consent.recorded" in lines[1] and "导出人" in lines[2]
    exported = run("audit", "export", "--action", "audit.exported", "--json").stdout
    assert len(exported.splitlines()) == 2
