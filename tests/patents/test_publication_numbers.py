import pytest

from matcher.patents.publication_numbers import (
    best_publication,
    parse_publication_number,
    split_cell,
)
from matcher.types import PatentType


@pytest.mark.parametrize(
    ("written", "stem", "kind", "granted", "patent_type"),
    [
        ("CN107000001A", "CN107000001", "A", False, PatentType.INVENTION),
        ("CN 107000001 B", "CN107000001", "B", True, PatentType.INVENTION),
        ("cn1234567c", "CN1234567", "C", True, PatentType.INVENTION),
        ("CN207000001U", "CN207000001", "U", True, PatentType.UTILITY_MODEL),
        ("CN2700001Y", "CN2700001", "Y", True, PatentType.UTILITY_MODEL),
        ("CN307000001S", "CN307000001", "S", True, PatentType.DESIGN),
        ("CN3000001D", "CN3000001", "D", True, PatentType.DESIGN),
        ("107000001A", "CN107000001", "A", False, PatentType.INVENTION),
        ("CN107000001", "CN107000001", None, False, PatentType.UNKNOWN),
        # What a kind code of another office means is that office's matter.
        ("US2017123456A1", "US2017123456", "A1", False, PatentType.UNKNOWN),
        ("EP1234567B1", "EP1234567", "B1", False, PatentType.UNKNOWN),
    ],
)
def test_number_and_kind_code(
    written: str, stem: str, kind: str | None, granted: bool, patent_type: PatentType
) -> None:
    number = parse_publication_number(written)
    assert number is not None
    assert (number.stem, number.kind) == (stem, kind)
    assert number.written == stem + (kind or "")
    assert (number.is_granted, number.patent_type) == (granted, patent_type)


@pytest.mark.parametrize("written", ["", "样例", "B", "CN12B", "CN201710117081.7"])
def test_other_text_and_application_numbers_are_none(written: str) -> None:
    assert parse_publication_number(written) is None


def test_a_cell_of_a_whole_family_is_split() -> None:
    assert split_cell("CN107000001A\nCN107000001B") == ["CN107000001A", "CN107000001B"]
    assert split_cell("US2017123456A1 CN107000001A") == ["US2017123456A1", "CN107000001A"]
    assert split_cell("CN 107000001 A") == ["CN 107000001 A"]
    assert split_cell("CN107000001A、CN107000002B") == ["CN107000001A", "CN107000002B"]
    assert split_cell("US 9,901,762 B2") == ["US 9,901,762 B2"]


@pytest.mark.parametrize(
    ("cells", "index"),
    [
        (["CN107000001A", "CN107000001B"], 1),
        (["US2017123456A1", "CN107000001A"], 1),
        (["US2017123456A1", "EP1234567B1"], 0),
        (["?", "CN107000001A"], 1),
    ],
)
def test_a_granted_then_a_chinese_publication_takes_precedence(
    cells: list[str], index: int
) -> None:
    publication = best_publication(cells)
    assert publication is not None
    assert publication[0] == index


def test_other_text_gives_no_publication() -> None:
    assert best_publication(["", "?"]) is None
