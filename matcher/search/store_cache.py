"""Cache of what answers read from the database, forgotten as soon as the database changes."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

from matcher.store.database import StoreVersion

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class StoreCache(Generic[Key, Value]):
    """The values used last, all read at one version of the database. Thread-safe.

    A version is read before the values are, so these are as new as it is, or newer.
    """

    def __init__(self, size: int) -> None:
        """Set up for so many values."""
        self._size = size
        self._version: StoreVersion | None = None
        self._values: LRUCache[Key, Value] = LRUCache(size)
        self._lock = Lock()

    def get(
        self,
        version: StoreVersion,
        keys: Sequence[Key],
        read: Callable[[list[Key]], Mapping[Key, Value]],
    ) -> dict[Key, Value]:
        """Return the values of the keys at this version; `read` gives those not in the cache.

        A key that `read` leaves out is left out.
        """
        with self._lock:
            if version != self._version:
                self._version, self._values = version, LRUCache(self._size)
            values = self._values
            found = {key: values[key] for key in keys if key in values}
        missing = [key for key in keys if key not in found]
        if missing:
            new = read(missing)
            found.update(new)
            with self._lock:
                values.update(new)
        return found
