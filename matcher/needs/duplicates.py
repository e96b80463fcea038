"""Needs that say nearly the same: found so that a person decides, never merged.

Needs are short (half of 252 real ones have fewer than 240 characters), so their characters are
compared two by two (Jaccard), not five by five as patents are: one changed word would count too
much. Among these 252, the texts that are not equal are alike by 0.55 at most.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from matcher.needs.record import NeedDetails
from matcher.text.shingles import (
    jaccard,
    plain_text,
    shingles,
)

ALIKE = 0.6
"""The least resemblance of two needs of one enterprise that are shown as duplicates."""
_LENGTH = 2

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Duplicate(Generic[Name]):
    """Two needs of one enterprise, or of none that is named, that say nearly the same."""

    first: Name
    second: Name
    resemblance: float
    """0 to 1."""


def enterprise_key(details: NeedDetails) -> str:
    """Equal for one enterprise, however its name is set; empty where none is named."""
    return plain_text(details.enterprise or "")


def text_key(details: NeedDetails) -> str:
    """Equal for needs that say the same but for blanks, width and punctuation."""
    return plain_text(details.need.full_text)


def near_duplicates(
    needs: Iterable[tuple[Name, NeedDetails]], fresh: frozenset[Name] | None = None
) -> Iterator[Duplicate[Name]]:
    """Each pair of needs of one enterprise that are alike, in the order of the needs.

    With `fresh`, only pairs with at least one of these.
    """
    keyed = [(enterprise_key(details), name, details) for name, details in needs]
    keyed.sort(key=lambda one: one[0])  # is stable: the order within an enterprise stays
    for _, group in groupby(keyed, key=lambda one: one[0]):
        of_firm = [(name, shingles(details.need.full_text, _LENGTH)) for _, name, details in group]
        for place, (second, text) in enumerate(of_firm):
            for first, other in of_firm[:place]:
                if fresh is not None and not {first, second} & fresh:
                    continue
                if min(len(text), len(other)) < ALIKE * max(len(text), len(other)):
                    continue  # they cannot share enough
                if (resemblance := jaccard(text, other)) >= ALIKE:
                    yield Duplicate(first, second, round(resemblance, 2))
