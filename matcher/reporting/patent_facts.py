"""Facts of an answer and of its patents as short texts, in the language of the run or request."""

from collections.abc import Iterable, Iterator
from datetime import date

from matcher.labels import (
    AVAILABILITY,
    FILTER,
    INDUSTRY,
    INDUSTRY_NONE,
    PART,
    STATUS,
    TYPE,
    fit_rests_on,
    label,
    listed,
)
from matcher.language.messages import _, ngettext
from matcher.patents.rights import effective_status, years_left
from matcher.text.excerpts import on_one_line
from matcher.types import (
    Answer,
    CardAspect,
    ClaimsCoverage,
    Filters,
    LegalStatus,
    LicenceTerms,
    Match,
    Need,
    NeedPartKind,
    Patent,
    TechnologyCard,
    TtoContact,
)

DOT = " · "
"""Separator of the facts on one line."""
MAX_NEED = 160
"""Characters of a need that are shown in short."""
PLAIN_ASPECTS: tuple[CardAspect, ...] = ("effect", "means", "problem", "use")
"""Aspects of a card in the order in which one line of it tells most."""


def short_need(need: Need) -> str:
    """Return the beginning of a need on one line, behind its id."""
    text = on_one_line(need.full_text)
    if len(text) > MAX_NEED:
        text = f"{text[:MAX_NEED]}… " + _("({count:,} characters)", count=len(text))
    return f"{need.id}{DOT}{text}" if need.id else text


def filters_in_force(filters: Filters) -> str:
    """Return the filters that were set; empty for those of every search."""
    given = []
    if filters.legal_status != Filters().legal_status:
        statuses = sorted(filters.legal_status)
        given.append(("legal_status", "/".join(label(STATUS[status]) for status in statuses)))
    given += [
        (name, "/".join(str(value) for value in values))
        for name, values in (
            ("ipc_prefixes", filters.ipc_prefixes),
            ("industries", _industry_names(filters.industries)),
            ("institutions", filters.institutions),
            ("regions", filters.regions),
            ("patent_types", tuple(label(TYPE[each]) for each in filters.patent_types)),
            ("pools", filters.pools),
            ("alliances", filters.alliances),
        )
        if values
    ]
    named = [f"{label(FILTER[name])} {value}" for name, value in given]
    return DOT.join([*named, *_yes_or_no(filters)])


def _yes_or_no(filters: Filters) -> Iterator[str]:
    if filters.open_licence is not None:
        yield _("open licence") if filters.open_licence else _("no open licence")
    if filters.sleeping is not None:
        yield _("sleeping") if filters.sleeping else _("not sleeping")
    if filters.filed_after is not None:
        yield _("filed from {day}", day=filters.filed_after)
    if filters.min_years_left is not None:
        yield _("at least {years:g} years left", years=filters.min_years_left)


def left_out(answer: Answer) -> str:
    """Return how many patents each filter leaves out; empty where none does."""
    counts = [
        _("{count:,} by {name}", count=count, name=label(FILTER[name]))
        for name, count in answer.hidden.items()
        if count
    ]
    alone = " " + _("(each filter counted alone)") if len(counts) > 1 else ""
    return listed(counts) + alone


def no_result(answer: Answer) -> str:
    """Return why nothing was found, as far as known."""
    if any(answer.hidden.values()):
        return _(
            "No patent passed the filters and answers the need; try fewer filters, or lapsed "
            "patents too."
        )
    return _("No patent of the catalogue answers the need.")


def answered_parts(answer: Answer) -> dict[NeedPartKind, list[int]]:
    """Return the parts of the need with the ranks of the results that answer each.

    Empty for a need that says too little to be judged.
    """
    if any(match.fit_gap == "need_without_technique" for match in answer.results):
        return {}
    return {
        part.kind: [match.rank for match in answer.results if part.kind not in match.unanswered]
        for part in answer.reading.parts
    }


def numbers(patent: Patent) -> str:
    """Return the numbers and the kind of a patent."""
    known = dict.fromkeys((patent.shown_number, patent.publication_number))
    sample = [_("sample")] if patent.is_sample else []
    return DOT.join([*filter(None, known), label(TYPE[patent.patent_type]), *sample])


def status_text(status: LegalStatus) -> str:
    """Return the legal status, with a warning where it is unknown."""
    warning = _(", not to be taken as in force") if status is LegalStatus.UNKNOWN else ""
    return label(STATUS[status]) + warning


def time_left(patent: Patent, today: date) -> str:
    """Return the years until the term ends; empty for a lapsed right."""
    if effective_status(patent, today) is LegalStatus.LAPSED:
        return ""
    left = years_left(patent, today)
    return _("term not known") if left is None else _("{years:.1f} years left", years=left)


def status(patent: Patent, today: date) -> str:
    """Return the legal status with its source's words, its day, and the time left."""
    return DOT.join((status_text(effective_status(patent, today)), status_details(patent, today)))


def status_details(patent: Patent, today: date) -> str:
    """Return the source's words of the legal status, its day, and the time left."""
    day = patent.status_as_of
    parts = [
        on_one_line(patent.legal_status_text or ""),
        _("as of {day}", day=day) if day else _("as of an unknown day"),
        time_left(patent, today),
    ]
    return DOT.join(filter(None, parts))


def claims_coverage(patent: Patent) -> str:
    """Return which claims the source has; empty where it has all."""
    return {
        ClaimsCoverage.NONE: _("the source has no claims"),
        ClaimsCoverage.FIRST: _("the source has the first claim only"),
        ClaimsCoverage.INDEPENDENT: _("the source has the independent claims only"),
        ClaimsCoverage.ALL: "",
    }[patent.claims_coverage]


def recorded_events(patent: Patent) -> str:
    """Return how often the patent was assigned, licensed and pledged, as far as known."""
    counts = (
        (patent.transfer_count, _("assigned")),
        (patent.licence_count, _("licensed")),
        (patent.pledge_count, _("pledged")),
    )
    return DOT.join(
        ngettext("{name} {n} time", "{name} {n} times", count, name=name)
        for count, name in counts
        if count is not None
    )


def licence(terms: LicenceTerms, readiness: str | None) -> str:
    """Return the licence terms and the readiness, as far as known."""
    declared = {
        True: _("open licence"),
        False: _("no open licence"),
        None: _("open licence not known"),
    }
    parts = [declared[terms.open_licence]]
    for name, value in (
        (_("basis"), terms.fee_basis),
        (_("fee"), terms.fee),
        (_("term"), terms.term),
        (_("kinds"), listed(terms.kinds)),
        (_("ways"), "、".join(terms.conversion_modes)),
        (_("price"), terms.price_mode),
        ("", terms.price),
        (_("readiness"), readiness),
    ):
        if value:
            parts.append(f"{name} {on_one_line(value)}".strip())
    return DOT.join(parts)


def plain_line(card: TechnologyCard) -> str:
    """Return the line of a card that tells most in plain words; empty where there is none."""
    by_aspect = {line.aspect: line.text for line in reversed(card.lines)}
    return next((by_aspect[aspect] for aspect in PLAIN_ASPECTS if aspect in by_aspect), "")


def answered_by(match: Match) -> list[str]:
    """Return the names of the need's parts that the match answers, in the order of its evidence."""
    kinds = dict.fromkeys(kind for evidence in match.evidence for kind in evidence.parts)
    return [label(PART[kind]) for kind in kinds if kind not in match.unanswered]


def rests_on(match: Match) -> str:
    """Return what the fit label rests on, or why there is none."""
    sentence = fit_rests_on(match.fit_basis, match.fit_gap)
    return "" if sentence is None else label(sentence)


def availability(match: Match) -> str:
    """Return the level of availability and its reasons; empty where it was not judged."""
    judged = match.availability
    return "" if judged is None else DOT.join((label(AVAILABILITY[judged.level]), *judged.reasons))


def industries(patent: Patent) -> str:
    """Return the names of the patent's industries."""
    return DOT.join(_industry_names(patent.industries)) or label(INDUSTRY_NONE)


def _industry_names(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(label(INDUSTRY[code]) if code in INDUSTRY else code for code in codes)


def team(patent: Patent) -> str:
    """Return the inventor team and its institution."""
    known = patent.team
    if known is None:
        return DOT.join(filter(None, (_("not on record"), patent.institution)))
    return DOT.join(filter(None, (known.name, team_details(patent), known.institution)))


def team_details(patent: Patent) -> str:
    """Return the lead of the inventor team and its college, as far as known."""
    known = patent.team
    if known is None:
        return ""
    lead = _("lead {name}", name=known.lead) if known.lead else None
    return DOT.join(filter(None, (lead, known.college)))


def contact(match: Match) -> str:
    """Return the public way to the team."""
    return office(match.contact)


def office(contact: TtoContact | None) -> str:
    """Return the public way to a technology-transfer office."""
    if contact is None:
        return _("no technology-transfer office on record")
    return DOT.join(filter(None, (contact.name, contact.phone, contact.email)))
