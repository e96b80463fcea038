"""The Python face: frames of answers, patents, needs, reports and files; no personal data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import matcher
from matcher.errors import IndexUnavailableError, InputError
from matcher.importing.read_need_files import read_needs_files
from matcher.notebook.engine import Engine
from matcher.notebook.frames import (
    MATCH_COLUMNS,
    NEED_COLUMNS,
    PATENT_COLUMNS,
    PROBLEM_COLUMNS,
    STORED_NEED_COLUMNS,
)
from matcher.notebook.report import SUMMARY_COLUMNS
from matcher.settings import Settings
from matcher.types import Filters, LegalStatus, Need
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from matcher.workflows.import_needs import command_context, save_needs
from tests.support.engines import save, settings_for
from tests.support.import_files import write_csv, write_xlsx
from tests.support.samples import ALL, GRIPPER, SEPARATOR, TODAY, TTO

PHONE, EMAIL = "13912345678", "someone@sample.example"
NEEDS = (
    ("需求名称", "主要问题", "联系人", "联系电话", "电子邮箱"),
    ("耐高温隔膜", "隔膜收缩", "样例甲", PHONE, EMAIL),
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_for(tmp_path_factory.mktemp("home"))
    save(settings, *ALL)
    build_index(settings)
    return settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with Engine(settings) as opened:
        yield opened


def test_an_answer_is_a_sequence_of_matches_and_a_frame(engine: Engine) -> None:
    answer = engine.match("电池隔膜的陶瓷层", k=2)
    assert len(answer) == 2 and answer[0].patent == SEPARATOR
    frame = answer.to_frame()
    assert list(frame.columns) == list(MATCH_COLUMNS)
    assert frame["title"].tolist() == [match.patent.title for match in answer]
    first = frame.iloc[0]
    assert (first["tto"], first["tto_phone"], first["tto_email"]) == (
        TTO.name,
        TTO.phone,
        TTO.email,
    )
    assert first["filing_date"].date() == SEPARATOR.filing_date
    assert frame.attrs["need"] == "电池隔膜的陶瓷层" and frame.attrs["model"] == "fake"


def test_a_need_can_be_given_by_its_fields_and_an_empty_one_is_refused(engine: Engine) -> None:
    by_fields = engine.match(Need(title="夹爪", problem="易碎零件有压痕"), k=1)
    assert by_fields[0].patent == GRIPPER
    with pytest.raises(InputError, match="empty"):
        engine.match(" ")


def test_filters_narrow_answers_and_the_catalogue(engine: Engine) -> None:
    every = Filters(legal_status=frozenset(LegalStatus))
    assert len(engine.patents(every)) == len(ALL)
    frame = engine.patents(every).to_frame()
    assert list(frame.columns) == list(PATENT_COLUMNS)
    nothing = engine.match("隔膜", Filters(regions=("西藏",)))
    assert len(nothing) == 0 and list(nothing.to_frame().columns) == list(MATCH_COLUMNS)
    assert engine.similar(SEPARATOR.id, every)[0].patent != SEPARATOR


def test_stored_needs_come_without_their_contact_persons(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    save(settings, *ALL)
    build_index(settings)
    file = tmp_path / "needs.xlsx"
    write_xlsx(file, {"需求": NEEDS})
    with open_store(settings) as store, store.writing() as connection:
        save_needs(connection, read_needs_files([file], today=TODAY), command_context(settings))
    with Engine(settings) as engine:
        needs = engine.needs()
        assert len(needs) == 1 and len(engine.needs("closed")) == 0
        frame = needs.to_frame()
        assert list(frame.columns) == list(STORED_NEED_COLUMNS)
        assert frame["title"].tolist() == ["耐高温隔膜"]
        assert all(need.contact is None for need in needs) and "contact" not in repr(needs)
        told = frame.to_csv()
        assert PHONE not in told and EMAIL not in told and "样例甲" not in told


def test_a_report_has_a_row_for_every_need_and_computes_no_text(
    engine: Engine, tmp_path: Path
) -> None:
    report = matcher.report(engine, ["=电池隔膜", "", Need(title="夹爪", id="7")], k=2)
    assert list(report.needs.columns) == list(SUMMARY_COLUMNS)
    assert report.needs["results"].tolist() == [2, 0, 2]
    assert report.needs["need"].tolist() == [1, 2, 3] and report.needs["id"].tolist()[2] == "7"
    assert set(report.matches["need"]) == {1, 3}
    assert list(report.matches.columns) == ["need", *MATCH_COLUMNS]
    report.save(tmp_path / "report.xlsx", exported_by="样例")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == ["需求", "匹配结果", "导出说明"]
    text = book["需求"].cell(2, list(SUMMARY_COLUMNS).index("text") + 1)
    assert text.value == "=电池隔膜" and text.data_type == "s"
    with pytest.raises(InputError, match="at least one"):
        matcher.report(engine, [])


def test_a_report_on_a_file_of_needs(engine: Engine, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "needs.xlsx", {"需求": NEEDS})
    report = matcher.report(engine, tmp_path / "needs.xlsx", k=1)
    assert report.needs["title"].tolist() == ["耐高温隔膜"]
    rows = (("申请号", "发明名称"), ("CN201919900001.1", "一种隔膜"))
    with pytest.raises(InputError, match="holds patents, not needs"):
        matcher.report(engine, write_csv(tmp_path / "list.csv", rows))


def test_a_file_is_read_with_its_problems_and_stored_nowhere(tmp_path: Path) -> None:
    rows = (("申请号", "名称甲"), ("CN201919900001.1", "一种隔膜"), ("CN201919900002.X", ""))
    contents = matcher.read(write_csv(tmp_path / "list.csv", rows), title="名称甲")
    assert (contents.kind, contents.rows) == ("patents", 2)
    assert contents.patents["title"].tolist() == ["一种隔膜"]
    assert list(contents.problems.columns) == list(PROBLEM_COLUMNS)
    assert contents.problems["row"].tolist() == [3] and contents.problems["refused"].all()
    assert list(contents.needs.columns) == list(NEED_COLUMNS) and contents.needs.empty
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv"]


def test_needs_are_read_without_their_contact_persons(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "needs.xlsx", {"需求": NEEDS})
    contents = matcher.read(tmp_path / "needs.xlsx")
    assert contents.needs["title"].tolist() == ["耐高温隔膜"]
    assert PHONE not in contents.needs.to_csv() and PHONE not in repr(contents)


def test_a_home_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError, match="matcher index"):
        matcher.open(tmp_path)


def test_the_package_has_no_other_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'close'"):
        matcher.close  # noqa: B018 - the access is the test


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1.5], "need 1 is no text and no Need, but float"),
        (["隔膜", None], "need 2 is no text and no Need, but NoneType"),
        (Need("隔膜"), "needs go in a list"),
        ("减少注塑件翘曲", "texts of needs go in a list"),
    ],
)
def test_what_is_no_need_is_named(engine: Engine, given: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        matcher.report(engine, given)


def test_texts_are_not_matched_letter_by_letter(engine: Engine) -> None:
    with pytest.raises(InputError, match="in a list"):
        list(engine.match_many("隔膜"))


def test_a_closed_engine_answers_nothing(settings: Settings) -> None:
    opened = Engine(settings)
    opened.close()
    with pytest.raises(InputError, match="closed"):
        opened.match("隔膜")
    with pytest.raises(InputError, match="closed"):
        opened.needs()


def test_contact_data_in_texts_is_masked_and_in_no_repr(engine: Engine, tmp_path: Path) -> None:
    text = f"隔膜收缩，请致电 {PHONE} 或 {EMAIL}"
    answer = engine.match(text, k=1)
    report = matcher.report(engine, [text], k=1)
    rows = (("需求名称", "主要问题", "预算(万元)"), ("耐高温隔膜", text, PHONE))
    contents = matcher.read(write_csv(tmp_path / "needs.csv", rows))
    for shown in (
        repr(answer),
        str(answer.to_frame().attrs),
        report.needs.to_csv(),
        contents.needs.to_csv(),
        repr(contents),
    ):
        assert PHONE not in shown and EMAIL not in shown
    assert "隔膜收缩" in report.needs["text"].tolist()


def test_a_report_keeps_its_types_beside_an_empty_need(engine: Engine) -> None:
    types = matcher.report(engine, ["隔膜"], k=1).matches.dtypes
    assert matcher.report(engine, ["", "隔膜"], k=1).matches.dtypes.equals(types)


@pytest.mark.parametrize(
    ("name", "exported_by", "message"),
    [
        ("report.csv", "样例", "is an .xlsx file"),
        ("gone/report.xlsx", "样例", "does not exist"),
        ("report.xlsx", " ", "names who exported it"),
        ("there.xlsx", "样例", "is there already"),
    ],
)
def test_a_report_is_saved_only_as_a_new_workbook_with_an_author(
    engine: Engine, tmp_path: Path, name: str, exported_by: str, message: str
) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"mine")
    report = matcher.report(engine, ["隔膜"], k=1)
    with pytest.raises(InputError, match=message):
        report.save(tmp_path / name, exported_by=exported_by)
    assert (tmp_path / "there.xlsx").read_bytes() == b"mine"
    report.save(tmp_path / "there.xlsx", exported_by="样例", force=True)
    assert (tmp_path / "there.xlsx").stat().st_size > 4


def test_wrong_places_are_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        matcher.read(tmp_path)
    (tmp_path / "need.txt").write_text("隔膜收缩", encoding="utf-8")
    with pytest.raises(InputError, match="for tables only"):
        matcher.read(tmp_path / "need.txt", title="名称")
    with pytest.raises(InputError, match="is no folder"):
        matcher.open(tmp_path / "need.txt")
    with pytest.raises(InputError, match="there is no state 'gone'"):
        engine.needs("gone")
    assert {"open", "read", "report"} <= set(dir(matcher))
