"""Pages of lists and their cursors."""

from datetime import UTC, date, datetime

import pytest

from api.http.pages import (
    Page,
    cut_page,
    number_cursor,
    read_cursor,
    read_day,
    read_number_cursor,
    read_page,
    read_record_cursor,
    record_cursor,
    write_cursor,
)
from matcher.errors import InputError

ITEMS = (2, 3, 5, 7)
RECORD = "match_0123456789abcdef01234567"


def read(limit: int) -> tuple[int, ...]:
    return ITEMS[:limit]


def test_a_page_has_a_next_cursor_only_if_an_item_follows() -> None:
    assert read_page(read, 3, number_cursor) == Page((2, 3, 5), number_cursor(5))
    assert read_page(read, 4, number_cursor) == Page(ITEMS, None)
    assert read_page(read, 9, number_cursor) == Page(ITEMS, None)
    assert cut_page((), 5, number_cursor) == Page((), None)


def test_a_page_is_answered_with_its_items_and_the_next_cursor() -> None:
    response = Page(ITEMS[:2], "abc").response("primes", lambda prime: {"value": prime})
    assert response.body == b'{"primes":[{"value":2},{"value":3}],"next_cursor":"abc"}'


@pytest.mark.parametrize("number", [1, 2**40])
def test_a_number_cursor_is_read_back(number: int) -> None:
    assert read_number_cursor(number_cursor(number)) == number


def test_a_record_cursor_is_read_back_to_the_microsecond() -> None:
    moment = datetime(2026, 6, 30, 23, 59, 59, 999_999, tzinfo=UTC)
    assert read_record_cursor(record_cursor(moment, RECORD)) == (moment, RECORD)


def test_without_a_cursor_reading_starts_at_the_first_item() -> None:
    assert read_cursor(None, ".*") is None
    assert read_number_cursor(None) is None and read_record_cursor(None) is None


@pytest.mark.parametrize(
    "cursor",
    ["", "abc", "æøå", number_cursor(7)[:-1] + "!", write_cursor("7x"), write_cursor("٧")],
)
def test_a_cursor_that_no_page_gave_is_refused(cursor: str) -> None:
    with pytest.raises(InputError, match="without a cursor"):
        read_number_cursor(cursor)


def test_a_day_that_no_calendar_has_is_refused() -> None:
    assert read_day("2024-02-29") == date(2024, 2, 29)
    with pytest.raises(InputError, match="without a cursor"):
        read_day("2026-02-30")
