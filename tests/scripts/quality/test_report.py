"""The report and its place in a document."""

from pathlib import Path

import pytest

from matcher.errors import InputError
from scripts.quality.report import BEGIN_MARKER, END_MARKER, replace_report, report_markdown
from tests.scripts.quality.examples import BETTER, WORSE, record


def test_a_report_has_differences_and_names_what_was_left_out() -> None:
    markdown = report_markdown(record(BETTER, left_out=("dev needs",)), record(WORSE), "commit abc")
    assert "| since commit abc |" in markdown and "Left out: dev needs" in markdown
    assert "| samples | 3 | ndcg@10 |  |  |  | 0.500 |  |  | +0.250 [+0.250, +0.250] |" in markdown
    assert "| same |" in report_markdown(record(BETTER), record(BETTER), "commit abc")


def test_the_report_is_written_between_its_markers(tmp_path: Path) -> None:
    document = tmp_path / "quality.md"
    document.write_text(
        f"# By hand\n\n{BEGIN_MARKER}\nold\n{END_MARKER}\n\nTried: much.\n", encoding="utf-8"
    )
    replace_report(document, "new")
    expected = f"# By hand\n\n{BEGIN_MARKER}\n\nnew\n\n{END_MARKER}\n\nTried: much.\n"
    assert document.read_text("utf-8") == expected
    document.write_text("no markers", encoding="utf-8")
    with pytest.raises(InputError, match="needs the lines"):
        replace_report(document, "new")
