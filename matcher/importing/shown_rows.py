"""Rows of a file as people look at them before anything is saved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.importing.read_need_files import NeedsFile
from matcher.importing.read_programme_file import RecordsFile
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.problem import MASKED, Problem
from matcher.importing.rows.record import PatentRecord, TeamRecord
from matcher.importing.rows.row import Row
from matcher.labels import STATUS, TYPE, label, listed
from matcher.text.personal_data import mask_contacts
from matcher.types import Need

MAX_CHARACTERS = 160
"""Characters of a text that are shown."""
SHOWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    "patents": (
        "application_number",
        "publication_number",
        "title",
        "first_claim",
        "owner",
        "patent_type",
        "legal_status",
        "filing_date",
        "publication_date",
        "grant_date",
        "ipc",
    ),
    "teams": ("institution", "team", "college", "fields"),
    "needs": ("reference", "title", "enterprise", "text", "budget", "deadline"),
}
"""Fields of a row that are shown, by the kind of record; of the programme's kinds all are."""
_UNMASKED = frozenset({"application_number", "publication_number"})
"""Numbers that may look like a phone number."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it was recognised."""

    kind: str
    sheet: str | None
    row: int
    is_refused: bool
    values: Mapping[str, str]
    """Values of the row by field, without empty ones; of a refused row those that identify it.

    Shown as `masked` gives them.
    """


def shown_row(row: Row, record: PatentRecord | TeamRecord | NeedForm | Need | None) -> ShownRow:
    """Return a row of patents or teams; of a refused one its number and name."""
    kind = row.layout.kind
    if isinstance(record, PatentRecord):
        values = _of_patent(record)
    elif isinstance(record, TeamRecord):
        team = record.team
        values = {
            "institution": team.institution,
            "team": team.name,
            "college": team.college or "",
            "fields": team.fields or "",
        }
    else:
        fields = ("application_number", "publication_number", "title", "institution", "team")
        values = {name: row.get(name) for name in fields if name in SHOWN_FIELDS.get(kind, ())}
    return ShownRow(kind, row.sheet, row.number, record is None, _shown(values))


def shown_needs(file: NeedsFile) -> Iterator[ShownRow]:
    """Yield the needs of a file and its refused rows, in the order of the rows."""
    rows = [
        ShownRow("needs", form.sheet, form.row, False, _shown(_of_need(form)))
        for form in file.forms
    ]
    yield from _with_refused("needs", rows, file.problems)


def shown_records(file: RecordsFile) -> Iterator[ShownRow]:
    """Yield the records of a file of the programme and its refused rows, in order."""
    kind = file.kind.name
    rows = [
        ShownRow(
            kind,
            record.sheet,
            record.row,
            False,
            _shown({name: str(value or "") for name, value in record.values.items()}),
        )
        for record in file.records
    ]
    yield from _with_refused(kind, rows, file.problems)


def _with_refused(
    kind: str, rows: Sequence[ShownRow], problems: Sequence[Problem]
) -> Iterator[ShownRow]:
    sheets = list(
        dict.fromkeys([*(row.sheet for row in rows), *(problem.sheet for problem in problems)])
    )
    known = {(row.sheet, row.row) for row in rows}
    refused = {
        (problem.sheet, problem.row): ShownRow(kind, problem.sheet, problem.row, True, {})
        for problem in problems
        if problem.refused and problem.row is not None and (problem.sheet, problem.row) not in known
    }
    yield from sorted(
        [*rows, *refused.values()], key=lambda row: (sheets.index(row.sheet), row.row)
    )


def _of_patent(record: PatentRecord) -> dict[str, str]:
    patent = record.patent
    return {
        "application_number": patent.application_number or "",
        "publication_number": patent.publication_number or "",
        "title": patent.title,
        "first_claim": patent.claims[0].text if patent.claims else "",
        "owner": listed(patent.owners or patent.applicants),
        "patent_type": label(TYPE[patent.patent_type]),
        "legal_status": label(STATUS[patent.legal_status]),
        "filing_date": str(patent.filing_date or ""),
        "publication_date": str(patent.publication_date or ""),
        "grant_date": str(patent.grant_date or ""),
        "ipc": listed(patent.ipc[:3]),
    }


def _of_need(form: NeedForm) -> dict[str, str]:
    details = form.details
    return {
        "reference": details.reference or "",
        "title": details.title or "",
        "enterprise": details.enterprise or "",
        "text": details.need.full_text,
        "budget": details.budget_shown or "",
        "deadline": str(details.deadline or ""),
    }


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: " ".join(value[: 2 * MAX_CHARACTERS].split())
        for name, value in values.items()
        if value.strip()
    }


def masked(values: Mapping[str, str]) -> dict[str, str]:
    """Return the beginnings of values, without contact data.

    Only for the rows that somebody looks at: it takes as long as reading them.
    """
    return {name: _masked(name, value) for name, value in values.items()}


def _masked(name: str, value: str) -> str:
    text = value if name in _UNMASKED else mask_contacts(value, MASKED)
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"
