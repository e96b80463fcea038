"""Printing of the ranked needs of one patent (reverse matching) for people."""

from collections.abc import Iterator
from datetime import date

from rich.console import Console
from rich.text import Text

from matcher.commands.terminal.answer import (
    LABEL_WIDTH,
    MATCH_MARGIN,
    MAX_PASSAGE,
    ranks,
)
from matcher.commands.terminal.console import HEAD_WIDTH, Row, print_row, print_rows
from matcher.commands.terminal.text import marked
from matcher.labels import passage_label
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.patents.rights import effective_status
from matcher.reporting.patent_facts import DOT, status_text
from matcher.search.reverse import NeedMatch, NeedsAnswer
from matcher.text.excerpts import excerpt, on_one_line


def print_needs(console: Console, answer: NeedsAnswer, today: date) -> None:
    """Print the patent, then the ranked needs, each with the passage that answers it."""
    print_rows(console, _head_rows(answer, today), HEAD_WIDTH)
    for result in answer.results:
        console.print()
        rank = f"{result.rank:>2}. "
        name = result.need.title or on_one_line(result.need.full_text)[:MAX_PASSAGE]
        print_row(console, rank, Text(name, "bold cyan"), len(rank))
        rows = _need_rows(result, plain=console.color_system is None)
        print_rows(console, rows, LABEL_WIDTH[current_language()], MATCH_MARGIN)
    console.print()


def _head_rows(answer: NeedsAnswer, today: date) -> Iterator[Row]:
    patent = answer.patent
    yield _("Patent"), Text(f"{patent.shown_number}{DOT}{on_one_line(patent.title)}", "bold")
    yield _("Status"), status_text(effective_status(patent, today))
    yield _("Model"), _("{model}, index {index}", model=answer.model, index=answer.index)
    shown = _(
        "{count:,} of {asked:,}, the best first", count=len(answer.results), asked=answer.asked
    )
    yield _("Needs"), shown


def _need_rows(result: NeedMatch, *, plain: bool) -> Iterator[Row]:
    need, match = result.need, result.match
    if need.title:
        yield _("need"), on_one_line(need.body)[:MAX_PASSAGE]
    for evidence in match.evidence:
        shown = excerpt(evidence.text, evidence.highlights, MAX_PASSAGE)
        yield passage_label(evidence.passage, current_language()), marked(*shown, plain=plain)
    yield _("from"), DOT.join(filter(None, (need.id, need.enterprise, need.region, need.industry)))
    place = _("{rank} in the need's own answer", rank=match.rank)
    yield _("place"), f"{place}{DOT}{ranks(match.channels)}"
