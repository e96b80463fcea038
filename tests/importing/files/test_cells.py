from datetime import date, datetime

import pytest

from matcher.importing.files.cells import clean, to_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (2017101170817.0, "2017101170817"),
        (2017101170817, "2017101170817"),
        (201710117081.7, "201710117081.7"),
        (0.5, "0.5"),
        (datetime(2017, 3, 1, 12, 30), "2017-03-01"),
        (date(2017, 3, 1), "2017-03-01"),
        (True, "是"),
        (" x ", " x "),
    ],
)
def test_a_spreadsheet_value_as_text(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(
    "cell", ["-", " - ", "——", "/", "nan", "NULL", "#N/A", "#REF!", "\ufeff", ""]
)
def test_placeholders_of_empty_cells_are_empty(cell: str) -> None:
    assert clean(cell) == ""


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("\u00ad\u3000样\u200b例 ", "样例"),
        ('="0123"', "0123"),
        ("a_x000D_\r\nb", "a\nb"),
        ("0", "0"),
        ("-5℃", "-5℃"),
    ],
)
def test_invisible_characters_are_removed(cell: str, text: str) -> None:
    assert clean(cell) == text
