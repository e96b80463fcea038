"""Sign-in names, and the lock that failed attempts bring."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.access import accounts
from matcher.access.accounts import NO_FAILURES, Failures
from matcher.access.roles import Role
from matcher.errors import InputError

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def failed(times: int, moment: datetime = NOW) -> Failures:
    """The failures after that many attempts, each as soon as the lock before it ends."""
    failures = NO_FAILURES
    for _attempt in range(times):
        moment = max(moment, failures.locked_until or moment)
        failures = failures.and_another(moment)
    return failures


def test_four_failures_lock_nothing_and_the_fifth_locks_for_a_quarter_of_an_hour() -> None:
    assert failed(4).locked_until is None
    fifth = failed(5)
    assert fifth.locked_until == NOW + 15 * MINUTE
    assert fifth.is_locked(NOW + 15 * MINUTE - timedelta(microseconds=1))
    assert not fifth.is_locked(NOW + 15 * MINUTE)


def test_locks_grow_to_an_hour_and_no_further() -> None:
    lengths = [accounts.lock_length(count) // MINUTE for count in (5, 6, 7, 8, 5_000)]
    assert lengths == [15, 30, 60, 60, 60]


@given(st.integers(min_value=0, max_value=60))
def test_no_number_of_failures_locks_for_more_than_an_hour(times: int) -> None:
    failures = failed(times)
    assert failures.last_at is None or not failures.is_locked(failures.last_at + 60 * MINUTE)


def test_failures_are_forgotten_after_a_day_without_one() -> None:
    later = failed(4).and_another(NOW + timedelta(days=1))
    assert (later.count, later.locked_until) == (1, None)
    assert failed(4).and_another(NOW + timedelta(hours=23)).locked_until is not None


@pytest.mark.parametrize(
    ("written", "name"),
    [("Zhang.Wei", "zhang.wei"), (" ＬＩ@x.example ", "li@x.example"), ("样例员", "样例员")],
)
def test_names_are_the_same_in_any_way_of_writing(written: str, name: str) -> None:
    assert accounts.check_name(written) == name


@given(st.text(max_size=80))
def test_folding_a_name_twice_changes_nothing(text: str) -> None:
    once = accounts.fold_name(text)
    assert accounts.fold_name(once) == once


@pytest.mark.parametrize("written", ["", "x", "a b", "x" * 61, "a\nb", "<b>x</b>", "a\u200bb"])
def test_other_names_are_refused(written: str) -> None:
    with pytest.raises(InputError, match="a sign-in name has 2 to 60"):
        accounts.check_name(written)


def test_neither_hash_nor_name_is_in_the_caller_and_the_hash_in_no_print() -> None:
    account = accounts.Account("us_1", "zhang", Role.STAFF, "$argon2id$x", NOW, NOW)
    assert account.caller.key == "us_1" and "zhang" not in repr(account.caller)
    assert "argon2id" not in repr(account)
