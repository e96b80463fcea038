"""`matcher programme` and `matcher reminders`."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest

from matcher.labels import RECORD_KIND
from matcher.programme.kinds import KINDS
from matcher.settings import Settings
from matcher.store import audit
from matcher.wiring.open import open_store
from tests.support.command import run, write_csv

pytestmark = pytest.mark.usefixtures("home")


def contracts(tmp_path: Path, *numbers: str, signed: str = "2026-01-31") -> Path:
    rows = [
        {"合同编号": n, "申请号": "CN201919900001.1", "合同类型": "独占", "签订日期": signed}
        for n in numbers
    ]
    return write_csv(tmp_path / "合同.csv", rows)


def test_records_are_imported_and_exported(tmp_path: Path, home: Path) -> None:
    file = contracts(tmp_path, "HT-1", "", "HT-2")
    result = run("programme", "import", file, "--kind", "contracts", "--json")
    assert result.exit_code == 0, result.stderr
    (counts,) = json.loads(result.stdout)["files"]
    assert (counts["rows"], counts["new"], counts["refused"]) == (3, 2, 1)
    assert len(list((home / "import-problems").iterdir())) == 1
    out = tmp_path / "out.csv"
    assert run("programme", "export", "contracts", "-o", out).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert [row[0] for row in rows] == ["合同编号", "HT-1", "HT-2", "导出说明"]
    again = run("programme", "export", "contracts", "-o", out)
    assert again.exit_code == 2 and "--force" in again.stderr
    with open_store(Settings()) as store, store.reading() as connection:
        trail = [(row.action, row.by) for row in audit.page(connection)]
    assert trail == [("programme.imported", "command"), ("programme.exported", "command")]


def test_an_export_without_records_is_an_empty_form(tmp_path: Path) -> None:
    out = tmp_path / "机构.xlsx"
    assert run("programme", "export", "institutions", "-o", out).exit_code == 0
    result = run("programme", "import", out, "--kind", "institutions", "--json")
    (counts,) = json.loads(result.stdout)["files"]
    assert (counts["rows"], counts["problems"]) == (0, [])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_of_an_import_names_the_kind(
    tmp_path: Path, kind: str, language: Literal["zh", "en"]
) -> None:
    out = tmp_path / "form.xlsx"
    assert run("programme", "export", kind, "-o", out).exit_code == 0
    result = run("--language", language, "programme", "import", out, "--kind", kind)
    assert result.exit_code == 0, result.stderr
    assert RECORD_KIND[kind][language] in result.stdout


def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    result = run("programme", "import", contracts(tmp_path, "HT-1"), "--kind", "contract")
    assert result.exit_code == 2 and "contracts" in result.stderr
    assert run("programme", "export", "x", "-o", tmp_path / "x.csv").exit_code == 2


def test_reminders_lists_the_due_records(tmp_path: Path) -> None:
    signed = date.today() - timedelta(days=80)
    file = contracts(tmp_path, "HT-1", signed=signed.isoformat())
    run("programme", "import", file, "--kind", "contracts")
    result = run("reminders", "--json")
    (due,) = json.loads(result.stdout)["reminders"]
    assert (due["what"], due["number"], due["is_overdue"]) == (
        "recordal of the contract",
        "HT-1",
        False,
    )
    shown = run("reminders")
    assert (
        "1 due until" in shown.stdout
        and f"{due['due_on']} recordal of the contract: HT-1" in shown.stdout
    )
    early = run("reminders", "--until", signed.isoformat(), "--json")
    assert json.loads(early.stdout)["reminders"] == []


def test_pledge_wishes_are_exported(tmp_path: Path) -> None:
    out = tmp_path / "wishes.xlsx"
    assert run("programme", "export", "pledge-wishes", "-o", out).exit_code == 0
    assert out.is_file()
