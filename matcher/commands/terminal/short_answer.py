"""Printing of an answer in short: each patent in a few lines, then what the need got answered."""

from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from matcher.commands.terminal.answer import (
    MATCH_MARGIN,
    print_title,
    search_rows,
    shown_passage,
)
from matcher.commands.terminal.console import HEAD_WIDTH, Row, print_row, print_rows
from matcher.labels import COLON, FIT, PART, label, listed, passage_label
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.patents.rights import effective_status
from matcher.reporting import patent_facts as facts
from matcher.reporting.patent_facts import DOT
from matcher.types import Answer, Evidence, Match

SHORT_WIDTH = 13
"""Cells of the labels of one match, with the margin."""
WHY_LINES = 2
"""Lines of the passage that answers."""
BREAK_CELLS = 8
"""Cells that are kept for line breaks and cuts in these lines."""


def print_short_answer(console: Console, answer: Answer, today: date) -> None:
    """Print the need, each patent in a few lines, and which parts of the need are answered."""
    print_rows(console, _head_rows(answer), HEAD_WIDTH)
    for match in answer.results:
        console.print()
        print_title(console, match)
        print_rows(console, [("", _label(match))], len(MATCH_MARGIN))
        _print_why(console, match)
        print_rows(console, _match_rows(match, today), SHORT_WIDTH, MATCH_MARGIN)
    if answer.results:
        console.print()
        print_rows(console, _answered_rows(answer), HEAD_WIDTH)
    console.print()


def _head_rows(answer: Answer) -> Iterator[Row]:
    yield _("Need"), Text(facts.short_need(answer.need), "bold")
    yield from search_rows(answer)


def _label(match: Match) -> str:
    number = match.patent.shown_number
    sample = _("sample") if match.patent.is_sample else ""
    return DOT.join(filter(None, (label(FIT[match.fit]), number, sample)))


def _print_why(console: Console, match: Match) -> None:
    if not match.evidence:
        return
    evidence = match.evidence[0]
    name = passage_label(evidence.passage, current_language()) + COLON[current_language()]
    cells = WHY_LINES * (console.width - SHORT_WIDTH) - cell_len(name) - BREAK_CELLS
    why = Text(name, "dim") + _passage(evidence, cells, plain=console.color_system is None)
    print_row(console, MATCH_MARGIN + _("why"), why, SHORT_WIDTH, most=WHY_LINES)


def _passage(evidence: Evidence, cells: int, *, plain: bool) -> Text:
    """Return the longest excerpt that fits so many cells, its marks included."""
    limit = max(1, min(cells, len(evidence.text)))
    passage = shown_passage(evidence, plain=plain, limit=limit)
    while limit > 1 and (over := passage.cell_len - cells) > 0:
        limit -= min(limit - 1, (over + 1) // 2)
        passage = shown_passage(evidence, plain=plain, limit=limit)
    return passage


def _match_rows(match: Match, today: date) -> Iterator[Row]:
    patent = match.patent
    status = facts.status_text(effective_status(patent, today))
    yield _("rests on"), facts.rests_on(match)
    yield _("status"), DOT.join(filter(None, (status, facts.time_left(patent, today))))
    if match.pledge is not None:
        yield _("pledge"), Text(match.pledge.note, "yellow")
    yield _("owner"), patent.owner or _("not known")
    yield _("contact"), facts.contact(match)


def _answered_rows(answer: Answer) -> Iterator[Row]:
    """Yield the parts of the need with the ranks of the patents that answer each."""
    parts = facts.answered_parts(answer)
    answered = (
        _("{part} by {ranks}", part=label(PART[kind]), ranks=listed(map(str, ranks)))
        for kind, ranks in parts.items()
        if ranks
    )
    yield _("Answered"), DOT.join(answered)
    yield _("Open"), listed(label(PART[kind]) for kind, ranks in parts.items() if not ranks)
