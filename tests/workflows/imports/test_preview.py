"""Preview of an import: each row as it was recognised, the exact counts, and nothing saved."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import true

from matcher.errors import ConflictError, NotFoundError
from matcher.programme.kinds import KINDS
from matcher.settings import Settings
from matcher.store import audit, needs, patents, programme
from matcher.store.database import Store
from matcher.workflows.imports.preview_file import Preview
from matcher.workflows.imports.staged import StagedImports
from tests.support.import_files import BOTH, GRIPPER, HEADINGS, SEPARATOR, Table, delimited
from tests.support.staged_imports import preview, stage, work

NEEDS = (
    ("需求名称", "主要问题", "企业名称", "联系人", "联系电话"),
    ("耐高温隔膜", "隔膜在150℃收缩，电话13800000000", "样例电池有限公司", "样例甲", "13800000000"),
    ("", "", "样例二公司", "样例乙", ""),
)
NAMELESS = ("", "", "", "没有号也没有名称", "样例大学")
POOLS = (("专利池名称", "技术领域"), ("样例隔膜专利池", "新材料"))


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, model="fake", database_url=None)


def csv(rows: Table) -> bytes:
    return delimited(rows).encode()


def count(settings: Settings) -> int:
    with Store(settings.url) as store, store.reading() as connection:
        return patents.count(connection)


def test_rows_are_shown_as_they_were_recognised_and_nothing_is_saved(home: Settings) -> None:
    rows = (HEADINGS, SEPARATOR, NAMELESS, GRIPPER)
    read = preview(home, stage(home.home, {"导出.csv": csv(rows)}))
    (file,) = read.files()
    assert (file.name, file.kind, file.rows, file.new, file.refused) == (
        "导出.csv",
        "patents",
        3,
        2,
        1,
    )
    page = read.rows(0, 0, 10, only_problems=False)
    assert [(row.row, row.is_refused) for row, _ in page.rows] == [
        (2, False),
        (3, True),
        (4, False),
    ]
    first = page.rows[0][0].values
    assert first["application_number"] == SEPARATOR[0]
    assert (first["title"], first["owner"], first["filing_date"]) == (
        (SEPARATOR[2], SEPARATOR[4], "2019-03-01")
    )
    assert any(problem.refused for problem in page.rows[1][1])
    bad = read.rows(0, 0, 10, only_problems=True)
    assert 3 in [row.row for row, _ in bad.rows] and bad.total < page.total
    assert count(home) == 0


def test_a_long_file_is_read_by_the_page(home: Settings) -> None:
    rows = [(f"CN2019{n:08}", "", f"样例方法{n}") for n in range(250)]
    read = preview(home, stage(home.home, {"a.csv": csv((HEADINGS, *rows))}))
    page = read.rows(0, 100, 50, only_problems=False)
    assert page.total == 250
    assert [row.values["title"] for row, _ in page.rows] == [
        f"样例方法{n}" for n in range(100, 150)
    ]


def test_patents_needs_and_programme_records_are_saved_together_each_in_its_way(
    home: Settings,
) -> None:
    files = {"池.csv": csv(POOLS), "需求.csv": csv(NEEDS), "导出.csv": csv(BOTH)}
    staged = stage(home.home, files)
    shown = preview(home, staged).files()
    assert [(file.kind, file.new, file.refused) for file in shown] == [
        ("pools", 1, 0),
        ("needs", 1, 1),
        ("patents", 2, 0),
    ]
    saved = work(home, staged, "save")["saved"]
    assert [(file["kind"], file["new"], file["refused"]) for file in saved["files"]] == [
        (file.kind, file.new, file.refused) for file in shown
    ]
    with Store(home.url) as store, store.reading() as connection:
        assert patents.count(connection) == 2
        (need,) = needs.each(connection, true())
        assert need.created_by == "key_staff"
        assert len(list(programme.each(connection, KINDS["pools"], None))) == 1
        actions = {row.action for row in audit.page(connection)}
    assert actions >= {"patents.imported", "needs.imported", "programme.imported"}
    assert not StagedImports(home.home).preview(staged.id).exists()


def test_personal_contacts_are_in_no_row_and_no_problem(home: Settings) -> None:
    people = (*HEADINGS, "联系人", "联系电话", "同意公开范围")
    shifted = (SEPARATOR[0], "", "样例方法 13800000000", "", "样例大学 13800000000")
    tables: tuple[Table, ...] = (
        NEEDS,
        (people, (*SEPARATOR, "样例甲", "13800000000", "是")),
        (HEADINGS, shifted, ("", "", "", "电话13800000000")),
    )
    files = {f"{n}.csv": csv(table) for n, table in enumerate(tables)}
    read = preview(home, stage(home.home, files))
    texts = [str(read.files()), str(read.problems())]
    texts += [str(read.rows(n, 0, 10, only_problems=False)) for n in range(len(tables))]
    assert [text for text in texts if "13800000000" in text] == []


def test_a_file_that_cannot_be_read_stops_no_other_and_offers_its_columns(home: Settings) -> None:
    files = {
        "空.csv": b"",
        "图.xlsx": b"\x89PNG....",
        "foreign.csv": csv((("Bezeichnung", "Nummer"), ("Bearing", "CN201919900001.1"))),
        "导出.csv": csv(BOTH),
    }
    staged = stage(home.home, files)
    read = preview(home, staged)
    empty, picture, foreign, export = read.files()
    assert empty.error and empty.error.startswith("空.csv is empty")
    assert picture.error and "图.xlsx is a picture" in picture.error
    assert foreign.error and [c.heading for c in foreign.sheets[0].columns] == (
        ["Bezeichnung", "Nummer"]
    )
    assert (export.error, export.new) == (None, 2)
    saved = work(home, staged, "save")["saved"]
    assert [file["name"] for file in saved["files"]] == ["导出.csv"]


def test_nothing_is_imported_before_it_was_read(home: Settings) -> None:
    staged = stage(home.home, {"导出.csv": csv(BOTH)})
    with pytest.raises(NotFoundError, match="not been read"):
        work(home, staged, "save")


def test_replacing_deletes_as_many_as_were_confirmed_or_nothing(home: Settings) -> None:
    work_all(home, BOTH)
    staged = stage(home.home, {"one.csv": csv((HEADINGS, SEPARATOR))})
    assert preview(home, staged).absent() == 1
    with pytest.raises(ConflictError, match="1 patents are in none of the files now, not 2"):
        work(home, staged, "save", may_delete=2)
    assert count(home) == 2
    assert work(home, staged, "save", may_delete=1)["saved"]["deleted"] == 1
    assert count(home) == 1


def test_files_without_a_patent_never_empty_the_catalogue(home: Settings) -> None:
    work_all(home, BOTH)
    staged = stage(home.home, {"bad.csv": csv((HEADINGS, NAMELESS))})
    assert preview(home, staged).absent() == 0
    assert work(home, staged, "save", may_delete=0)["saved"]["deleted"] == 0
    assert count(home) == 2


def test_the_problems_of_an_import_are_kept_as_those_of_a_command(home: Settings) -> None:
    staged = stage(home.home, {"bad.csv": csv((HEADINGS, NAMELESS))})
    problems = preview(home, staged).count_problems()
    saved = work(home, staged, "save")["saved"]
    assert saved["problems"] == problems
    (kept,) = (home.home / "import-problems").iterdir()
    assert kept.name == saved["problem_file"]


def test_an_import_goes_on_to_the_index(home: Settings) -> None:
    staged = stage(home.home, {"导出.csv": csv(BOTH)})
    preview(home, staged)
    told = work(home, staged, "save")
    assert told["index"]["patents"] == 2
    again = stage(home.home, {"导出.csv": csv(BOTH)})
    preview(home, again)
    assert "index" not in work(home, again, "save")  # nothing changed


@given(
    st.lists(st.sampled_from([SEPARATOR, GRIPPER, NAMELESS, ()]), max_size=6),
    st.lists(st.sampled_from([SEPARATOR, GRIPPER]), max_size=2),
)
@hypothesis_settings(max_examples=15)
def test_a_preview_counts_what_the_import_then_does(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Table], before: list[Table]
) -> None:
    home = Settings(home=tmp_path_factory.mktemp("home"), model="fake", database_url=None)
    if before:
        work_all(home, (HEADINGS, *before))
    staged = stage(home.home, {"a.csv": csv((HEADINGS, *rows))})
    read = preview(home, staged)
    names = ("rows", "new", "changed", "unchanged", "refused")
    (file,) = read.files()
    counted, absent, held = [getattr(file, name) for name in names], read.absent(), count(home)
    assert read.rows(0, 0, 100, only_problems=False).total == file.rows
    (saved,) = work(home, staged, "save")["saved"]["files"]
    assert [saved[name] for name in names] == counted
    assert count(home) == held + file.new
    assert 0 <= absent <= held


def work_all(home: Settings, rows: Table) -> None:
    """Import a table of patents."""
    staged = stage(home.home, {"all.csv": csv(rows)})
    assert isinstance(preview(home, staged), Preview)
    work(home, staged, "save")
