import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.patents.application_numbers import (
    ApplicationNumber,
    NumberFault,
    canonical_or_none,
    check_digit,
    parse_application_number,
)
from matcher.types import PatentType

REAL = "CN201710117081.7"
"""The worked example of the standard, whose check digit is published there."""


@pytest.mark.parametrize(
    "written",
    [
        "CN201710117081.7",
        "ZL201710117081.7",
        "cn201710117081.7",
        "201710117081.7",
        "2017101170817",
        "201710117081",
        " CN 2017 1 0117081.7 ",
        "ＣＮ２０１７１０１１７０８１．７",
        "专利号：ZL201710117081.7",
        "201710117081。7",
        '="201710117081.7"',
        "CN201710117081A",
    ],
)
def test_every_spelling_gives_the_same_number(written: str) -> None:
    assert parse_application_number(written) == ApplicationNumber(REAL, PatentType.INVENTION)


@pytest.mark.parametrize(
    ("digits", "digit"),
    [
        ("201710117081", "7"),  # 4+0+4+35+6+0+8+9+14+0+32+5 = 117 = 10*11 + 7
        ("201910000017", "X"),  # 4+0+4+45+6+0+0+0+0+0+4+35 = 98 = 8*11 + 10
        ("85100009", "6"),  # 16+15+4+0+0+0+0+81 = 116 = 10*11 + 6
    ],
)
def test_the_check_digit_follows_the_standard(digits: str, digit: str) -> None:
    assert check_digit(digits) == digit
    assert canonical_or_none(digits) == f"CN{digits}.{digit}"


@pytest.mark.parametrize(
    ("written", "patent_type"),
    [
        ("201710117081", PatentType.INVENTION),
        ("201720117081", PatentType.UTILITY_MODEL),
        ("201730117081", PatentType.DESIGN),
        ("201780117081", PatentType.INVENTION),
        ("201790117081", PatentType.UTILITY_MODEL),
        ("98223456", PatentType.UTILITY_MODEL),
        ("02311234", PatentType.DESIGN),
    ],
)
def test_the_type_digit_gives_the_patent_type(written: str, patent_type: PatentType) -> None:
    number = parse_application_number(written)
    assert isinstance(number, ApplicationNumber)
    assert number.patent_type is patent_type


@pytest.mark.parametrize("written", ["201710117081.6", "201710117081X"])
def test_a_wrong_check_digit_is_flagged_and_the_number_kept_as_written(written: str) -> None:
    number = parse_application_number(written)
    assert isinstance(number, ApplicationNumber)
    assert number.check_digit_is_wrong
    assert number.canonical == f"CN201710117081.{written[-1]}"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("2.017E+12", NumberFault.SPREADSHEET),
        ("2.01710117081E+12", NumberFault.SPREADSHEET),
        ("2017000000000", NumberFault.SPREADSHEET),
        ("2017100000000", NumberFault.SPREADSHEET),
        ("CN107000001A", NumberFault.PUBLICATION),
        ("201740117081.7", NumberFault.UNREADABLE),
        ("199910117081.7", NumberFault.UNREADABLE),
        ("20171011708", NumberFault.UNREADABLE),
        ("样例", NumberFault.UNREADABLE),
        ("", NumberFault.UNREADABLE),
    ],
)
def test_other_text_gives_its_fault(written: str, fault: NumberFault) -> None:
    assert parse_application_number(written) is fault
    assert canonical_or_none(written) is None


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("PCT/CN2017/088888", "PCT/CN2017/088888"),
        ("US 15/123,456", "US15123456"),
        ("EP17188888.1", "EP17188888"),
    ],
)
def test_numbers_of_other_offices_are_kept(written: str, canonical: str) -> None:
    assert canonical_or_none(written) == canonical


@given(
    year=st.integers(2003, 2099),
    kind=st.sampled_from("12389"),
    serial=st.integers(1, 9_999_999),
)
def test_the_canonical_form_is_parsed_to_itself(year: int, kind: str, serial: int) -> None:
    canonical = canonical_or_none(f"{year}{kind}{serial:07d}")
    assert canonical is not None
    again = parse_application_number(canonical)
    assert isinstance(again, ApplicationNumber)
    assert again.canonical == canonical
    assert not again.check_digit_is_wrong
