"""Technical terms in a text, with their synonyms in both languages.

The list is our own (term_lists/*.tsv): a row is one concept, with its Chinese names, its English
names and its abbreviations or formulas, several divided by `|`. Names match in any case. An
abbreviation of three letters or more does too, unless `=` stands before it: then, like shorter
ones, it matches only as written, since the same letters are a common word (CAN, LED).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from matcher.text.characters import nfkc_in_place
from matcher.types import Term

COLUMNS = ("zh", "en", "abbreviation")
_LISTS = files(__package__) / "term_lists"
_SEPARATORS = str.maketrans({"-": " ", "‐": " ", "‑": " ", "–": " ", "\n": " "})
_LATIN_WORD = re.compile(r"(?<![A-Za-z\d])[A-Za-z\d]+")
_CAPITALS = re.compile(
    r"(?<![A-Za-z\d/.\-])(?=[A-Za-z\d\-]*[A-Z])(?=[A-Za-z\d\-]*[A-Z\d][A-Za-z\-]*[A-Z\d])"
    r"[A-Za-z]+[A-Za-z\d]*(?:-[A-Za-z\d]+)*(?![A-Za-z\d])(?!(?<=\d)[天小度年个次秒分倍])"
)
_COMPOUND = re.compile(
    "[酸硫苯烯烷醇酚醛酮胺][钠钾钙镁铝铁铜锌银锂铵铅钡锰镍钴锆钛亚盐酯酐酰胺肼脲根腈醚酸基]"
)
"""A longer chemical name is another chemical: 硝酸 in 硝酸钾, 甲苯 in 甲苯胺."""
_NO_TERMS = re.compile("[IVX]+|OK|NO|ISO|GB|SCI|EI|PPT|APP|CEO|USA")
_MAX_UNLISTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Concept of the list with all its names, as the list writes them."""

    names: tuple[str, ...]
    exact: frozenset[str]
    """Names that match only as written."""


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    """In small letters with blanks for hyphens, unless it matches only as written."""
    exact: bool
    entry: Entry


def find_terms(text: str) -> tuple[Term, ...]:
    """Return the terms of a text in order, each concept once, with the names the text lacks.

    Besides listed terms, abbreviations and formulas that are not listed, without equivalents.
    """
    written: dict[Entry | str, list[str]] = {}
    for start, end, entry in _found(text):
        key = entry or nfkc_in_place(text[start:end])
        written.setdefault(key, []).append(text[start:end])
    return tuple(
        Term(forms[0], _others(key, forms) if isinstance(key, Entry) else ())
        for key, forms in written.items()
    )


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Read every row of the term lists."""
    listed = sorted((file for file in _LISTS.iterdir() if file.name.endswith(".tsv")), key=str)
    return tuple(
        _entry(line.split("\t"))
        for file in listed
        for line in file.read_text("utf-8").splitlines()[1:]
        if line and not line.startswith("#")
    )


def _entry(cells: list[str]) -> Entry:
    columns = dict(zip(COLUMNS, (cell.split("|") for cell in cells), strict=True))
    short = [name for name in columns["abbreviation"] if name]
    plain_short = [name.removeprefix("=") for name in short]
    exact = {
        name
        for mark, name in zip(short, plain_short, strict=True)
        if mark.startswith("=") or len(name) < 3 or any(map(str.isdigit, name))
    }
    names = [name for name in (*columns["zh"], *columns["en"], *plain_short) if name]
    return Entry(tuple(names), frozenset(exact))


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, list[_Name]]:
    """Names by their first two characters (Chinese) or their first word, the longest first."""
    names: dict[str, list[_Name]] = defaultdict(list)
    for entry in entries():
        for name in entry.names:
            text = nfkc_in_place(name).translate(_SEPARATORS)
            if name in entry.exact:
                names[_beginning(text)].append(_Name(text, True, entry))
                continue
            for form in _forms(text.lower()):
                names[_beginning(form)].append(_Name(form, False, entry))
    return {key: sorted(listed, key=lambda n: -len(n.text)) for key, listed in names.items()}


def _forms(name: str) -> Iterator[str]:
    """Return a name and its English plural; that by a mere s needs no form of its own."""
    yield name
    if name.isascii() and name.endswith(("s", "x", "ch", "sh")):
        yield f"{name}es"
    elif name.isascii() and re.search("[^aeiou]y$", name):
        yield f"{name[:-1]}ies"


def _beginning(name: str) -> str:
    word = _LATIN_WORD.match(name)
    return word.group().lower() if word else name[:2].lower()


def _found(text: str) -> Iterator[tuple[int, int, Entry | None]]:
    """Spans that do not overlap, in order: of several names at one place the longest."""
    ordinary = nfkc_in_place(text)
    folded = ordinary.translate(_SEPARATORS)
    lower = folded.lower() if len(folded.lower()) == len(folded) else folded
    unlisted = {match.start(): match.end() for match in _CAPITALS.finditer(ordinary)}
    reached = 0
    for place in _places(folded, lower):
        if place < reached:
            continue
        if found := _name_at(folded, lower, place):
            reached = found[0]
            yield place, *found
        elif place in unlisted and _may_be_term(ordinary[place : unlisted[place]]):
            reached = unlisted[place]
            yield place, reached, None


def _places(folded: str, lower: str) -> list[int]:
    """Positions where a name can begin: a listed beginning, or any Latin word."""
    listed = _by_beginning()
    words = {match.start() for match in _LATIN_WORD.finditer(folded)}
    pairs = enumerate(pairwise(lower))
    begun = {place for place, (a, b) in pairs if a + b in listed and not _is_latin(a)}
    return sorted(words | begun)


def _name_at(folded: str, lower: str, place: int) -> tuple[int, Entry] | None:
    """End of the longest name at a position, and its concept."""
    word = _LATIN_WORD.match(lower, place)
    key = word.group() if word else lower[place : place + 2]
    listed = _by_beginning()
    for name in (*listed.get(key, ()), *(listed.get(key[:-1], ()) if key.endswith("s") else ())):
        if not (folded if name.exact else lower).startswith(name.text, place):
            continue
        end = place + len(name.text)
        if _is_latin(name.text[-1]):
            end += folded.startswith("s", end)
            if end == len(folded) or not _is_latin(folded[end]):
                return end, name.entry
        elif not _COMPOUND.match(folded, end - 1):
            return end, name.entry
    return None


def _may_be_term(word: str) -> bool:
    return len(word) <= _MAX_UNLISTED and not _NO_TERMS.fullmatch(word)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _others(entry: Entry, forms: list[str]) -> tuple[str, ...]:
    used = {_same(form) for form in forms}
    return tuple(name for name in entry.names if _same(name) not in used)


def _same(name: str) -> str:
    return nfkc_in_place(name).translate(_SEPARATORS).lower().removesuffix("s")
