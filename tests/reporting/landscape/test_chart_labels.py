"""Labels of charts fit their width, whatever the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reporting.landscape.chart_labels import one_line, wrapped
from matcher.reporting.tables import text_width


@given(st.text(max_size=120), st.integers(6, 40))
def test_a_label_has_two_lines_at_most_and_none_is_too_wide(text: str, width: int) -> None:
    lines = wrapped(text.replace("\n", " "), width).split("\n")
    assert len(lines) <= 2 and all(text_width(line) <= width for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("样例大学", "样例大学"),
        ("渤海工业大学（样例）", "渤海工业大学\n（样例）"),
        ("Analysis of biological materials", "Analysis of\nbiological mat…"),
        ("样例省新材料与高端装备制造技术研究院", "样例省新材料与高\n端装备制造技术…"),
    ],
)
def test_a_label_breaks_at_a_blank_or_before_a_bracket(text: str, expected: str) -> None:
    assert wrapped(text, 16) == expected


def test_one_line_keeps_what_fits() -> None:
    assert one_line("样例大学", 8) == "样例大学" and one_line("样例大学", 7) == "样例…"
