"""Large patterns behind a prefilter: a cheap test that is true for every text with a match."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class PrefilteredPattern:
    """Pattern that is compiled when a text first passes its prefilter.

    The largest take up to a tenth of a second to compile, and most texts pass none.
    """

    def __init__(self, pattern: str, may_match: Callable[[str], object]) -> None:
        """Take a pattern and its prefilter."""
        self._pattern = pattern
        self._may_match = may_match

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text."""
        return self._compiled.finditer(text) if self._may_match(text) else iter(())

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self._compiled.search(text) if self._may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of a whole text."""
        return self._compiled.fullmatch(text) if self._may_match(text) else None

    def subn(self, replacement: str, text: str) -> tuple[str, int]:
        """Replace the matches in a text; return the new text and their number."""
        return self._compiled.subn(replacement, text) if self._may_match(text) else (text, 0)
