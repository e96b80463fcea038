"""Status, term, use and terms of a patent, as a row gives them."""

import re
from dataclasses import dataclass, replace
from datetime import date

from matcher.importing.rows.patent_dates import PatentDates, read_past
from matcher.importing.rows.row import Row
from matcher.patents import licence_terms
from matcher.patents.legal_status import read_status, uses_on_record
from matcher.patents.term import expiry_date
from matcher.text import dates
from matcher.types import LegalStatus, LicenceTerms, PatentType

_DECLARED = re.compile(r"开放许可(?!.{0,8}(?:撤回|撤销|终止))")
_AWAKE = re.compile(r"在用|非沉睡|未沉睡|不沉睡|不是")
_IN_USE = re.compile(r"^(?!未|不|没|无|否).*(?:实施|使用|应用|产业化|投产|转化)")
_COUNT = re.compile(r"(\d{1,6})\s*(?:次|件|项)?")


@dataclass(frozen=True, slots=True)
class Right:
    """The state of the right: its status, when that held, and the end of its term."""

    status: LegalStatus
    words: str | None
    as_of: date | None
    expiry: date | None


def read_right(row: Row, days: PatentDates, patent_type: PatentType, *, was_granted: bool) -> Right:
    """The status with its date and the end of the term; what is not understood is complained of."""
    status, events = row.get("legal_status"), row.get("legal_events")
    validity = row.get("validity") or (status if events else "")
    found = read_status(validity, events or status, was_granted=was_granted)
    column = "legal_status" if status else "legal_events" if events else "validity"
    if found.not_understood:
        row.complain(
            column, "this status is not understood and counts as unknown; write 有权, 审中 or 失效"
        )
    if found.conflict:
        row.complain(
            column,
            f"the status contradicts {validity!r}: the less favourable of the two counts; check it",
        )
    as_of = read_past(row, "legal_status_date")
    known = found.status is not LegalStatus.UNKNOWN
    return Right(
        status=found.status,
        words=found.words,
        as_of=(as_of or found.as_of) if known else None,
        expiry=_expiry(row, days.filing, patent_type, found.status),
    )


def read_uses(row: Row) -> dict[str, int]:
    """How many transfers, licences and pledges are on record, those that the row tells."""
    history = "\n".join((*row.all("legal_events"), *row.all("legal_status")))
    uses = uses_on_record(history) if history else {}
    for use, name in (
        ("transfer", "transfer_count"),
        ("licence", "license_count"),
        ("pledge", "pledge_count"),
    ):
        text = row.get(name)
        if not text:
            continue
        if count := _COUNT.fullmatch(text):
            uses[use] = int(count[1])
        else:
            row.complain(name, "left out: this is no number; write 0, 1, 2 …")
    return uses


def read_override(row: Row) -> bool | None:
    """The TTO's word on whether the patent is sleeping; a declared use says that it is not."""
    words, use = row.get("sleeping_override"), row.get("declared_use")
    in_use = bool(use) and (
        licence_terms.read_yes_no(use) is True or _IN_USE.search(use) is not None
    )
    if not words:
        return False if in_use else None
    if _AWAKE.search(words):
        return False
    override = True if words.startswith("沉睡") else licence_terms.read_yes_no(words)
    if override is None:
        row.complain("sleeping_override", "left out: not understood; write 沉睡 or 在用")
        return False if in_use else None
    if override and in_use:
        row.complain(
            "sleeping_override", f"it contradicts the use that is declared ({use}): check both"
        )
    return override


def read_licence(row: Row) -> LicenceTerms:
    """The terms; an open licence also counts as declared where the legal status says so."""
    terms = licence_terms.read_terms(row.get)
    if terms.open_licence is None:
        if row.get("open_licence"):
            row.complain("open_licence", "left out: not understood; write 是 or 否")
        elif _DECLARED.search(row.get("legal_status") + row.get("legal_events")):
            terms = replace(terms, open_licence=True)
    for name, doubt in licence_terms.doubts(terms):
        row.complain(name, doubt)
    return terms


def _expiry(
    row: Row, filing: date | None, patent_type: PatentType, status: LegalStatus
) -> date | None:
    """The end of the term as given, or else computed.

    For a lapsed right a source's 失效日 is the day on which it lapsed, not the end of the term.
    """
    computed = expiry_date(filing, patent_type)
    text = row.get("expiry_date")
    if not text:
        return computed
    given = dates.parse(text)
    if given is None or (filing and given <= filing):
        row.complain(
            "expiry_date",
            "left out: this is no date, or not after the filing date; write it as 2037-03-01",
        )
        return computed
    if computed and status is LegalStatus.LAPSED and given < computed:
        return computed
    return given
