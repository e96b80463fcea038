"""The engine's answers as plain JSON-ready objects: one form for the command line and the API."""

from dataclasses import asdict
from datetime import date

from matcher.needs.reading.reading import reading_json
from matcher.patents.cards.card import ASPECTS
from matcher.patents.rights import effective_status, years_left
from matcher.types import (
    Answer,
    Availability,
    Filters,
    Json,
    Match,
    Need,
    Patent,
    Pledge,
    Sleeping,
    TeamRef,
    TechnologyCard,
    TtoContact,
)


def answer_json(answer: Answer, today: date) -> Json:
    """Return the answer to one need; its form is part of the public contract (docs/json.md)."""
    return {
        "need": need_json(answer.need),
        "reading": reading_json(answer.reading),
        "model": answer.model,
        "index": answer.index,
        "filters": filters_json(answer.filters),
        "hidden": dict(answer.hidden),
        "notes": list(answer.notes),
        "note_codes": [note.code for note in answer.notes],
        "results": [match_json(match, today) for match in answer.results],
    }


def match_json(match: Match, today: date) -> Json:
    """Return one ranked patent with its evidence and the way to its team; no personal contacts."""
    patent = match.patent
    return {
        "rank": match.rank,
        **_identity(patent),
        **_rights(patent, today),
        "score": round(match.score, 6),
        "channels": dict(match.channels),
        "fit": match.fit,
        "fit_basis": match.fit_basis,
        "fit_gap": match.fit_gap,
        "availability": _availability(match.availability),
        "pledge": _pledge(match.pledge),
        "evidence": [
            {
                "passage": e.passage,
                "text": e.text,
                "highlights": [list(span) for span in e.highlights],
                "related": [list(span) for span in e.related],
                "focus": None if e.focus is None else list(e.focus),
                "parts": list(e.parts),
            }
            for e in match.evidence
        ],
        "unanswered": list(match.unanswered),
        "card": card_json(match.card),
        "sleeping": _sleeping(match.sleeping),
        "licence": _licence(patent),
        "team": _team(patent.team),
        "contact": tto_json(match.contact),
        "family_members": list(match.family_members),
    }


def card_json(card: TechnologyCard) -> Json:
    """Return a technology card: for each aspect its lines with the words they come from."""
    lines: dict[str, list[Json]] = {aspect: [] for aspect in ASPECTS}
    for line in card.lines:
        lines[line.aspect].append(
            {"text": line.text, "passage": line.passage, "source": line.source}
        )
    return {**lines, "is_reviewed": card.is_reviewed}


def patent_json(
    patent: Patent,
    today: date,
    sleeping: Sleeping,
    contact: TtoContact | None,
    card: TechnologyCard,
    pledge: Pledge | None = None,
) -> Json:
    """Return one patent whole, as the catalogue shows it."""
    return {
        **_identity(patent),
        "abstract": patent.abstract,
        "claims": [
            {
                "number": c.number,
                "text": c.text,
                "is_dependent": c.is_dependent,
                "refers_to": list(c.refers_to),
            }
            for c in patent.claims
        ],
        "claims_coverage": str(patent.claims_coverage),
        "applicants": list(patent.applicants),
        "owners": list(patent.owners),
        "inventors": list(patent.inventors),
        "ipc": list(patent.ipc),
        "wipo_fields": list(patent.wipo_fields),
        **_rights(patent, today),
        "card": card_json(card),
        "pledge": _pledge(pledge),
        "sleeping": _sleeping(sleeping),
        "licence": _licence(patent),
        "team": _team(patent.team),
        "contact": tto_json(contact),
    }


def need_json(need: Need) -> Json:
    """Return the need as it was understood; fields that are not given are left out."""
    return {key: value for key, value in asdict(need).items() if value not in (None, "", ())}


def filters_json(filters: Filters) -> Json:
    """Return the filters that were in force; those not set are left out."""
    shown: Json = {"legal_status": sorted(filters.legal_status)}
    for key, value in asdict(filters).items():
        if key == "legal_status" or value in (None, ()):
            continue
        shown[key] = value.isoformat() if isinstance(value, date) else value
    return shown


def _identity(patent: Patent) -> Json:
    return {
        "id": patent.id,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "title": patent.title,
        "patent_type": str(patent.patent_type),
        "owner": patent.owner,
        "industries": list(patent.industries),
        "region": patent.region,
        "is_sample": patent.is_sample,
    }


def _rights(patent: Patent, today: date) -> Json:
    left = years_left(patent, today)
    return {
        "legal_status": str(effective_status(patent, today)),
        "legal_status_text": patent.legal_status_text,
        "status_as_of": _day(patent.status_as_of),
        "filing_date": _day(patent.filing_date),
        "grant_date": _day(patent.grant_date),
        "expiry_date": _day(patent.expiry_date),
        "years_left": None if left is None else round(left, 1),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _sleeping(sleeping: Sleeping) -> Json:
    return {
        "is_sleeping": sleeping.is_sleeping,
        "reason": sleeping.reason,
        "reason_code": sleeping.reason.code,
    }


def _pledge(pledge: Pledge | None) -> Json | None:
    if pledge is None:
        return None
    return {"state": pledge.state, "note": pledge.note, "note_code": pledge.note.code}


def _availability(found: Availability | None) -> Json | None:
    if found is None:
        return None
    return {
        "score": found.score,
        "level": found.level,
        "reasons": list(found.reasons),
        "reason_codes": [reason.code for reason in found.reasons],
    }


def _licence(patent: Patent) -> Json:
    terms = patent.licence
    return {
        "open_licence": terms.open_licence,
        "fee_basis": terms.fee_basis,
        "fee": terms.fee,
        "term": terms.term,
        "kinds": list(terms.kinds),
        "conversion_modes": list(terms.conversion_modes),
        "price_mode": terms.price_mode,
        "price": terms.price,
        "readiness": patent.readiness,
    }


def _team(team: TeamRef | None) -> Json | None:
    if team is None:
        return None
    return {
        "institution": team.institution,
        "name": team.name,
        "college": team.college,
        "lead": team.lead,
    }


def tto_json(contact: TtoContact | None) -> Json | None:
    """Return the public way to an institution as a JSON-ready object."""
    if contact is None:
        return None
    return {
        "kind": "tto",
        "institution": contact.institution,
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
    }


def patent_summary_json(patent: Patent, today: date) -> Json:
    """Return a patent in short: its numbers, title and legal status on this day."""
    return {
        "id": patent.id,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "title": patent.title,
        "legal_status": str(effective_status(patent, today)),
    }
