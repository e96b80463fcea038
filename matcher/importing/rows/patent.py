"""Patent from a row."""

import re
from collections.abc import Sequence
from typing import Any

from matcher.importing.rows.contacts import read_personal, read_tto
from matcher.importing.rows.language_marks import (
    in_best_language,
    without_label,
    without_marks,
)
from matcher.importing.rows.patent_dates import PatentDates, read_dates
from matcher.importing.rows.patent_numbers import (
    PatentNumbers,
    further_ids,
    identify,
    read_numbers,
)
from matcher.importing.rows.patent_rights import (
    read_licence,
    read_override,
    read_right,
    read_uses,
)
from matcher.importing.rows.record import PatentRecord
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents import ipc
from matcher.patents.application_numbers import ApplicationNumber
from matcher.patents.claims import read_claims
from matcher.patents.publication_numbers import PublicationNumber
from matcher.patents.regions import province_of_address, read_province
from matcher.patents.sleeping import unused_day, use_on_record
from matcher.text.markup import join_wraps, on_one_line, strip_markup
from matcher.types import Claim, ClaimsCoverage, Patent, PatentType, TeamRef

_TYPE_PATTERNS = (
    (re.compile(r"实用新型|實用新型|utility|실용신안|実用新案", re.I), PatentType.UTILITY_MODEL),
    (re.compile(r"外观|外觀|design|意匠|디자인", re.I), PatentType.DESIGN),
    (
        re.compile(r"发明|invention|granted patent|patent application|^[abc]\d?$", re.I),
        PatentType.INVENTION,
    ),
    (re.compile(r"^[uy]\d?$", re.I), PatentType.UTILITY_MODEL),
    (re.compile(r"^[sd]\d?$", re.I), PatentType.DESIGN),
)
_CLAIMS_FIELDS = tuple(
    (coverage, f"claims_{coverage}")
    for coverage in (ClaimsCoverage.ALL, ClaimsCoverage.INDEPENDENT, ClaimsCoverage.FIRST)
)
_PRIORITY_DATE = re.compile(
    r"\s+(?:\d{1,2}\.\d{1,2}\.\d{4}|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2} [A-Za-z]{3} \d{4})"
    r"(?=\s|$)"
)
_LOCARNO = re.compile(r"LOC|\d{2}-\d{2}", re.I)


def read_patent(row: Row) -> PatentRecord | None:
    """Read the patent of a row; None, with a problem, without a title."""
    title = in_best_language(on_one_line(strip_markup(row.get("title"))))
    if not title:
        row.complain("title", _("a patent needs its title (发明名称): fill it in"), refused=True)
        return None
    numbers = read_numbers(row)
    publication = numbers.publication
    days = read_dates(row, publication, numbers.index)
    values = _content(row, title, numbers)
    patent = Patent(**values, **_right(row, values["patent_type"], publication, days))
    institution = patent.institution
    team = patent.team
    return PatentRecord(
        patent=patent,
        tto=read_tto(row, institution),
        personal=read_personal(
            row, institution, team.name if team else None, team.lead if team else None
        ),
        file_row=row.number,
        sheet=row.sheet,
        further_ids=further_ids(numbers),
        rests_on_text=not (numbers.application or publication or numbers.sources),
    )


def _content(row: Row, title: str, numbers: PatentNumbers) -> dict[str, Any]:
    """Return the fields of the patent without its dates, its right and its licence terms."""
    abstract = without_label(without_marks(join_wraps(strip_markup(row.get("abstract")))))
    applicants = row.organisations("applicant")
    owners = row.organisations("owner")
    publication = numbers.publication
    patent_type = _patent_type(row, numbers.application, publication)
    claims, coverage = _claims(row)
    symbols = _symbols(row, patent_type)
    cpc = tuple(ipc.read_symbols(";".join(row.all("cpc"))))
    return dict(
        id=identify(row, numbers, title, abstract, applicants or owners),
        title=title,
        abstract=abstract,
        application_number=numbers.written_application,
        publication_number=numbers.written_publication,
        kind_code=publication.kind if publication else None,
        patent_type=patent_type,
        claims=claims,
        claims_coverage=coverage,
        applicants=applicants,
        owners=owners,
        inventors=row.people("inventors"),
        ipc=symbols,
        cpc=cpc,
        # The two schemes share their subclasses, so CPC tags where a source gives no IPC.
        industries=ipc.industries(symbols or cpc),
        wipo_fields=ipc.wipo_fields(symbols or cpc),
        priority_numbers=_priority_numbers(row),
        family_id=row.get("family_id") or None,
        region=_region(row),
        team=_team(row, (*owners, *applicants)),
        source=f"{row.context.file} ({row.layout.format})",
        is_sample=row.context.sample,
    )


def _right(
    row: Row, patent_type: PatentType, publication: PublicationNumber | None, days: PatentDates
) -> dict[str, Any]:
    """Return the dates, legal status, recorded use and licence terms of the patent."""
    was_granted = days.grant is not None or (publication is not None and publication.is_granted)
    right = read_right(row, days, patent_type, was_granted=was_granted)
    uses = read_uses(row)
    override = read_override(row)
    use = use_on_record(uses.get("transfer"), uses.get("licence"), right.status_text)
    return dict(
        filing_date=days.filing,
        publication_date=days.publication,
        grant_date=days.grant,
        legal_status=right.status,
        legal_status_text=right.status_text,
        status_as_of=right.as_of,
        expiry_date=right.expiry,
        transfer_count=uses.get("transfer"),
        licence_count=uses.get("licence"),
        pledge_count=uses.get("pledge"),
        unused_since=unused_day(override, days.grant, is_used=use is not None),
        sleeping_override=override,
        licence=read_licence(row),
        readiness=row.get("readiness") or None,
    )


def _patent_type(
    row: Row, number: ApplicationNumber | None, publication: PublicationNumber | None
) -> PatentType:
    """Return the type given by the numbers, which are more reliable than the column, or by it."""
    if number is not None and number.patent_type is not PatentType.UNKNOWN:
        return number.patent_type
    if publication is not None and publication.patent_type is not PatentType.UNKNOWN:
        return publication.patent_type
    text = row.get("patent_type")
    if row.layout.office == "US" and text.lower() == "utility":
        return PatentType.INVENTION
    for pattern, patent_type in _TYPE_PATTERNS:
        if pattern.search(text):
            return patent_type
    return PatentType.UNKNOWN


def _claims(row: Row) -> tuple[tuple[Claim, ...], ClaimsCoverage]:
    """Return the claims of the column with the best coverage."""
    best: tuple[tuple[Claim, ...], ClaimsCoverage] = ((), ClaimsCoverage.NONE)
    order = list(ClaimsCoverage)
    for coverage, field in _CLAIMS_FIELDS:
        written = row.get(field)
        if written and (text := in_best_language(join_wraps(strip_markup(written)))):
            claims = read_claims(text, coverage)
            if order.index(claims[1]) > order.index(best[1]):
                best = claims
    return best


def _symbols(row: Row, patent_type: PatentType) -> tuple[str, ...]:
    main, others = (";".join(row.all(name)) for name in ("ipc_main", "ipc_all"))
    symbols = ipc.main_first(ipc.read_symbols(main), ipc.read_symbols(others))
    written = main or others
    if written and not symbols and not _is_locarno(written, patent_type):
        column = "ipc_main" if main else "ipc_all"
        row.tally(
            column,
            _("left out: no IPC symbol can be read; write it as H01M10/0525"),
            shows_value=True,
        )
    return symbols


def _is_locarno(written: str, patent_type: PatentType) -> bool:
    """True for the Locarno class of a design, which exports put into the same column."""
    return patent_type is PatentType.DESIGN or _LOCARNO.search(written) is not None


def _priority_numbers(row: Row) -> tuple[str, ...]:
    """Return the numbers without the dates that some exports put behind them."""
    written = row.get("priority_number")
    parts = re.split(r"[;；|\n]+", written) if written else []
    numbers = (_PRIORITY_DATE.sub("", part).strip() for part in parts)
    return tuple(dict.fromkeys(number for number in numbers if number))


def _region(row: Row) -> str | None:
    return read_province(row.get("province")) or province_of_address(row.get("address"))


def _team(row: Row, names: Sequence[str]) -> TeamRef | None:
    """Return the team of a row; its institution is the owner where no column gives one."""
    institution = row.get("institution")
    name, college, lead = (row.get(field) or None for field in ("team", "college", "team_lead"))
    if not (institution or name or college or lead):
        return None
    if not institution and not names:
        row.complain("team" if name else "college", _("the team was left out: name its 机构"))
        return None
    return TeamRef(institution or names[0], name, college, lead)
