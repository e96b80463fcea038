"""Messages in Chinese."""

from collections.abc import Iterable

from matcher.language.choice import speaking


def in_chinese(lines: Iterable[str]) -> list[str]:
    """Return the lines that a generator makes in a Chinese run."""
    with speaking("zh"):
        return list(lines)
