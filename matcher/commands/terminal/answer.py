"""Printing of a ranked list for people, with everything needed to judge a patent."""

from collections.abc import Iterator, Mapping
from datetime import date

from rich.console import Console
from rich.text import Text

from matcher.commands.terminal.console import DOT, HEAD_WIDTH, Row, print_row, print_rows
from matcher.commands.terminal.text import marked, on_one_line
from matcher.labels import ASPECT, AVAILABILITY, FIT, PART, STATUS, TYPE, coded
from matcher.patents.ipc import industry_names
from matcher.patents.rights import effective_status, years_left
from matcher.text.excerpts import excerpt
from matcher.text.highlights import join
from matcher.types import (
    Answer,
    Channel,
    Evidence,
    Filters,
    LegalStatus,
    LicenceTerms,
    Match,
    Need,
    Patent,
    Reading,
)

FILTER_LABELS = {
    "legal_status": "legal status",
    "ipc_prefixes": "IPC",
    "industries": "industry",
    "institutions": "institution",
    "regions": "region",
    "patent_types": "patent kind",
    "open_licence": "open licence",
    "sleeping": "sleeping",
    "filed_after": "filing date",
    "min_years_left": "years left",
    "pools": "patent pool",
    "alliances": "alliance",
}
CHANNEL_LABELS: Mapping[Channel, str] = {"dense": "by meaning", "lexical": "by words"}
LABEL_WIDTH = 14
"""Cells of the labels of one match, with the margin."""
MATCH_MARGIN = " " * 4
"""Blanks before the labels of one match, which stand under its rank."""
MAX_NEED = 160
"""Characters of a need that are printed; --json has all."""
MAX_PASSAGE = 320
"""Characters of a passage that are printed; --json has all."""


def status_text(status: LegalStatus) -> str:
    """Return the legal status, with a warning where it is unknown."""
    warning = ", not to be taken as in force" if status is LegalStatus.UNKNOWN else ""
    return coded(status, STATUS[status]) + warning


def print_answer(console: Console, answer: Answer, today: date, *, label: str = "Need") -> None:
    """Print the need, the filters and what they left out, the ranked patents, and the notes."""
    print_rows(console, _head_rows(answer, label), HEAD_WIDTH)
    for match in answer.results:
        console.print()
        rank = f"{match.rank:>2}. "
        title = Text(on_one_line(match.patent.title), "bold cyan")
        print_row(console, rank, title, len(rank))
        rows = _match_rows(match, today, plain=console.color_system is None)
        print_rows(console, rows, LABEL_WIDTH, MATCH_MARGIN)
    console.print()


def _head_rows(answer: Answer, label: str) -> Iterator[Row]:
    yield label, Text(_short_need(answer.need), "bold")
    if label == "Need":
        yield from (("Read as", line) for line in _reading(answer.reading))
    yield "Model", f"{answer.model}, index {answer.index}"
    yield "Only", _filters(answer.filters)
    yield "Left out", _hidden(answer)
    yield from (("Note", Text(note, "yellow")) for note in answer.notes)
    yield "Result", "" if answer.results else _no_result(answer)


def _match_rows(match: Match, today: date, *, plain: bool) -> Iterator[Row]:
    patent = match.patent
    yield "fit", _fit(match)
    yield "available", _available(match)
    yield from ((ASPECT[line.aspect]["en"], line.text) for line in match.card.lines)
    for evidence in match.evidence:
        yield evidence.passage, _passage(evidence, plain=plain)
    yield "number", _numbers(patent)
    if match.family_members:
        yield "family", f"also {', '.join(match.family_members)}"
    yield "owner", patent.owner or "not known"
    yield "status", _status(patent, today)
    if match.sleeping.is_sleeping:
        yield "sleeping", f"沉睡: {match.sleeping.reason}"
    if match.pledge is not None:
        yield "pledge", Text(f"质押: {match.pledge.note}", "yellow")
    yield "licence", _licence(patent.licence, patent.readiness)
    yield "industry", _industries(patent)
    yield "ranks", _ranks(match)
    yield "team", _team(patent)
    yield "contact", _contact(match)


def _reading(reading: Reading) -> Iterator[str]:
    """Yield the parts, figures and terms of a need, where they are more than its own text."""
    if len(reading.parts) > 1:
        parts = (
            f"{coded(part.kind, PART[part.kind])}: {on_one_line(part.text)}"
            for part in reading.parts
        )
        for part in parts:
            yield part if len(part) <= MAX_NEED else f"{part[:MAX_NEED]}…"
    if reading.indicators:
        yield f"figures 指标: {', '.join(reading.indicators)}"
    if terms := [term for term in reading.terms if term.equivalents]:
        yield "terms 术语: " + ", ".join(f"{t.text} = {' / '.join(t.equivalents)}" for t in terms)


def _fit(match: Match) -> str:
    """Return the fit label, and the parts of the need that the patent does not answer."""
    label = coded(match.fit, FIT[match.fit]) if match.fit else ""
    if not match.unanswered:
        return label
    parts = ", ".join(coded(kind, PART[kind]) for kind in match.unanswered)
    return DOT.join(filter(None, (label, f"says nothing to: {parts}")))


def _available(match: Match) -> str:
    """Return the level of availability and its reasons; empty where it was not judged."""
    availability = match.availability
    if availability is None:
        return ""
    label = coded(availability.level, AVAILABILITY[availability.level])
    return DOT.join((label, *availability.reasons))


def _passage(evidence: Evidence, *, plain: bool) -> Text:
    """Return the marked passage; an excerpt of a long one begins with the answering sentence."""
    marks = join((*evidence.highlights, *evidence.related))
    begin = evidence.focus[0] if evidence.focus else None
    return marked(*excerpt(evidence.text, marks, MAX_PASSAGE, begin), plain=plain)


def _short_need(need: Need) -> str:
    text = on_one_line(need.full_text)
    shown = text if len(text) <= MAX_NEED else f"{text[:MAX_NEED]}… ({len(text):,} characters)"
    return f"{need.id}{DOT}{shown}" if need.id else shown


def _filters(filters: Filters) -> str:
    given = []
    if filters.legal_status != Filters().legal_status:
        given.append("legal status " + "/".join(sorted(filters.legal_status)))
    for name, values in (
        ("IPC", filters.ipc_prefixes),
        ("industry", filters.industries),
        ("institution", filters.institutions),
        ("region", filters.regions),
        ("kind", filters.patent_types),
        ("pool", filters.pools),
        ("alliance", filters.alliances),
    ):
        if values:
            given.append(f"{name} {'/'.join(values)}")
    if filters.open_licence is not None:
        given.append("open licence" if filters.open_licence else "no open licence")
    if filters.sleeping is not None:
        given.append("sleeping" if filters.sleeping else "not sleeping")
    if filters.filed_after is not None:
        given.append(f"filed from {filters.filed_after}")
    if filters.min_years_left is not None:
        given.append(f"at least {filters.min_years_left:g} years left")
    return DOT.join(given)


def _hidden(answer: Answer) -> str:
    left_out = [
        f"{count:,} by {FILTER_LABELS.get(name, name)}"
        for name, count in answer.hidden.items()
        if count
    ]
    if not left_out:
        return ""
    alone = " (each filter counted alone)" if len(left_out) > 1 else ""
    return f"{', '.join(left_out)}{alone}"


def _no_result(answer: Answer) -> str:
    if any(answer.hidden.values()):
        return (
            "No patent passed the filters and answers the need; try fewer filters or --status all."
        )
    return "No patent of the catalogue answers the need."


def _numbers(patent: Patent) -> str:
    numbers = (patent.application_number or patent.id, patent.publication_number)
    sample = ["sample 样例"] if patent.is_sample else []
    return DOT.join(
        [*filter(None, numbers), coded(patent.patent_type, TYPE[patent.patent_type]), *sample]
    )


def _status(patent: Patent, today: date) -> str:
    status = effective_status(patent, today)
    parts = [status_text(status)]
    if patent.legal_status_text:
        parts.append(on_one_line(patent.legal_status_text))
    parts.append(f"as of {patent.status_as_of}" if patent.status_as_of else "as of an unknown day")
    left = years_left(patent, today)
    if status is not LegalStatus.LAPSED:
        parts.append("term not known" if left is None else f"{left:.1f} years left")
    return DOT.join(parts)


def _licence(terms: LicenceTerms, readiness: str | None) -> str:
    declared = {
        True: "open licence 开放许可",
        False: "no open licence",
        None: "open licence not known",
    }
    parts = [declared[terms.open_licence]]
    for name, value in (
        ("basis", terms.fee_basis),
        ("fee", terms.fee),
        ("term", terms.term),
        ("kinds", "、".join(terms.kinds)),
        ("ways", "、".join(terms.conversion_modes)),
        ("price", terms.price_mode),
        ("", terms.price),
        ("readiness", readiness),
    ):
        if value:
            parts.append(f"{name} {on_one_line(value)}".strip())
    return DOT.join(parts)


def _industries(patent: Patent) -> str:
    names = industry_names()
    return DOT.join(names.get(code, code) for code in patent.industries) or "none of the four"


def _ranks(match: Match) -> str:
    parts = []
    for channel, label in CHANNEL_LABELS.items():
        rank = match.channels.get(channel)
        parts.append(f"{label} {'not found' if rank is None else rank}")
    return DOT.join(parts)


def _team(patent: Patent) -> str:
    team = patent.team
    if team is None:
        return f"not on record{DOT}{patent.institution}" if patent.institution else "not on record"
    lead = f"lead {team.lead}" if team.lead else None
    return DOT.join(filter(None, (team.name, lead, team.college, team.institution)))


def _contact(match: Match) -> str:
    contact = match.contact
    if contact is None:
        return "no technology-transfer office on record"
    return DOT.join(filter(None, (contact.name, contact.phone, contact.email)))
