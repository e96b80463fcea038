"""Technology cards: those that the rules make, against those that we wrote by hand."""

from collections.abc import Mapping, Sequence

from matcher.patents.cards.card import ASPECTS, technology_card
from matcher.types import CardAspect, Patent, PatentId, TechnologyCard
from scripts.quality.card_measure import agreement
from scripts.quality.figures import Figure, figure

CARDS: dict[CardAspect, str] = {aspect: f"technology cards, {aspect}" for aspect in ASPECTS}
"""What the figures of each aspect are measured on."""
METRICS = ("precision", "recall", "text F1", "source F1")


def card_figures(
    patents: Sequence[Patent], written: Mapping[PatentId, TechnologyCard]
) -> list[Figure]:
    """By aspect: whether it has a line at all (precision, recall), and how alike the lines are."""
    known = {patent.id: patent for patent in patents}
    values: dict[tuple[CardAspect, str], dict[str, float]] = {}
    for identity, by_hand in written.items():
        # One patent at a time, so that each has its own value and the means are those of all.
        made = {identity: technology_card(known[identity])}
        for aspect, one in agreement(made, {identity: by_hand}).items():
            found = (one.precision, one.recall, one.text_f1, one.source_f1)
            for metric, value in zip(METRICS, found, strict=True):
                if value is not None:
                    values.setdefault((aspect, metric), {})[identity] = value
    return [
        figure(CARDS[aspect], metric, "engine", values[aspect, metric].items())
        for aspect in ASPECTS
        for metric in METRICS
        if (aspect, metric) in values
    ]
