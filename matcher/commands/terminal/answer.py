"""Printing of a ranked list for people, with everything needed to judge a patent."""

from collections.abc import Iterator, Mapping
from datetime import date

from rich.console import Console
from rich.text import Text

from matcher.commands.terminal.console import HEAD_WIDTH, Row, print_row, print_rows
from matcher.commands.terminal.text import marked
from matcher.labels import ASPECT, COLON, FIT, PART, label, listed, passage_label
from matcher.language.choice import Language, current_language
from matcher.language.messages import _, gettext_noop
from matcher.reporting import patent_facts as facts
from matcher.reporting.patent_facts import DOT
from matcher.text.excerpts import excerpt, on_one_line
from matcher.text.highlights import join
from matcher.types import Answer, Channel, Evidence, Match, Reading

CHANNELS: Mapping[Channel, str] = {
    "dense": gettext_noop("by meaning"),
    "lexical": gettext_noop("by words"),
}
LABEL_WIDTH: Mapping[Language, int] = {"zh": 17, "en": 14}
"""Cells of the labels of one match, with the margin."""
MATCH_MARGIN = " " * 4
"""Blanks before the labels of one match, which stand under its rank."""
MAX_PASSAGE = 320
"""Characters of a passage that are printed; --json has all."""


def print_answer(console: Console, answer: Answer, today: date, *, of_patent: bool = False) -> None:
    """Print the need, the filters and what they left out, the ranked patents, and the notes.

    `of_patent` is True for an answer to a patent, whose text was the need.
    """
    print_rows(console, _head_rows(answer, of_patent), HEAD_WIDTH)
    for match in answer.results:
        console.print()
        print_title(console, match)
        rows = _match_rows(match, today, plain=console.color_system is None)
        print_rows(console, rows, LABEL_WIDTH[current_language()], MATCH_MARGIN)
    console.print()


def print_title(console: Console, match: Match) -> None:
    """Print rank and title of a result."""
    rank = f"{match.rank:>2}. "
    print_row(console, rank, Text(on_one_line(match.patent.title), "bold cyan"), len(rank))


def search_rows(answer: Answer) -> Iterator[Row]:
    """Yield the filters, what they left out, the notes, and why nothing was found."""
    yield _("Only"), facts.filters_in_force(answer.filters)
    yield _("Left out"), facts.left_out(answer)
    yield from ((_("Note"), Text(note, "yellow")) for note in answer.notes)
    yield _("Result"), "" if answer.results else facts.no_result(answer)


def shown_passage(evidence: Evidence, *, plain: bool, limit: int = MAX_PASSAGE) -> Text:
    """Return the marked passage; an excerpt of a long one shows the answering sentence.

    Without such a sentence, or where it is too long, it is where most is marked. `limit` is in
    characters.
    """
    marks = join((*evidence.highlights, *evidence.related))
    return marked(*excerpt(evidence.text, marks, limit, evidence.focus), plain=plain)


def ranks(channels: Mapping[Channel, int | None]) -> str:
    """Return the rank in each channel."""
    return DOT.join(
        f"{_(name)} {_('not found') if channels.get(channel) is None else channels[channel]}"
        for channel, name in CHANNELS.items()
    )


def _head_rows(answer: Answer, of_patent: bool) -> Iterator[Row]:
    head = _("Patent") if of_patent else _("Need")
    yield head, Text(facts.short_need(answer.need), "bold")
    if not of_patent:
        yield from ((_("Read as"), line) for line in _reading(answer.reading))
    yield _("Model"), _("{model}, index {index}", model=answer.model, index=answer.index)
    yield from search_rows(answer)


def _match_rows(match: Match, today: date, *, plain: bool) -> Iterator[Row]:
    patent = match.patent
    yield _("fit"), _fit(match)
    yield _("rests on"), facts.rests_on(match)
    yield _("available"), facts.availability(match)
    yield from ((label(ASPECT[line.aspect]), line.text) for line in match.card.lines)
    for evidence in match.evidence:
        name = passage_label(evidence.passage, current_language())
        yield name, shown_passage(evidence, plain=plain)
    yield _("numbers"), facts.numbers(patent)
    if match.family_members:
        yield _("family"), _("also {members}", members=listed(match.family_members))
    yield _("owner"), patent.owner or _("not known")
    yield _("status"), facts.status(patent, today)
    if match.sleeping.is_sleeping:
        yield _("sleeping"), match.sleeping.reason
    if match.pledge is not None:
        yield _("pledge"), Text(match.pledge.note, "yellow")
    yield _("licence"), facts.licence(patent.licence, patent.readiness)
    yield _("industry"), facts.industries(patent)
    yield _("ranks"), ranks(match.channels)
    yield _("team"), facts.team(patent)
    yield _("contact"), facts.contact(match)


def _reading(reading: Reading) -> Iterator[str]:
    """Yield the parts, figures and terms of a need, where they are more than its own text."""
    colon = COLON[current_language()]
    if len(reading.parts) > 1:
        for part in reading.parts:
            line = f"{label(PART[part.kind])}{colon}{on_one_line(part.text)}"
            yield line if len(line) <= facts.MAX_NEED else f"{line[: facts.MAX_NEED]}…"
    if reading.indicators:
        yield _("figures: {figures}", figures=listed(reading.indicators))
    if terms := [term for term in reading.terms if term.equivalents]:
        names = listed(f"{term.text} = {' / '.join(term.equivalents)}" for term in terms)
        yield _("terms: {terms}", terms=names)


def _fit(match: Match) -> str:
    """Return the fit label, and the parts of the need that the patent does not answer."""
    fit = label(FIT[match.fit]) if match.fit else ""
    if not match.unanswered:
        return fit
    parts = listed(label(PART[kind]) for kind in match.unanswered)
    return DOT.join(filter(None, (fit, _("says nothing to: {parts}", parts=parts))))
