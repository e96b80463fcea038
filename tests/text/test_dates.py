from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.dates import (
    day_comes_first,
    order_is_open,
    parse,
    parse_all,
    years_after,
)


@pytest.mark.parametrize(
    "written",
    [
        "2017-03-01",
        "2017.3.1",
        "2017/03/01",
        "2017年3月1日",
        "20170301",
        "1 March 2017",
        "Mar 1, 2017",
        "01-MAR-2017",
        "2017-03-01 00:00:00",
        "２０１７－０３－０１",
        "42795",
        "01.03.2017",
        "2017년 3월 1일",
    ],
)
def test_every_spelling_is_one_day(written: str) -> None:
    assert parse(written) == date(2017, 3, 1)


@pytest.mark.parametrize(
    "written", ["", "-", "2017", "2017-02-30", "2017-13-01", "0017-03-01", "不详"]
)
def test_impossible_dates_are_none(written: str) -> None:
    assert parse(written) is None


def test_a_cell_may_hold_several_days_in_any_spelling() -> None:
    assert parse_all("2018年4月1日; 20170301") == [date(2018, 4, 1), date(2017, 3, 1)]


@given(st.dates(date(1985, 1, 1), date(2199, 12, 31)))
def test_a_day_written_in_iso_is_read_as_itself(day: date) -> None:
    assert parse(day.isoformat()) == day


def test_the_anniversary_of_a_leap_day() -> None:
    assert years_after(date(2004, 2, 29), 20) == date(2024, 2, 29)
    assert years_after(date(2004, 2, 29), 10) == date(2014, 2, 28)


@pytest.mark.parametrize(
    ("written", "day_first", "day"),
    [
        ("31/12/2020", None, date(2020, 12, 31)),
        ("12/31/2020", None, date(2020, 12, 31)),
        ("02/01/2021", True, date(2021, 1, 2)),
        ("02/01/2021", False, date(2021, 2, 1)),
        ("02/01/2021", None, None),
        ("02.01.2021", False, date(2021, 1, 2)),
        ("05/05/2021", None, date(2021, 5, 5)),
    ],
)
def test_the_order_of_day_and_month(written: str, day_first: bool | None, day: date | None) -> None:
    assert parse(written, day_first=day_first) == day
    assert order_is_open(written) is (written == "02/01/2021")


@pytest.mark.parametrize(
    ("texts", "day_first"),
    [
        (["02/01/2021", "31/01/2021"], True),
        (["02/01/2021", "01/31/2021"], False),
        (["02/01/2021", "31.01.2021"], None),
        (["31/01/2021", "01/31/2021"], None),
        (["2021-01-31"], None),
    ],
)
def test_a_column_tells_the_order_of_its_dates(texts: list[str], day_first: bool | None) -> None:
    assert day_comes_first(texts) is day_first
