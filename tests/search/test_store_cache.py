"""What answers read of the database is kept as long as the database does not change."""

from collections.abc import Mapping

from matcher.search.store_cache import StoreCache
from matcher.store.database import StoreVersion

FIRST, SECOND = StoreVersion(1, "a"), StoreVersion(2, "a")
RESTORED = StoreVersion(1, "b")


class Table:
    """A table that notes what is read of it."""

    def __init__(self, rows: Mapping[int, str]) -> None:
        self.rows = rows
        self.read: list[list[int]] = []

    def __call__(self, keys: list[int]) -> dict[int, str]:
        self.read.append(keys)
        return {key: self.rows[key] for key in keys if key in self.rows}


def test_a_value_is_read_once_for_a_version() -> None:
    cache, table = StoreCache[int, str](10), Table({1: "x", 2: "y"})
    assert cache.get(FIRST, [1], table) == {1: "x"}
    assert cache.get(FIRST, [1, 2, 3], table) == {1: "x", 2: "y"}
    assert table.read == [[1], [2, 3]]


def test_another_version_is_read_anew_and_so_is_a_restored_database() -> None:
    cache = StoreCache[int, str](10)
    for version, value in ((FIRST, "x"), (SECOND, "y"), (RESTORED, "z")):
        assert cache.get(version, [1], Table({1: value})) == {1: value}


def test_what_was_read_for_an_earlier_version_is_not_taken_for_the_next() -> None:
    cache = StoreCache[int, str](10)

    def changed_meanwhile(keys: list[int]) -> dict[int, str]:
        cache.get(SECOND, [2], Table({2: "of the second"}))
        return {1: "of the first"}

    assert cache.get(FIRST, [1], changed_meanwhile) == {1: "of the first"}
    assert cache.get(SECOND, [1], Table({1: "of the second"})) == {1: "of the second"}


def test_no_more_values_stay_than_the_size() -> None:
    cache, table = StoreCache[int, str](2), Table({1: "x", 2: "y", 3: "z"})
    assert cache.get(FIRST, [1, 2, 3], table) == table.rows
    cache.get(FIRST, [1, 2, 3], table)
    assert table.read[1:] == [[1]]
