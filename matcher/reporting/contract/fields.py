"""The fields (字段) of a licence contract, by their names in templates, with the known values.

Nothing is made up: a field without a known value has none, and is filled in by a person later.
"""

from collections.abc import Mapping
from datetime import date

from matcher.errors import ConflictError, InputError
from matcher.labels import STATUS
from matcher.language.messages import _
from matcher.patents.rights import effective_status
from matcher.types import LegalStatus, LicenceTerms, Patent, PatentType

LICENSOR, LICENSEE = "许可方", "被许可方"
KIND, FEE, FEE_BASIS, TERM = "许可方式", "许可费", "许可费支付方式", "许可期限"
RECORD_FIELDS = (
    LICENSOR,
    "专利名称",
    "申请号",
    "专利号",
    "专利类型",
    "申请日",
    "授权公告日",
    "专利权届满日",
    "法律状态",
    "法律状态日期",
)
"""Facts of the patent: a value of the catalogue cannot be replaced by another."""
PRESET_FIELDS = (KIND, FEE, FEE_BASIS, TERM)
"""Terms set beforehand by the institution; the parties may agree on others."""
MANUAL_FIELDS = (
    "合同编号",
    "许可方地址",
    "许可方代表人",
    "许可方统一社会信用代码",
    "被许可方地址",
    "被许可方代表人",
    "被许可方统一社会信用代码",
    "许可地域",
    "争议解决方式",
    "签订地点",
    "签订日期",
)
"""Facts that only the parties know."""
FIELDS = (*RECORD_FIELDS, LICENSEE, *PRESET_FIELDS, *MANUAL_FIELDS)

_TYPES = {
    PatentType.INVENTION: "发明专利",
    PatentType.UTILITY_MODEL: "实用新型专利",
    PatentType.DESIGN: "外观设计专利",
}


def contract_values(
    patent: Patent, enterprise: str, own: Mapping[str, str], today: date
) -> dict[str, str]:
    """Return the value of each field that has one; `own` are the values set by a person.

    Raises ConflictError if the patent has lapsed or has no terms set beforehand, InputError for an
    empty name or value and for a fact of the record that is set to another value.
    """
    status = effective_status(patent, today)
    if status is LegalStatus.LAPSED:
        raise ConflictError(
            _("the patent {id} has lapsed: there is nothing to license", id=patent.id)
        )
    if not has_terms(patent.licence):
        raise ConflictError(
            _(
                "no licence terms are on record for {id}: import its open licence (开放许可) or "
                "its licence kinds, fee or term first",
                id=patent.id,
            )
        )
    if not enterprise.strip():
        raise InputError(_("name the enterprise that is to have the licence"))
    known = _record_values(patent, status) | _preset(patent.licence)
    known[LICENSEE] = enterprise.strip()
    for field, value in own.items():
        if not value.strip():
            raise InputError(
                _(
                    "{field} is set to nothing: leave it out, and it is marked to fill in",
                    field=field,
                )
            )
        if field in (*RECORD_FIELDS, LICENSEE) and known.get(field, value) != value:
            raise InputError(
                _(
                    "{field} is {known} on record: correct the record, not the contract",
                    field=field,
                    known=known[field],
                )
            )
    return known | dict(own)


def has_terms(terms: LicenceTerms) -> bool:
    """True if the institution set any licence terms beforehand."""
    return bool(terms.open_licence or terms.kinds or terms.fee or terms.fee_basis or terms.term)


def changed_terms(patent: Patent, own: Mapping[str, str]) -> dict[str, str]:
    """Return the original values of the preset terms that a person changed."""
    preset = _preset(patent.licence)
    return {field: preset[field] for field in own if preset.get(field, own[field]) != own[field]}


def _record_values(patent: Patent, status: LegalStatus) -> dict[str, str]:
    number = patent.application_number
    granted = status is LegalStatus.IN_FORCE and number is not None and number.startswith("CN")
    given = {
        LICENSOR: "、".join(patent.owners or patent.applicants),
        "专利名称": patent.title,
        "申请号": number,
        "专利号": f"ZL{number.removeprefix('CN')}" if granted and number else None,
        "专利类型": _TYPES.get(patent.patent_type),
        "申请日": _day(patent.filing_date),
        "授权公告日": _day(patent.grant_date),
        "专利权届满日": _day(patent.expiry_date),
        "法律状态": None if status is LegalStatus.UNKNOWN else STATUS[status]["zh"],
        "法律状态日期": _day(patent.status_as_of),
    }
    return {field: value for field, value in given.items() if value}


def _preset(terms: LicenceTerms) -> dict[str, str]:
    given = {KIND: _kind(terms), FEE: terms.fee, FEE_BASIS: terms.fee_basis, TERM: terms.term}
    return {field: value for field, value in given.items() if value}


def _kind(terms: LicenceTerms) -> str | None:
    """Return the licence kind, if there is only one: an open licence is non-exclusive (Art. 51)."""
    if terms.open_licence:
        return "普通许可（开放许可）"
    return terms.kinds[0] if len(terms.kinds) == 1 else None


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day.year}年{day.month}月{day.day}日"
