"""How well the cards that the rules make agree with cards that somebody wrote by hand.

Pure functions. Precision and recall ask whether an aspect has a line at all; F1 asks how many
character pairs two texts share, each as often as it stands in both.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import InputError
from matcher.patents.cards.card import ASPECTS
from matcher.types import CardAspect, CardLine, PatentId, TechnologyCard


@dataclass(frozen=True, slots=True)
class AspectAgreement:
    """One aspect over many patents. Shares are from 0 to 1, and None where there is nothing."""

    written: int
    """Cards by hand that have the aspect."""
    made: int
    """Cards by rule that have it."""
    both: int
    text_f1: float | None
    """Mean over the patents where both have it: the texts."""
    source_f1: float | None
    """The same for the sentences that they come from."""

    @property
    def precision(self) -> float | None:
        """Of the cards by rule that have the aspect, the share that should."""
        return self.both / self.made if self.made else None

    @property
    def recall(self) -> float | None:
        """Of the cards by hand that have the aspect, the share that the rules found."""
        return self.both / self.written if self.written else None


def parse_cards(lines: Iterable[str]) -> dict[PatentId, TechnologyCard]:
    """Cards from JSON lines: `patent`, and `lines` with aspect, text, passage and source.

    Raises InputError.
    """
    cards: dict[PatentId, TechnologyCard] = {}
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            card = TechnologyCard(tuple(CardLine(**entry) for entry in record["lines"]))
            cards[PatentId(record["patent"])] = card
        except (ValueError, KeyError, TypeError) as problem:
            raise InputError(
                f"line {number} is no technology card ({problem}); it needs `patent` and `lines`, "
                "each line with aspect, text, passage and source"
            ) from problem
    return cards


def agreement(
    made: Mapping[PatentId, TechnologyCard], written: Mapping[PatentId, TechnologyCard]
) -> dict[CardAspect, AspectAgreement]:
    """Each aspect of the cards by rule against those by hand, over the patents written by hand.

    A patent without a card by rule counts as one whose card is empty.
    """
    pairs = [(made.get(patent, TechnologyCard()), card) for patent, card in written.items()]
    return {aspect: _of_aspect(aspect, pairs) for aspect in ASPECTS}


def bigram_f1(one: str, other: str) -> float:
    """The share of character pairs that two texts have in common, 0 to 1; white space is none.

    Two empty texts agree.
    """
    left, right = _bigrams(one), _bigrams(other)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0


def _of_aspect(
    aspect: CardAspect, pairs: Sequence[tuple[TechnologyCard, TechnologyCard]]
) -> AspectAgreement:
    cut = [(_lines(made, aspect), _lines(written, aspect)) for made, written in pairs]
    both = [(made, written) for made, written in cut if made and written]
    return AspectAgreement(
        written=sum(bool(written) for _, written in cut),
        made=sum(bool(made) for made, _ in cut),
        both=len(both),
        text_f1=_mean([bigram_f1(_text(made), _text(written)) for made, written in both]),
        source_f1=_mean([bigram_f1(_sources(made), _sources(written)) for made, written in both]),
    )


def _lines(card: TechnologyCard, aspect: CardAspect) -> list[CardLine]:
    return [line for line in card.lines if line.aspect == aspect]


def _text(lines: Sequence[CardLine]) -> str:
    return "\n".join(line.text for line in lines)


def _sources(lines: Sequence[CardLine]) -> str:
    """The sentences of some lines; one that two lines come from counts once."""
    return "\n".join(dict.fromkeys(line.source for line in lines))


def _bigrams(text: str) -> Counter[str]:
    packed = "".join(text.split())
    return Counter(packed[n : n + 2] for n in range(len(packed) - 1))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
