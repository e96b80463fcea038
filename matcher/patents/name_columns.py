"""Separators between the names of a column, decided over all its cells.

What separates in one file is part of a name in another: a comma stands between people, between
family and given name, and before Ltd.; a blank stands between Chinese names and inside Japanese
ones. One cell does not tell; a column does.
"""

import re
from collections.abc import Iterable, Sequence

from matcher.patents.names import STRONG_SEPARATORS, are_chinese_names
from matcher.text.characters import BASIC_CHINESE, nfkc

_OTHER_SCRIPT = re.compile("[\u3040-\u30ff\uac00-\ud7a3]")
"""Kana or Hangul."""
_EAST_ASIAN = re.compile(f"[{BASIC_CHINESE}\u3040-\u30ff\uac00-\ud7a3]")
_CHINESE_WORDS = re.compile(rf"[{BASIC_CHINESE}]{{2,4}}(?:\s+[{BASIC_CHINESE}]{{2,4}})+")

_COMMAS = (",", "，")
_LIST = ("、", *_COMMAS)


class NameColumn:
    """A column of names while its cells are read: it keeps those that may tell its separators."""

    def __init__(self, of_format: Sequence[str], *, people: bool) -> None:
        self._of_format, self._people = of_format, people
        self._texts: list[str] = []
        self._strong: set[str] = set()

    def add(self, cell: str) -> None:
        """Read a cell."""
        if self._of_format:
            if not self._strong:
                self._keep(cell, self._of_format[:1])
        elif self._people and len(self._strong) < len(STRONG_SEPARATORS):
            self._keep(cell, STRONG_SEPARATORS)

    def separators(self) -> tuple[str, ...] | None:
        """Return the separators, as `separators_of` the cells."""
        return separators_of(self._texts, self._of_format, people=self._people)

    def _keep(self, cell: str, strong: Sequence[str]) -> None:
        """Keep a cell; once one has a strong separator, only those that have another one."""
        text = nfkc(cell).strip()
        found = {separator for separator in strong if separator in text} - self._strong
        if found and not self._strong:
            self._texts.clear()
        if found or not self._strong:
            self._texts.append(cell)
        self._strong |= found


def separators_of(
    cells: Iterable[str], of_format: Sequence[str], *, people: bool
) -> tuple[str, ...] | None:
    """Return the separators of a column of names; None where each cell is to decide by itself.

    `of_format` are those of a known export format: the first that the column has is taken, and
    none of them means that no cell lists several names.
    """
    texts = [nfkc(cell).strip() for cell in cells]
    if of_format:
        return _of_format(texts, of_format)
    strong = tuple(
        separator for separator in STRONG_SEPARATORS if any(separator in text for text in texts)
    )
    if not people:
        return None
    if strong:
        return (*strong, "、")
    if any("、" in text for text in texts):
        return ("、",)
    found = _COMMAS if _commas_separate(texts) else ()
    if _blanks_separate(texts):
        return (*found, " ")
    return found


def _of_format(texts: Sequence[str], of_format: Sequence[str]) -> tuple[str, ...]:
    for separator in of_format:
        if any(separator in text for text in texts):
            return (separator[0],)
    # Edited by hand, a table of an export may separate otherwise.
    if of_format[0] != "," and any(_are_chinese_list(text) for text in texts):
        return _LIST if any(re.search("[、,]", text) for text in texts) else (" ",)
    return (of_format[0][0],)


def _are_chinese_list(text: str) -> bool:
    return are_chinese_names(re.split(r"[、,\s]+", text))


def _commas_separate(texts: Sequence[str]) -> bool:
    """True if commas separate people; False if they stand between family and given name."""
    lists = [[part.strip() for part in text.split(",") if part.strip()] for text in texts]
    several = [parts for parts in lists if len(parts) > 1]
    if not several:
        return False
    if any(_EAST_ASIAN.search(part) for parts in several for part in parts):
        return True
    if any(len(parts) % 2 for parts in several):
        return True
    alone = [parts[0] for parts in lists if len(parts) == 1]
    full = [all(" " in part for part in parts) for parts in several]
    if any(len(parts) > 2 for parts in several):
        return sum(full) * 2 > len(full)
    return any(" " in name for name in alone) and sum(full) * 2 > len(full)


def _blanks_separate(texts: Sequence[str]) -> bool:
    """True if blanks separate Chinese names; in Japanese and Korean they stand inside a name."""
    if any(_OTHER_SCRIPT.search(text) for text in texts):
        return False
    lists = [text.split() for text in texts if _CHINESE_WORDS.fullmatch(text)]
    if not lists:
        return False
    if any(len(words) != 2 for words in lists):
        return True
    return all(map(are_chinese_names, lists))
