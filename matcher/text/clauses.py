"""Reading of a search by words: words apart by blanks, and phrases in quotation marks."""

import re

from matcher.text.characters import is_chinese_character
from matcher.text.tokens import running_words
from matcher.types.words import Clause

MAX_CLAUSES = 20
"""Words and phrases of one search; further ones are left out."""
MIN_OPEN_LETTERS, MIN_OPEN_DIGITS = 3, 6
"""Characters from which a Latin word, or a number, finds those that begin with it."""
_PARTS = re.compile(
    r"""["“”„『「](?P<phrase>[^"“”„』」]*)["“”』」]|(?P<word>[^\s"“”„『「、，；。,;]+)"""
)
_LATIN = re.compile(r"[a-z][a-z0-9.\-]*")
_DIGITS = re.compile(r"[0-9]+\.?")


def read_clauses(text: str) -> tuple[Clause, ...]:
    """Read the words and phrases of a search, each once; one without a word finds nothing."""
    clauses: dict[tuple[tuple[str, ...], bool], Clause] = {}
    for part in _PARTS.finditer(text):
        written = part["word"] if part["phrase"] is None else part["phrase"].strip()
        if not written or not any(map(str.isalnum, written)):
            continue
        clause = _clause(written, is_phrase=part["phrase"] is not None)
        clauses.setdefault((clause.words, clause.is_open), clause)
    with_words = [clause for clause in clauses.values() if clause.words]
    return tuple((with_words or list(clauses.values()))[:MAX_CLAUSES])


def halves(clause: Clause) -> list[tuple[Clause, Clause]]:
    """Return the ways to part a run of Chinese characters into two words of two or more each."""
    text = clause.text
    if not all(map(is_chinese_character, text)):
        return []
    cuts = range(2, len(text) - 1)
    return [
        (_clause(text[:cut], is_phrase=False), _clause(text[cut:], is_phrase=False)) for cut in cuts
    ]


def _clause(written: str, *, is_phrase: bool) -> Clause:
    words = running_words(written)
    if not words:
        return Clause(written, ())
    if len(words) > 1 and len(words[-2]) == 2 and words[-2][1] == words[-1]:
        words.pop()  # the text may go on behind the last character: its bigram follows, not itself
    return Clause(written, tuple(words), _is_open(words[-1], is_phrase=is_phrase))


def _is_open(word: str, *, is_phrase: bool) -> bool:
    """True if the word may go on; in a phrase only a single Chinese character."""
    if len(word) == 1:
        return is_chinese_character(word)
    if is_phrase:
        return False
    if _DIGITS.fullmatch(word):
        return len(word) >= MIN_OPEN_DIGITS
    return len(word) >= MIN_OPEN_LETTERS and _LATIN.fullmatch(word) is not None
