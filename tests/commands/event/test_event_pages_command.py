"""`matcher event pages`: which files it writes, what it leaves in the audit trail, and contacts."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from matcher.access.roles import COMMAND_CALLER
from matcher.errors import InputError
from matcher.reporting.pdf import check_pdf
from matcher.settings import Settings
from matcher.store import audit, consents, patents, personal_contacts
from matcher.store.database import Store
from matcher.store.schema.needs import matches
from matcher.types import ConsentScope, PatentId, PersonalContact, TeamRef
from tests.support import small_event
from tests.support.command import run
from tests.support.contact_samples import KEY, MAIL, PHONE
from tests.support.samples import SEPARATOR

FIRM = "甲能源公司（样例）"
TEAM = "储能材料团队（样例）"
CONTACT = PersonalContact(
    person="样例甲",
    institution="甲大学（样例）",
    team=TEAM,
    phone=PHONE,
    email=MAIL,
    scope=ConsentScope.EVENT,
    evidence="样例同意书1号",
    recipients=(small_event.NAME,),
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name in ("MATCHER_DATABASE_URL", "MATCHER_KEY_PEPPER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_CONTACT_KEY", KEY.get_secret_value())
    (tmp_path / "home").mkdir()
    with Store(Settings(home=tmp_path / "home", database_url=None).url) as store:
        with store.writing() as connection:
            small_event.make(connection)
        yield store


def keep(store: Store, contact: PersonalContact) -> None:
    """Hold the contact of the team behind CN1, which the catalogue has."""
    patent = replace(
        SEPARATOR,
        id=PatentId("CN1"),
        application_number="CN1",
        team=TeamRef(contact.institution, TEAM, None, None),
    )
    with store.writing() as connection:
        patents.save(connection, [patent])
        personal_contacts.save_personal(connection, [contact], KEY)


def rows(store: Store, action: str) -> list[audit.AuditRow]:
    with store.reading() as connection:
        return audit.page(connection, action=action)


def written(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_all_pages_are_written_with_one_row_in_the_audit_trail(
    store: Store, tmp_path: Path
) -> None:
    result = run(
        "event", "pages", small_event.NAME, "-o", tmp_path / "out", "--by", "值班员", "--json"
    )
    assert result.exit_code == 0, result.stderr
    shown = json.loads(result.stdout)
    assert written(tmp_path / "out") == sorted(f"{name}.html" for name in shown["pages"])
    assert shown["pages"][0] == "enterprise-001-甲能源公司-样例"
    assert shown["pages"][-2:] == ["tables", "index"]
    # Three firms, the two teams with a meeting, the booklet, the timetables, the index.
    assert len(shown["pages"]) == 3 + 2 + 3
    assert " 值班员" in (tmp_path / "out" / "tables.html").read_text("utf-8")
    (row,) = rows(store, "event.exported")
    assert row.subject == small_event.NAME
    assert dict(row.details) == {
        "format": "html",
        "firms": 3,
        "teams": 2,
        "state": "draft",
        "version": None,
    }


def test_teams_without_a_meeting_have_a_page_only_if_asked_for(
    store: Store, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = run("event", "pages", small_event.NAME, "-o", out)
    assert "1 team without a meeting" in result.stderr
    assert len([name for name in written(out) if name.startswith("team-")]) == 2
    result = run("event", "pages", small_event.NAME, "-o", out, "--all-teams", "--force")
    assert len([name for name in written(out) if name.startswith("team-")]) == 3
    assert "without a meeting" not in result.stderr


def test_no_page_names_the_user_of_the_computer(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "keyboard-user")
    out = tmp_path / "out"
    assert run("event", "pages", small_event.NAME, "-o", out).exit_code == 0
    assert all("keyboard-user" not in file.read_text("utf-8") for file in out.iterdir())


def test_named_pages_only_and_unknown_names_are_refused(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("event", "pages", small_event.NAME, "-o", out, "--firm", FIRM).exit_code == 0
    assert written(out) == ["enterprise-001-甲能源公司-样例.html"]
    again = run("event", "pages", small_event.NAME, "-o", out, "--team", f"甲大学（样例）/{TEAM}")
    assert again.exit_code == 2 and "--force" in again.stderr
    again = run("event", "pages", small_event.NAME, "-o", out, "--team", TEAM, "--force")
    assert again.exit_code == 0 and len(written(out)) == 2
    unknown = run("event", "pages", small_event.NAME, "-o", tmp_path / "x", "--firm", "庚公司")
    assert unknown.exit_code == 2 and FIRM in unknown.stderr
    several = run("event", "pages", small_event.NAME, "-o", tmp_path / "x", "--firm", "公司")
    assert several.exit_code == 2 and "write more of it" in several.stderr
    part = run("event", "pages", small_event.NAME, "-o", tmp_path / "part", "--firm", "甲能源")
    assert part.exit_code == 0 and written(tmp_path / "part") == written(out)[:1]
    assert not (tmp_path / "x").exists()
    assert run("event", "pages", "没有的活动", "-o", tmp_path / "x").exit_code == 3


def test_earlier_pages_are_deleted_and_other_files_stay(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("enterprise-009-走了的公司.pdf", "notes.html", "enterprise-plan.html"):
        (out / name).write_text("x")
    assert run("event", "pages", small_event.NAME, "-o", out, "--force").exit_code == 0
    left = written(out)
    assert "enterprise-009-走了的公司.pdf" not in left
    assert {"notes.html", "enterprise-plan.html", "index.html"} <= set(left)


@pytest.mark.parametrize(
    ("options", "language"),
    [
        ((), "en"),
        (("--language", "zh"), "zh-CN"),
        (("--pages-language", "zh"), "zh-CN"),
        (("--language", "zh", "--pages-language", "en"), "en"),
    ],
)
def test_pages_are_in_the_language_of_the_run_unless_told(
    store: Store, tmp_path: Path, options: tuple[str, ...], language: str
) -> None:
    out = tmp_path / "out"
    assert run("event", "pages", small_event.NAME, "-o", out, *options).exit_code == 0
    pages = [file.read_text("utf-8") for file in out.iterdir()]
    assert all(f'<html lang="{language}">' in page for page in pages)


def test_pages_are_written_as_pdf_and_in_english(store: Store, tmp_path: Path) -> None:
    try:
        check_pdf()
    except InputError as error:
        pytest.skip(str(error))
    out = tmp_path / "out"
    arguments = ("--firm", FIRM, "--pdf", "--pages-language", "en")
    assert run("event", "pages", small_event.NAME, "-o", out, *arguments).exit_code == 0
    (page, pdf) = sorted(out.iterdir())
    assert "Likely" not in page.read_text("utf-8") and "Not answered" in page.read_text("utf-8")
    assert pdf.suffix == ".pdf" and pdf.read_bytes().startswith(b"%PDF-")


def test_personal_contacts_are_shown_only_with_contacts(store: Store, tmp_path: Path) -> None:
    keep(store, CONTACT)
    out = tmp_path / "out"
    assert run("event", "pages", small_event.NAME, "-o", out).exit_code == 0
    for file in out.iterdir():
        content = file.read_text("utf-8")
        assert PHONE not in content and MAIL not in content and "样例甲" not in content
    assert rows(store, "contact.revealed") == []


@pytest.mark.parametrize(
    ("contact", "is_shown"),
    [
        (CONTACT, True),
        (replace(CONTACT, recipients=(FIRM,)), True),
        (replace(CONTACT, recipients=("秋季对接会（样例）",)), False),
        (replace(CONTACT, recipients=()), False),
        (replace(CONTACT, scope=ConsentScope.PUBLIC, recipients=()), True),
        (replace(CONTACT, team="激光团队（样例）"), False),
    ],
)
def test_a_contact_with_consent_is_shown_and_audited(
    store: Store, tmp_path: Path, contact: PersonalContact, is_shown: bool
) -> None:
    keep(store, contact)
    out = tmp_path / "out"
    result = run("event", "pages", small_event.NAME, "-o", out, "--contacts", "--json")
    assert result.exit_code == 0, result.stderr
    with_phone = {file.name[:14] for file in out.iterdir() if PHONE in file.read_text("utf-8")}
    revealed = rows(store, "contact.revealed")
    assert bool(revealed) is is_shown and json.loads(result.stdout)["contacts"] == len(revealed)
    assert "****" not in "".join(file.read_text("utf-8") for file in out.iterdir())
    if is_shown:
        with store.reading() as connection:
            query = select(matches.c.id).where(matches.c.patent == "CN1")
            assert {row.subject for row in revealed} <= set(connection.execute(query).scalars())
        assert "enterprise-001" in with_phone
        # A consent that names one firm opens nothing to another.
        others = with_phone - {"enterprise-001"}
        assert not others or contact.recipients != (FIRM,)


def test_a_contact_with_a_withdrawn_consent_is_not_shown(store: Store, tmp_path: Path) -> None:
    keep(store, CONTACT)
    with store.writing() as connection:
        (held,) = personal_contacts.of_institution(connection, CONTACT.institution)
        (consent,) = consents.of_contact(connection, held.id)
        consents.withdraw(connection, consent.id, COMMAND_CALLER)
    assert (
        run("event", "pages", small_event.NAME, "-o", tmp_path / "o", "--contacts").exit_code == 0
    )
    assert rows(store, "contact.revealed") == []
