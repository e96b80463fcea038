"""Agreement of the technology cards made by the rules with cards written by hand.

Precision and recall are about the presence of an aspect. The F1 figures are about the character
bigrams that two texts share, each counted as often as it occurs in both.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import InputError
from matcher.patents.cards.card import ASPECTS, technology_card
from matcher.types import CardAspect, CardLine, Patent, PatentId, TechnologyCard
from scripts.quality.figures import Figure, figure

CARDS: dict[CardAspect, str] = {aspect: f"technology cards, {aspect}" for aspect in ASPECTS}
"""Names of the figures of each aspect in the table of record."""
METRICS = ("precision", "recall", "text F1", "source F1")


@dataclass(frozen=True, slots=True)
class AspectAgreement:
    """Agreement on one aspect over many patents. Shares are from 0 to 1, None of nothing."""

    written: int
    """Cards by hand that have the aspect."""
    made: int
    """Cards by rule that have the aspect."""
    both: int
    """Patents that have it in both cards."""
    text_f1: float | None
    """Bigram F1 of the texts, the mean over the patents that have the aspect in both cards."""
    source_f1: float | None
    """Bigram F1 of the source sentences, over the same patents."""

    @property
    def precision(self) -> float | None:
        """Share of the cards by rule with the aspect that should have it."""
        return self.both / self.made if self.made else None

    @property
    def recall(self) -> float | None:
        """Share of the cards by hand with the aspect in which the rules found it."""
        return self.both / self.written if self.written else None


def card_figures(
    patents: Sequence[Patent], written: Mapping[PatentId, TechnologyCard]
) -> list[Figure]:
    """Presence (precision, recall) and similarity (F1) of the lines, by aspect."""
    known = {patent.id: patent for patent in patents}
    values: dict[tuple[CardAspect, str], dict[str, float]] = {}
    for identity, card in written.items():
        # One patent at a time: each gets a value of its own, and the means are those of all.
        made = {identity: technology_card(known[identity])}
        for aspect, measured in agreement(made, {identity: card}).items():
            shares = (measured.precision, measured.recall, measured.text_f1, measured.source_f1)
            for metric, value in zip(METRICS, shares, strict=True):
                if value is not None:
                    values.setdefault((aspect, metric), {})[identity] = value
    return [
        figure(CARDS[aspect], metric, "engine", values[aspect, metric].items())
        for aspect in ASPECTS
        for metric in METRICS
        if (aspect, metric) in values
    ]


def parse_cards(lines: Iterable[str]) -> dict[PatentId, TechnologyCard]:
    """Cards from JSON lines: `patent`, and `lines` with aspect, text, passage and source.

    Raises InputError with the number of a faulty line.
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
    """Agreement by aspect, over the patents that have a card by hand.

    A patent without a card by rule counts as one with an empty card.
    """
    pairs = [(made.get(patent, TechnologyCard()), card) for patent, card in written.items()]
    return {aspect: _aspect_agreement(aspect, pairs) for aspect in ASPECTS}


def bigram_f1(left: str, right: str) -> float:
    """F1 of the character bigrams of two texts without white space, 0 to 1; 1 for empty texts."""
    ours, theirs = _bigrams(left), _bigrams(right)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def _aspect_agreement(
    aspect: CardAspect, pairs: Sequence[tuple[TechnologyCard, TechnologyCard]]
) -> AspectAgreement:
    lines = [(_lines(made, aspect), _lines(written, aspect)) for made, written in pairs]
    both = [(made, written) for made, written in lines if made and written]
    return AspectAgreement(
        written=sum(bool(written) for _, written in lines),
        made=sum(bool(made) for made, _ in lines),
        both=len(both),
        text_f1=_mean([bigram_f1(_text(made), _text(written)) for made, written in both]),
        source_f1=_mean([bigram_f1(_sources(made), _sources(written)) for made, written in both]),
    )


def _lines(card: TechnologyCard, aspect: CardAspect) -> list[CardLine]:
    return [line for line in card.lines if line.aspect == aspect]


def _text(lines: Sequence[CardLine]) -> str:
    return "\n".join(line.text for line in lines)


def _sources(lines: Sequence[CardLine]) -> str:
    """Return the source sentences of the lines; a sentence of two lines counts once."""
    return "\n".join(dict.fromkeys(line.source for line in lines))


def _bigrams(text: str) -> Counter[str]:
    packed = "".join(text.split())
    return Counter(packed[n : n + 2] for n in range(len(packed) - 1))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
