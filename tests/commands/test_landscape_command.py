"""`matcher landscape`: sentences, JSON, and reports that name what they hold."""

from pathlib import Path

import docx
import openpyxl
import pytest

from matcher.errors import InputError
from matcher.reporting import pdf
from matcher.reporting.landscape import canvas
from matcher.store import audit
from matcher.store.database import Store
from matcher.wiring.build import build_index
from tests.support.command import run, run_json
from tests.support.engines import save, settings_for
from tests.support.import_files import write_csv
from tests.support.samples import ALL, INSTITUTION

PHONE = "13912345678"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an index over three patents."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    settings = settings_for(tmp_path / "home")
    save(settings, *ALL)
    build_index(settings)
    return tmp_path / "home"


@pytest.fixture
def fonts() -> None:
    """Skip on a machine without pango or without a Chinese font."""
    try:
        canvas.chinese_font()
        pdf.check_pdf()
    except InputError as error:
        pytest.skip(str(error))


def exported(home: Path) -> list[audit.AuditRow]:
    with Store(f"sqlite:///{home / 'matcher.sqlite'}") as store, store.reading() as connection:
        return audit.page(connection, action="landscape.exported")


def test_it_prints_a_sentence_for_each_frame(home: Path) -> None:
    printed = run("landscape").stdout
    assert printed.startswith("The whole catalogue\n")
    assert "Of 3 patents, 1 are in force" in printed
    assert "No need falls into this scope." in printed and exported(home) == []


def test_its_json_has_every_frame_with_its_sentence(home: Path) -> None:
    counted = run_json("landscape", "--industry", "新材料", "--status", "in_force")
    assert counted["scope"] == "legal status: in force; industry: new materials"
    assert counted["totals"]["patents"] == 1
    rows = counted["frames"]["by_institution"]["rows"]
    assert [(row["institution"], row["patents"]) for row in rows] == [(INSTITUTION, 1)]


def test_needs_of_a_sheet_are_the_demand(home: Path, tmp_path: Path) -> None:
    sheet = write_csv(tmp_path / "needs.csv", (("需求名称", "需求描述"), ("隔膜", "隔膜热收缩")))
    counted = run_json("landscape", "--needs", str(sheet))
    assert counted["totals"]["needs"] == 1


def test_a_query_stays_without_contact_data(home: Path) -> None:
    printed = run("landscape", "--query", f"电池隔膜的陶瓷层，请致电 {PHONE}")
    assert printed.exit_code == 0 and PHONE not in printed.stdout + printed.stderr


@pytest.mark.usefixtures("fonts")
def test_a_report_is_written_and_recorded(home: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"report.{kind}" for kind in ("pdf", "docx", "xlsx")]
    for file in files:
        assert run("landscape", "-o", str(file)).exit_code == 0
    assert files[0].read_bytes().startswith(b"%PDF-")
    assert docx.Document(str(files[1])).tables
    assert len(openpyxl.load_workbook(files[2]).sheetnames) == 10
    rows = exported(home)
    assert [row.details["format"] for row in rows] == ["pdf", "docx", "xlsx"]
    assert {row.details["patents"] for row in rows} == {3}


def test_another_name_and_a_file_that_is_there_are_refused(home: Path, tmp_path: Path) -> None:
    assert "must end in .pdf" in run("landscape", "-o", "report.txt").stderr
    (tmp_path / "report.pdf").touch()
    assert "--force" in run("landscape", "-o", str(tmp_path / "report.pdf")).stderr
    assert exported(home) == []
