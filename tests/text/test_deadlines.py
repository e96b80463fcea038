from datetime import date

import pytest

from matcher.text.deadlines import read_deadline
from matcher.text.numerals import read_numeral

BASE = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("二〇二六年十二月三十一日", date(2026, 12, 31)),
        ("二零二七年三月", date(2027, 3, 31)),
        ("2026年12月底前", date(2026, 12, 31)),
        ("截至2026年12月31日前完成", date(2026, 12, 31)),
        ("2026 年 6 月上旬", date(2026, 6, 10)),
        ("2026年底", date(2026, 12, 31)),
        ("26年底", date(2026, 12, 31)),
        ("27年6月30日前", date(2027, 6, 30)),
        ("27年上半年", date(2027, 6, 30)),
        ("2026年第三季度末", date(2026, 9, 30)),
        ("2026年三季度", date(2026, 9, 30)),
        ("2026Q3", date(2026, 9, 30)),
        ("Q4 2026", date(2026, 12, 31)),
        ("2026年上半年", date(2026, 6, 30)),
        ("2027-02", date(2027, 2, 28)),
        ("202612", date(2026, 12, 31)),
        ("46387", date(2026, 12, 31)),
        ("end of June 2027", date(2027, 6, 30)),
        ("Jun. 2027", date(2027, 6, 30)),
        ("2027 June", date(2027, 6, 30)),
        ("end of 2027", date(2027, 12, 31)),
        ("1 March 2026", date(2026, 3, 1)),
        ("01.03.2026", date(2026, 3, 1)),
        ("31/12/2026", date(2026, 12, 31)),
        ("2026年度", date(2026, 12, 31)),
    ],
)
def test_the_last_day_of_what_is_written(written: str, day: date) -> None:
    deadline = read_deadline(written)
    assert (deadline.day, deadline.is_last_of_several) == (day, False)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-01-01至2026-12-31", date(2026, 12, 31)),
        ("2026年1月1日—12月31日", date(2026, 12, 31)),
        ("2026.1-2026.12", date(2026, 12, 31)),
        ("2026年1月—2027年6月", date(2027, 6, 30)),
        ("2026-2028", date(2028, 12, 31)),
        ("June 2026 - March 2027", date(2027, 3, 31)),
    ],
)
def test_a_period_ends_on_its_last_day(written: str, day: date) -> None:
    deadline = read_deadline(written)
    assert (deadline.day, deadline.is_last_of_several) == (day, True)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("三个月内", date(2026, 8, 20)),
        ("半年内", date(2026, 11, 20)),
        ("within 6 months", date(2026, 11, 20)),
        ("12月底前", date(2026, 12, 31)),
        ("3月底", date(2027, 3, 31)),
        ("本月底", date(2026, 5, 31)),
        ("年底前", date(2026, 12, 31)),
        ("明年6月", date(2027, 6, 30)),
        ("第三季度", date(2026, 9, 30)),
    ],
)
def test_a_relative_deadline_needs_the_day_of_the_form(written: str, day: date) -> None:
    assert read_deadline(written, BASE).day == day
    assert read_deadline(written).is_relative and read_deadline(written).day is None


@pytest.mark.parametrize("written", ["2027年春节前", "2027年初", "2027年国庆前完成", "early 2027"])
def test_a_feast_or_season_is_no_day(written: str) -> None:
    assert read_deadline(written, BASE).day is None


def test_a_deadline_from_another_event_is_no_day() -> None:
    assert read_deadline("合同签订后6个月", BASE).is_relative
    assert (
        read_deadline("01/03/2026")
        == read_deadline("尽快", BASE)
        == read_deadline("民国115年", BASE)
        == read_deadline("")
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("廿五", 25),
        ("一百零五", 105),
        ("一千五", 1_500),
        ("壹佰贰拾", 120),
        ("两亿三千万", 230_000_000),
        ("二〇二六", 2026),
        ("十号", None),
        ("", None),
    ],
)
def test_numerals(text: str, number: int | None) -> None:
    assert read_numeral(text) == number
