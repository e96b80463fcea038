from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.dates import parse, parse_all, years_after


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
