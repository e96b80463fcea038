"""What was computed of the last texts, so that it need not be computed again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Computes a value for each text, those that are missing together; keeps the last used ones.

    May be used from several threads.
    """

    def __init__(self, compute: Callable[[list[str]], Sequence[Value]], most: int) -> None:
        """`compute` gives a value for each text, in order; at most `most` values are kept."""
        self._compute = compute
        self._most = most
        self._kept: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Iterable[str]) -> dict[str, Value]:
        """The value of each text."""
        wanted = list(dict.fromkeys(texts))
        with self._lock:
            values = {text: self._kept[text] for text in wanted if text in self._kept}
        missing = [text for text in wanted if text not in values]
        if missing:
            values.update(zip(missing, self._compute(missing), strict=True))
        with self._lock:
            for text in wanted:
                self._kept[text] = values[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return values
