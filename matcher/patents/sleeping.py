"""Sleeping patents (沉睡专利): granted long ago, in force, without a record of use."""

import re
from datetime import date

from matcher.language.coded import CodedText
from matcher.language.messages import _, gettext_noop, ngettext
from matcher.patents.rights import effective_status
from matcher.types import LegalStatus, Patent, Sleeping

_USE_IN_STATUS = re.compile(r"许可备案|许可合同备案|实施许可|转移|转让")
_NOT_IN_FORCE = {
    LegalStatus.PENDING: ("not_granted", gettext_noop("not granted yet")),
    LegalStatus.LAPSED: ("lapsed", gettext_noop("the right has lapsed")),
    LegalStatus.UNKNOWN: ("status_unknown", gettext_noop("legal status not known")),
}


def unused_since(patent: Patent) -> date | None:
    """Return the day since which no use is on record.

    The grant date; `date.min` if the TTO declared the patent sleeping; None if the patent cannot
    be sleeping: a recorded transfer or licence, a declared use, or no grant date.
    """
    use = use_on_record(patent.transfer_count, patent.licence_count, patent.legal_status_text)
    return unused_day(patent.sleeping_override, patent.grant_date, is_used=use is not None)


def unused_day(override: bool | None, grant: date | None, *, is_used: bool) -> date | None:
    """Return the day of `unused_since`, from the fields of a patent that decide it."""
    if override is not None:
        return date.min if override else None
    return None if is_used else grant


def sleeping(patent: Patent, today: date, months: int) -> Sleeping:
    """Return whether the patent is sleeping on this day, `months` after grant, with the reason."""
    status = effective_status(patent, today)
    if status is not LegalStatus.IN_FORCE:
        code, text = _NOT_IN_FORCE[status]
        return Sleeping(False, CodedText(code, _(text)))
    if patent.sleeping_override is not None:
        return Sleeping(patent.sleeping_override, _declared(patent.sleeping_override))
    use = use_on_record(patent.transfer_count, patent.licence_count, patent.legal_status_text)
    if use:
        return Sleeping(False, use)
    if patent.grant_date is None:
        return Sleeping(False, CodedText("grant_day_unknown", _("day of grant not known")))
    passed = _whole_months(patent.grant_date, today)
    if passed < months:
        text = ngettext(
            "granted {n} month ago, less than {months}",
            "granted {n} months ago, less than {months}",
            passed,
            months=months,
        )
        return Sleeping(False, CodedText("granted_lately", text))
    return Sleeping(True, _no_use_reason(patent, passed))


def _declared(is_sleeping: bool) -> CodedText:
    if is_sleeping:
        text = _("the technology-transfer office says that it sleeps")
        return CodedText("declared_sleeping", text)
    return CodedText("declared_used", _("the technology-transfer office says that it is used"))


def use_on_record(
    transfers: int | None, licences: int | None, status: str | None
) -> CodedText | None:
    """Return the use that the counts or the wording of the status show; None without one."""
    if n := transfers:
        return CodedText("transferred", ngettext("{n} transfer", "{n} transfers", n))
    if n := licences:
        return CodedText("licensed", ngettext("{n} licence", "{n} licences", n))
    if status and _USE_IN_STATUS.search(status):
        return CodedText("used_by_status", _("the legal status shows use: {status}", status=status))
    return None


def _no_use_reason(patent: Patent, months: int) -> CodedText:
    """Return the missing use as a reason; counts of zero prove more than missing counts."""
    if patent.transfer_count == 0 and patent.licence_count == 0:
        text = _("granted {months} months ago, neither transfer nor licence", months=months)
        return CodedText("no_use", text)
    text = _(
        "granted {months} months ago, the source tells of no transfer or licence", months=months
    )
    return CodedText("no_use_told", text)


def _whole_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
