"""Cache of what answers read from the database, forgotten as soon as the database changes."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RevisionCache(Generic[Key, Value]):
    """The values used last, all read at one revision of the database. Thread-safe.

    A revision is read before the values are, so these are as new as it is, or newer.
    """

    def __init__(self, size: int) -> None:
        """Set up for so many values."""
        self._size = size
        self._revision: int | None = None
        self._values: LRUCache[Key, Value] = LRUCache(size)
        self._lock = Lock()

    def get(
        self,
        revision: int,
        keys: Sequence[Key],
        read: Callable[[list[Key]], Mapping[Key, Value]],
    ) -> dict[Key, Value]:
        """Return the values of the keys at this revision; `read` gives those not in the cache.

        A key that `read` leaves out is left out.
        """
        with self._lock:
            if revision != self._revision:
                self._revision, self._values = revision, LRUCache(self._size)
            values = self._values
            found = {key: values[key] for key in keys if key in values}
        missing = [key for key in keys if key not in found]
        if missing:
            new = read(missing)
            found.update(new)
            with self._lock:
                values.update(new)
        return found
