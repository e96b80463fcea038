"""Slots, tables and days in the forms in which people write them."""

from datetime import date

import pytest

from matcher.errors import InputError
from matcher.events.timetable import (
    long_slots,
    presence_within,
    read_day,
    read_slots,
    read_tables,
)


def test_a_range_is_cut_into_slots() -> None:
    assert read_slots("14:00-15:10/20") == ("14:00-14:20", "14:20-14:40", "14:40-15:00")
    assert read_slots("9:00-11:00")[:2] == ("09:00-09:20", "09:20-09:40")


def test_slots_come_in_order_of_time() -> None:
    assert read_slots("14:30-14:50，14：00-14：20") == ("14:00-14:20", "14:30-14:50")


@pytest.mark.parametrize(
    "text", ["", "14-15", "15:00-14:00", "14:00-15:00,14:30-15:30", "14:00-14:20/3", "25:00-26:00"]
)
def test_text_that_is_no_timetable_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_slots(text)


def test_tables_are_given_by_number_or_name() -> None:
    assert read_tables("3") == ("1", "2", "3")
    assert read_tables("A1，A2") == ("A1", "A2")


@pytest.mark.parametrize("text", ["0", "", "A,A", "99999"])
def test_impossible_tables_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_tables(text)


def test_a_day_is_parsed_or_refused() -> None:
    assert read_day("2026年12月3日") == date(2026, 12, 3)
    with pytest.raises(InputError):
        read_day("soon")


def test_slots_longer_than_an_hour_are_told() -> None:
    assert long_slots(("09:00-10:00", "14:00-17:00")) == [("14:00-17:00", 180)]


@pytest.mark.parametrize(
    ("old", "now", "left"),
    [
        (("14:00-14:20",), ("14:00-14:10", "14:10-14:20", "14:20-14:30"), (0, 1)),
        (("14:00-14:20", "14:20-14:40"), ("14:00-14:30", "14:30-15:00"), (0,)),
        (("14:00-14:20", "14:40-15:00"), ("14:00-14:30", "14:40-15:00"), (1,)),
        ((), ("14:00-14:20",), ()),
    ],
)
def test_presence_is_fitted_to_new_slots(
    old: tuple[str, ...], now: tuple[str, ...], left: tuple[int, ...]
) -> None:
    assert presence_within(old, now) == tuple(now[number] for number in left)


def test_slots_are_read_in_full_width_and_with_long_dashes() -> None:
    assert read_slots("１４：００—１４：２０，14:20～14:40") == ("14:00-14:20", "14:20-14:40")
