"""Legal status, term of protection, recorded use and licence terms of a patent from a row."""

import re
from dataclasses import dataclass, replace
from datetime import date

from matcher.importing.rows.patent_dates import PatentDates, read_past
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents import licence_terms
from matcher.patents.legal_status import read_status, uses_on_record
from matcher.patents.term import expiry_date
from matcher.types import LegalStatus, LicenceTerms, PatentType

_OPEN_LICENCE_EVENT = re.compile(r"开放许可(?!.{0,8}(?:撤回|撤销|终止))")
_NOT_SLEEPING = re.compile(r"在用|非沉睡|未沉睡|不沉睡|不是")
_IN_USE = re.compile(r"^(?!未|不|没|无|否).*(?:实施|使用|应用|产业化|投产|转化)")
_COUNT = re.compile(r"(\d{1,6})\s*(?:次|件|项)?")


@dataclass(frozen=True, slots=True)
class Right:
    """Legal status of a right with its date, and the end of its term."""

    status: LegalStatus
    status_text: str | None
    """The source's own wording of the status."""
    as_of: date | None
    expiry: date | None


def read_right(row: Row, days: PatentDates, patent_type: PatentType, *, was_granted: bool) -> Right:
    """Read the status, its date and the end of the term; an unclear status becomes a problem."""
    status, events = row.get("legal_status"), row.get("legal_events")
    validity = row.get("validity") or (status if events else "")
    parsed = read_status(validity, events or status, was_granted=was_granted)
    column = "legal_status" if status else "legal_events" if events else "validity"
    if parsed.not_understood:
        row.complain(
            column,
            _("this status is not understood and counts as unknown; write 有权, 审中 or 失效"),
        )
    if parsed.conflict:
        row.complain(
            column,
            _(
                "the status contradicts {validity!r}: the less favourable of the two counts; "
                "check it",
                validity=validity,
            ),
        )
    as_of = read_past(row, "legal_status_date")
    is_known = parsed.status is not LegalStatus.UNKNOWN
    return Right(
        status=parsed.status,
        status_text=parsed.text,
        as_of=(as_of or parsed.as_of) if is_known else None,
        expiry=_expiry(row, days.filing, patent_type, parsed.status),
    )


def read_uses(row: Row) -> dict[str, int]:
    """Read the numbers of recorded transfers, licences and pledges; unknown ones are left out."""
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
            row.complain(name, _("left out: this is no number; write 0, 1, 2 …"))
    return uses


def read_override(row: Row) -> bool | None:
    """Read the TTO's declaration of a sleeping patent; a declared use means not sleeping."""
    declaration, use = row.get("sleeping_override"), row.get("declared_use")
    in_use = bool(use) and (
        licence_terms.read_yes_no(use) is True or _IN_USE.search(use) is not None
    )
    if not declaration:
        return False if in_use else None
    if _NOT_SLEEPING.search(declaration):
        return False
    is_sleeping = declaration.startswith("沉睡") or licence_terms.read_yes_no(declaration)
    if is_sleeping is None:
        row.complain("sleeping_override", _("left out: not understood; write 沉睡 or 在用"))
        return False if in_use else None
    if is_sleeping and in_use:
        row.complain(
            "sleeping_override",
            _("it contradicts the use that is declared ({use}): check both", use=use),
        )
    return is_sleeping


def read_licence(row: Row) -> LicenceTerms:
    """Read the licence terms; a legal event can declare an open licence as well."""
    terms = licence_terms.read_terms(row.get)
    if terms.open_licence is None:
        if row.get("open_licence"):
            row.complain("open_licence", _("left out: not understood; write 是 or 否"))
        elif _OPEN_LICENCE_EVENT.search(row.get("legal_status") + row.get("legal_events")):
            terms = replace(terms, open_licence=True)
    for name, doubt in licence_terms.doubts(terms):
        row.complain(name, doubt)
    return terms


def _expiry(
    row: Row, filing: date | None, patent_type: PatentType, status: LegalStatus
) -> date | None:
    """Return the end of the term as given, or else computed.

    For a lapsed right a source's 失效日 is the day of the lapse, not the end of the term.
    """
    computed = expiry_date(filing, patent_type)
    text = row.get("expiry_date")
    if not text:
        return computed
    given = next(iter(row.dates("expiry_date")), None)
    if given is None or (filing and given <= filing):
        row.tally(
            "expiry_date",
            _("left out: this is no date, or not after the filing date; write it as 2037-03-01"),
            shows_value=True,
        )
        return computed
    if computed and status is LegalStatus.LAPSED and given < computed:
        return computed
    return given
