"""Sleeping patents (沉睡专利): granted long ago, in force, without a record of use."""

import re
from datetime import date

from matcher.patents.rights import effective_status
from matcher.types import LegalStatus, Patent, Sleeping

_USE_IN_STATUS = re.compile(r"许可备案|许可合同备案|实施许可|转移|转让")
_NOT_IN_FORCE = {
    LegalStatus.PENDING: "尚未授权",
    LegalStatus.LAPSED: "专利权已失效",
    LegalStatus.UNKNOWN: "法律状态未知",
}


def unused_since(patent: Patent) -> date | None:
    """Return the day since which no use is on record.

    The grant date; `date.min` if the TTO declared the patent sleeping; None if the patent cannot
    be sleeping: a recorded transfer or licence, a declared use, or no grant date.
    """
    if patent.sleeping_override is not None:
        return date.min if patent.sleeping_override else None
    if _use_on_record(patent):
        return None
    return patent.grant_date


def sleeping(patent: Patent, today: date, months: int) -> Sleeping:
    """Return whether the patent is sleeping on this day, `months` after grant, with the reason."""
    status = effective_status(patent, today)
    if status is not LegalStatus.IN_FORCE:
        return Sleeping(False, _NOT_IN_FORCE[status])
    if patent.sleeping_override is not None:
        reason = "技术转移机构认定为沉睡" if patent.sleeping_override else "技术转移机构声明在用"
        return Sleeping(patent.sleeping_override, reason)
    if use := _use_on_record(patent):
        return Sleeping(False, use)
    if patent.grant_date is None:
        return Sleeping(False, "授权日未知")
    passed = _whole_months(patent.grant_date, today)
    if passed < months:
        return Sleeping(False, f"授权{passed}个月，不足{months}个月")
    return Sleeping(True, f"授权已{passed}个月，{_no_use_reason(patent)}")


def _use_on_record(patent: Patent) -> str | None:
    if patent.transfer_count:
        return f"有{patent.transfer_count}次转让记录"
    if patent.licence_count:
        return f"有{patent.licence_count}次许可记录"
    if patent.legal_status_text and _USE_IN_STATUS.search(patent.legal_status_text):
        return f"法律状态显示已运用：{patent.legal_status_text}"
    return None


def _no_use_reason(patent: Patent) -> str:
    """Return the missing use as a reason; counts of zero prove more than missing counts."""
    if patent.transfer_count == 0 and patent.licence_count == 0:
        return "无转让、许可记录"
    return "数据源未见转让、许可记录"


def _whole_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
