"""Answers for people at a terminal: the ranked list, with everything needed to judge a patent."""

import os
from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from matcher.commands.terminal.text import (
    lines,
    marked,
)
from matcher.labels import ASPECT, AVAILABILITY, FIT, PART, STATUS, TYPE, coded
from matcher.patents.ipc import industry_names
from matcher.patents.rights import effective_status, years_left
from matcher.text.excerpts import excerpt
from matcher.text.highlights import join
from matcher.types import (
    Answer,
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
CHANNEL_LABELS = {"dense": "by meaning", "lexical": "by words"}
DOT = " · "
HEAD_WIDTH = 10
LABEL_WIDTH = 14
SHOWN_NEED = 160
SHOWN_PASSAGE = 320
"""Characters of a need and of a passage that are printed; --json has them whole."""


def status_words(status: LegalStatus) -> str:
    """The legal status, with a warning where it is unknown."""
    warning = ", not to be taken as in force" if status is LegalStatus.UNKNOWN else ""
    return coded(status, STATUS[status]) + warning


def new_console() -> Console:
    """Writes to stdout: plain text into files and pipes, colour on a terminal but for NO_COLOR."""
    plain = "NO_COLOR" in os.environ
    return Console(
        color_system=None if plain else "auto", highlight=False, markup=False, emoji=False
    )


def print_answer(console: Console, answer: Answer, today: date, *, label: str = "Need") -> None:
    """Who asked, what filters hid, the ranked patents, and what the reader should know."""
    rows: list[tuple[str, Text | str]] = [
        (label, Text(_short_need(answer.need), "bold")),
        *(("Read as", one) for one in _reading(answer.reading) if label == "Need"),
        ("Model", f"{answer.model}, index {answer.index}"),
        ("Only", _filters_line(answer.filters)),
        ("Left out", _hidden_line(answer)),
        *(("Note", Text(note, "yellow")) for note in answer.notes),
        ("Result", "" if answer.results else _nothing(answer)),
    ]
    for label, words in rows:
        if words:
            print_hanging(console, label, words, HEAD_WIDTH)
    for match in answer.results:
        console.print()
        _print_match(console, match, today)
    console.print()


def print_hanging(console: Console, label: str, words: Text | str, indent: int) -> None:
    """A label, and the words behind it in lines that all begin `indent` cells from the left."""
    text = words if isinstance(words, Text) else Text(words)
    for number, (start, end) in enumerate(lines(text.plain, max(20, console.width - indent))):
        head = label if number == 0 else ""
        head += " " * (indent - cell_len(head))
        console.print(Text.assemble((head, "dim"), text[start:end]), soft_wrap=True)


def _print_match(console: Console, match: Match, today: date) -> None:
    patent = match.patent
    rank = f"{match.rank:>2}. "
    print_hanging(console, rank, Text(_one_line(patent.title), "bold cyan"), len(rank))
    rows: list[tuple[str, Text | str]] = [("fit", _fit(match)), ("available", _available(match))]
    rows += [(ASPECT[line.aspect]["en"], line.text) for line in match.card.lines]
    rows += [
        (evidence.passage, _passage(evidence, plain=console.color_system is None))
        for evidence in match.evidence
    ]
    rows.append(("number", _numbers(patent)))
    if match.family_members:
        rows.append(("family", f"also {', '.join(match.family_members)}"))
    rows += [("owner", patent.owner or "not known"), ("status", _status(patent, today))]
    if match.sleeping.is_sleeping:
        rows.append(("sleeping", f"沉睡: {match.sleeping.reason}"))
    if match.pledge is not None:
        rows.append(("pledge", Text(f"质押: {match.pledge.note}", "yellow")))
    rows += [
        ("licence", _licence(patent.licence, patent.readiness)),
        ("industry", _industries(patent)),
        ("ranks", _ranks(match)),
        ("team", _team(patent)),
        ("contact", _contact(match)),
    ]
    for label, words in rows:
        if words:
            print_hanging(console, f"    {label}", words, LABEL_WIDTH)


def _reading(reading: Reading) -> Iterator[str]:
    """What was understood, where that is more than the need's own words."""
    if len(reading.parts) > 1:
        parts = (
            f"{coded(part.kind, PART[part.kind])}: {_one_line(part.text)}" for part in reading.parts
        )
        for part in parts:
            yield part if len(part) <= SHOWN_NEED else f"{part[:SHOWN_NEED]}…"
    if reading.indicators:
        yield f"figures 指标: {', '.join(reading.indicators)}"
    if terms := [term for term in reading.terms if term.equivalents]:
        yield "terms 术语: " + ", ".join(f"{t.text} = {' / '.join(t.equivalents)}" for t in terms)


def _fit(match: Match) -> str:
    """The label, and which parts of the need the patent leaves open."""
    label = coded(match.fit, FIT[match.fit]) if match.fit else ""
    if not match.unanswered:
        return label
    parts = ", ".join(coded(kind, PART[kind]) for kind in match.unanswered)
    return DOT.join(filter(None, (label, f"says nothing to: {parts}")))


def _available(match: Match) -> str:
    """How readily the patent can be had, and what is known of that."""
    found = match.availability
    return (
        ""
        if found is None
        else DOT.join((coded(found.level, AVAILABILITY[found.level]), *found.reasons))
    )


def _passage(evidence: Evidence, *, plain: bool) -> Text:
    """The passage with its marks; of a long one what begins with the sentence that answers."""
    marks = join((*evidence.highlights, *evidence.related))
    begin = evidence.focus[0] if evidence.focus else None
    return marked(*excerpt(evidence.text, marks, SHOWN_PASSAGE, begin), plain=plain)


def _short_need(need: Need) -> str:
    text = _one_line(need.full_text)
    shown = text if len(text) <= SHOWN_NEED else f"{text[:SHOWN_NEED]}… ({len(text):,} characters)"
    return f"{need.id}{DOT}{shown}" if need.id else shown


def _filters_line(filters: Filters) -> str:
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


def _hidden_line(answer: Answer) -> str:
    left_out = [
        f"{count:,} by {FILTER_LABELS.get(name, name)}"
        for name, count in answer.hidden.items()
        if count
    ]
    if not left_out:
        return ""
    alone = " (each filter counted alone)" if len(left_out) > 1 else ""
    return f"{', '.join(left_out)}{alone}"


def _nothing(answer: Answer) -> str:
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
    parts = [status_words(status)]
    if patent.legal_status_text:
        parts.append(_one_line(patent.legal_status_text))
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
            parts.append(f"{name} {_one_line(value)}".strip())
    return DOT.join(parts)


def _industries(patent: Patent) -> str:
    names = industry_names()
    return DOT.join(names.get(code, code) for code in patent.industries) or "none of the four"


def _ranks(match: Match) -> str:
    parts = []
    for channel, words in CHANNEL_LABELS.items():
        rank = match.channels.get(channel)  # type: ignore[call-overload]
        parts.append(f"{words} {'not found' if rank is None else rank}")
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


def _one_line(text: str) -> str:
    return " ".join(text.split())
