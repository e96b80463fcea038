"""Near-duplicate needs: listed so that a person decides, never merged.

Needs are short (half of 252 real ones have fewer than 240 characters), so their characters are
compared two by two (Jaccard), not five by five as patents are: one changed word would count too
much. Among these 252, the texts that are not equal are alike by 0.55 at most.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Generic, TypeVar

from matcher.needs.record import NeedDetails
from matcher.text.organisations import organisation_key
from matcher.text.shingles import (
    jaccard,
    plain_text,
    shingles,
)

DUPLICATE_JACCARD = 0.6
"""Jaccard similarity from which two needs of one enterprise are shown as duplicates."""
_LENGTH = 2

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Duplicate(Generic[Name]):
    """Two near-duplicate needs of one enterprise, or of no named enterprise."""

    first: Name
    second: Name
    resemblance: float
    """Jaccard similarity, 0 to 1."""


def enterprise_key(details: NeedDetails) -> str:
    """Return a key equal for any spelling of an enterprise's name; empty without a name."""
    return organisation_key(details.enterprise or "")


def text_key(details: NeedDetails) -> str:
    """Return a key equal for needs that differ in blanks, width and punctuation only."""
    return plain_text(details.need.full_text)


def near_duplicates(
    needs: Iterable[tuple[Name, NeedDetails]], fresh: frozenset[Name] | None = None
) -> Iterator[Duplicate[Name]]:
    """Yield each pair of near-duplicate needs of one enterprise, in the order of the needs.

    With `fresh`, only pairs with at least one of these.
    """
    keyed = [(enterprise_key(details), name, details) for name, details in needs]
    keyed.sort(key=itemgetter(0))  # is stable: the order within an enterprise stays
    for _, group in groupby(keyed, key=itemgetter(0)):
        of_firm = [(name, shingles(details.need.full_text, _LENGTH)) for _, name, details in group]
        for position, (second, text) in enumerate(of_firm):
            for first, other in of_firm[:position]:
                if fresh is not None and not {first, second} & fresh:
                    continue
                if min(len(text), len(other)) < DUPLICATE_JACCARD * max(len(text), len(other)):
                    continue  # they cannot share enough
                if (resemblance := jaccard(text, other)) >= DUPLICATE_JACCARD:
                    yield Duplicate(first, second, round(resemblance, 2))
