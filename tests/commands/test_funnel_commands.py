"""`matcher funnel` and `matcher performance`."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matcher.access.roles import COMMAND_CALLER
from matcher.matches.case_owner import CaseOwner, CaseOwnerKind
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.store import (
    audit,
    match_history,
    matches,
    needs,
)
from matcher.store.database import Store
from matcher.store.matches import assign_case_owner
from tests.support.command import run, run_json

CREATED = datetime(2026, 6, 1, tzinfo=UTC)


def opened(home: Path) -> Store:
    return Store(f"sqlite:///{(home / 'matcher.sqlite').as_posix()}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with one match, which has a case owner."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    need = NeedRecord(
        id="need_1",
        created_by="portal",
        details=NeedDetails(text="隔膜"),
        contact=None,
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=CREATED,
        updated_at=CREATED,
        version=1,
    )
    with opened(tmp_path) as store, store.writing() as connection:
        needs.add(connection, need)
        match = matches.add(
            connection,
            need=need.id,
            patent="CN201910000001.1",
            institution="样例大学",
            industry="NM",
            moment=CREATED,
        )
        match_history.add_recommendation(connection, match.id, COMMAND_CALLER)
        owner = CaseOwner("=样例李", CaseOwnerKind.BROKER, "样例中心")
        assign_case_owner(connection, match, owner)
    return tmp_path


def test_funnel_prints_json_and_text(home: Path) -> None:
    counted = run_json("funnel")
    assert counted["total"]["now"]["recommended"] == 1
    assert [line["value"] for line in counted["by_month"]] == ["2026-06"]
    assert run_json("funnel", "--since", "2026-06-02")["by_month"] == []
    printed = run("funnel").stdout
    assert "1 matches" in printed and "recommended" in printed and "样例大学" in printed


def test_performance_prints_json_and_text(home: Path) -> None:
    (line,) = run_json("performance", "--period", "quarter")["lines"]
    assert (line["period"], line["person"], line["matches"]) == ("2026-Q2", "=样例李", 1)
    assert line["amount"] == "0.00"
    assert "样例中心, =样例李: 1 matches, 0 contracts" in run("performance").stdout
    assert "样例李" not in run("performance", "--by-office").stdout


def test_an_exported_file_leaves_a_row_in_the_audit_trail(home: Path) -> None:
    book, table = home / "funnel.xlsx", home / "performance.csv"
    assert run("funnel", "-o", book).exit_code == 0
    assert run("performance", "-o", table).exit_code == 0
    assert load_workbook(book).worksheets[0]["C2"].value == 1
    lines = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    assert lines[1][:4] == ["2026-06", "样例中心", "'=样例李", "1"]
    with opened(home) as store, store.reading() as connection:
        rows = audit.page(connection)
    assert [(row.by, row.action) for row in rows] == [
        ("command", "funnel.exported"),
        ("command", "performance.exported"),
    ]


def test_a_file_is_not_written_over_and_its_suffix_sets_the_format(home: Path) -> None:
    there = home / "there.csv"
    there.write_text("x")
    refused = run("funnel", "-o", there)
    assert refused.exit_code == 2 and "--force" in refused.stderr
    assert run("funnel", "-o", there, "--force").exit_code == 0
    wrong = run("performance", "-o", home / "p.pdf")
    assert wrong.exit_code == 2 and ".xlsx or .csv" in wrong.stderr
