"""Words by which the catalogue is searched, and those by which a patent is found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of a search: a word, or several in sequence, all of which a patent must have."""

    text: str
    """As it was written."""
    words: tuple[str, ...]
    """In sequence, as `text.tokens.running_words` gives them; none for a text without a word."""
    is_open: bool = False
    """True if the last word may go on: `electrolyt` finds electrolyte, a character its words."""


@dataclass(frozen=True, slots=True)
class PatentWords:
    """Texts by whose words a patent is found."""

    title: str
    body: str
    """Abstract and claims."""
    names: str
    """Applicants, owners, institution, team, numbers and classes."""
