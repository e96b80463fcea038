"""Data frames of answers, patents, needs and problems, with documented columns.

No frame holds a person's contact data; the TTO's contact is public.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from matcher.importing.rows.problem import Problem
from matcher.needs.record import NeedRecord
from matcher.patents.rights import effective_status, years_left
from matcher.text.contact_clauses import clear_contacts
from matcher.types import Answer, Match, Need, Patent

if TYPE_CHECKING:
    import pandas as pd

PATENT_COLUMNS: Mapping[str, str] = {
    "id": "application number, or an id of our own for a patent without one",
    "application_number": "in canonical form, such as CN201710117081.7, or unreadable as written",
    "publication_number": "of the latest publication that was imported",
    "title": "title of the patent",
    "patent_type": "invention, utility_model, design or unknown",
    "legal_status": "in_force, pending, lapsed or unknown, on the day of the frame",
    "status_as_of": "day on which the source knew that status",
    "owner": "current owners, or else the applicants",
    "institution": "institution behind the patent",
    "team": "inventor team as its institution names it",
    "region": "province of the owner",
    "industries": "codes of the four industries, the best first",
    "ipc": "IPC symbols, the main one first",
    "filing_date": "day of filing",
    "grant_date": "day of grant",
    "expiry_date": "end of the term",
    "years_left": "years until the end of the term",
    "open_licence": "True declared, False not, missing where not known",
    "fee": "licence fee as the source wrote it",
    "readiness": "technology readiness as the source wrote it",
    "claims": "number of claims that were imported",
}
MATCH_COLUMNS: Mapping[str, str] = {
    "rank": "rank in the answer, from 1",
    "fit": "strong, fair or weak; missing where there is too little to tell",
    "score": "fused score: orders one answer, compares with no other",
    **PATENT_COLUMNS,
    "passage": "abstract or claim that answers best",
    "evidence": "text of that passage",
    "answers": "parts of the need that it answers",
    "unanswered": "parts of the need that nothing in the patent answers",
    "sleeping": "True where the patent counts as sleeping",
    "availability": "high, medium or low",
    "pledge": "pledged or possible; missing where nothing says so",
    "family_members": "other cases of the same family or text, folded into this one",
    "tto": "name of the technology-transfer office",
    "tto_phone": "its public telephone number",
    "tto_email": "its public e-mail address",
}
NEED_COLUMNS: Mapping[str, str] = {
    "id": "id of the need",
    "title": "name of the need",
    "enterprise": "enterprise that has the need",
    "region": "region of the enterprise",
    "industry": "industry in the enterprise's words",
    "text": "problem, technique and goal, in the order of the form",
    "keywords": "keywords of the form",
    "budget": "budget as given",
    "cooperation": "modes of cooperation",
    "deadline": "deadline as given",
}
STORED_NEED_COLUMNS: Mapping[str, str] = {
    **NEED_COLUMNS,
    "state": "open or closed",
    "publish_scope": "public, masked or match_only",
    "expires_on": "last day on which the need is matched",
    "created_at": "time at which it was stored, UTC",
}
PROBLEM_COLUMNS: Mapping[str, str] = {
    "file": "name of the file",
    "sheet": "sheet of a workbook",
    "row": "row as the file's program counts it; missing for the whole file",
    "column": "heading of the column",
    "value": "value that could not be read",
    "problem": "the fault, and how to mend it",
    "refused": "True where the row was left out",
}
_DATES = ("status_as_of", "filing_date", "grant_date", "expiry_date", "expires_on")


def patents_frame(patents: Iterable[Patent], today: date) -> "pd.DataFrame":
    """Return a frame of patents, a row each; columns as in PATENT_COLUMNS."""
    return _frame((_patent_row(patent, today) for patent in patents), PATENT_COLUMNS)


def answer_frame(answer: Answer, today: date) -> "pd.DataFrame":
    """Return a frame of an answer's matches, a row each; columns as in MATCH_COLUMNS.

    `attrs` of the frame has the need's text, the model, the index and the notes.
    """
    frame = _frame((_match_row(match, today) for match in answer.results), MATCH_COLUMNS)
    frame.attrs = {
        "need": clear_contacts(answer.need.full_text).text,
        "model": answer.model,
        "index": answer.index,
        "notes": list(answer.notes),
    }
    return frame


def needs_frame(needs: Iterable[Need]) -> "pd.DataFrame":
    """Return a frame of needs, a row each; columns as in NEED_COLUMNS."""
    return _frame(map(_need_row, needs), NEED_COLUMNS)


def stored_needs_frame(needs: Iterable[NeedRecord]) -> "pd.DataFrame":
    """Return a frame of stored needs, a row each; columns as in STORED_NEED_COLUMNS."""
    rows = (
        {
            **_need_row(need.need),
            "id": need.id,
            "state": need.state.value,
            "publish_scope": need.publish_scope.value,
            "expires_on": need.expires_on,
            "created_at": need.created_at,
        }
        for need in needs
    )
    return _frame(rows, STORED_NEED_COLUMNS)


def problems_frame(problems: Iterable[Problem]) -> "pd.DataFrame":
    """Return a frame of the problems of imported files; columns as in PROBLEM_COLUMNS."""
    rows = (
        {
            "file": problem.file,
            "sheet": problem.sheet,
            "row": problem.row,
            "column": problem.column,
            "value": problem.value,
            "problem": problem.fix,
            "refused": problem.refused,
        }
        for problem in problems
    )
    frame = _frame(rows, PROBLEM_COLUMNS)
    return frame.astype({"row": "Int64", "refused": "bool"})


def _patent_row(patent: Patent, today: date) -> dict[str, Any]:
    return {
        "id": patent.id,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "title": patent.title,
        "patent_type": patent.patent_type.value,
        "legal_status": effective_status(patent, today).value,
        "status_as_of": patent.status_as_of,
        "owner": patent.owner,
        "institution": patent.institution,
        "team": patent.team.name if patent.team else None,
        "region": patent.region,
        "industries": _join(patent.industries),
        "ipc": _join(patent.ipc),
        "filing_date": patent.filing_date,
        "grant_date": patent.grant_date,
        "expiry_date": patent.expiry_date,
        "years_left": years_left(patent, today),
        "open_licence": patent.licence.open_licence,
        "fee": patent.licence.fee,
        "readiness": patent.readiness,
        "claims": len(patent.claims),
    }


def _match_row(match: Match, today: date) -> dict[str, Any]:
    best = match.evidence[0] if match.evidence else None
    contact = match.contact
    return {
        **_patent_row(match.patent, today),
        "rank": match.rank,
        "fit": match.fit,
        "score": match.score,
        "passage": best and best.passage,
        "evidence": best and best.text,
        "answers": _join(dict.fromkeys(part for e in match.evidence for part in e.parts)),
        "unanswered": _join(match.unanswered),
        "sleeping": match.sleeping.is_sleeping,
        "availability": match.availability and match.availability.level,
        "pledge": match.pledge and match.pledge.state,
        "family_members": _join(match.family_members),
        "tto": contact and (contact.name or contact.institution),
        "tto_phone": contact and contact.phone,
        "tto_email": contact and contact.email,
    }


def _need_row(need: Need) -> dict[str, Any]:
    row = {
        "id": need.id,
        "title": need.title,
        "enterprise": need.enterprise,
        "region": need.region,
        "industry": need.industry,
        "text": need.body,
        "keywords": _join(need.keywords),
        "budget": need.budget,
        "cooperation": need.cooperation,
        "deadline": need.deadline,
    }
    return {name: value and clear_contacts(value).text for name, value in row.items()}


def _frame(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> "pd.DataFrame":
    """Return a frame with these columns in order, empty ones too; days are datetime64."""
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(columns))
    for name in _DATES:
        if name in columns:
            frame[name] = pd.to_datetime(frame[name])
    if "open_licence" in columns:
        frame["open_licence"] = frame["open_licence"].astype("boolean")
    return frame


def _join(values: Iterable[str]) -> str:
    return "; ".join(values)
