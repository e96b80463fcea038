"""The examples of docs/notebook.md and of docstrings give what they show."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from matcher.notebook import frames
from matcher.notebook.report import SUMMARY_COLUMNS
from matcher.settings import Settings
from matcher.wiring.demo import run_demo
from tests.support.samples import TODAY

pytestmark = pytest.mark.sqlite  # a page for readers: once is enough
PAGE = Path(__file__).parents[1] / "docs" / "notebook.md"
EXAMPLES = (
    "matcher",
    "matcher.evaluation.evaluate",
    "matcher.needs.reading.reading",
    "matcher.notebook.engine",
    "matcher.patents.statements",
    "matcher.retrieval.fusion",
    "matcher.search.matcher",
)
"""Modules with runnable examples."""
EXPORT = (
    "申请号,发明名称,摘要\nCN201919900001.1,一种隔膜,隔膜涂覆陶瓷。\nCN201919900002.X,,无名称\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it after `scripts/demo`, with an export of two rows."""
    place = tmp_path_factory.mktemp("reader")
    run_demo(Settings(home=place / "var" / "demo"), TODAY, announce=lambda _: None)
    (place / "export.csv").write_text(EXPORT, encoding="utf-8")
    return place


def test_the_notebook_page_shows_what_it_gives(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert attempted > 15 and failed == 0
    assert (folder / "report.xlsx").stat().st_size > 5_000


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_the_docstring_holds(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    failed, attempted = doctest.testmod(import_module(name))
    assert attempted and failed == 0


def test_the_page_documents_every_column() -> None:
    text = PAGE.read_text("utf-8")
    tables = (
        frames.MATCH_COLUMNS,
        frames.STORED_NEED_COLUMNS,
        frames.PROBLEM_COLUMNS,
        SUMMARY_COLUMNS,
    )
    assert {name for table in tables for name in table if f"`{name}`" not in text} == set()
    meanings = {**frames.PATENT_COLUMNS, **frames.NEED_COLUMNS, **frames.PROBLEM_COLUMNS}
    assert {meaning for meaning in meanings.values() if meaning not in text} == set()
