"""Printing of a technology card for people."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from matcher.commands.terminal.console import Row, print_row
from matcher.labels import ASPECT, COLON, LIST_COMMA, label, passage_label
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.patents.cards.card import ASPECTS, CardOverride
from matcher.reporting.patent_facts import DOT
from matcher.text.excerpts import on_one_line
from matcher.types import Patent, TechnologyCard

_HEAD_WIDTH = 12
"""Cells of the names of the aspects."""


def print_card(
    console: Console, patent: Patent, card: TechnologyCard, override: CardOverride | None
) -> None:
    """Print the card of a patent: each line with the sentence that it comes from."""
    for name, text in _rows(patent, card, override):
        print_row(console, name, text, _HEAD_WIDTH)


def _rows(patent: Patent, card: TechnologyCard, override: CardOverride | None) -> Iterator[Row]:
    yield _("Patent"), Text(f"{patent.shown_number}{DOT}{on_one_line(patent.title)}", "bold")
    yield (
        _("Reviewed"),
        f"{override.written_by}{label(LIST_COMMA)}{override.written_at:%Y-%m-%d}"
        if override
        else _("by nobody yet"),
    )
    for aspect in ASPECTS:
        name = label(ASPECT[aspect])
        lines = [line for line in card.lines if line.aspect == aspect]
        for line in lines:
            yield name, line.text
            source = passage_label(line.passage, current_language())
            source += f"{COLON[current_language()]}{line.source}" if line.source else ""
            yield "", Text(on_one_line(source), "dim")
        if not lines:
            yield name, _("the text does not say")
