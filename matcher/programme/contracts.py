"""Contracts on patents (许可/转让合同) and their recordal (合同备案)."""

from datetime import date

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.programme.fields import (
    ENTERPRISE,
    INSTITUTION,
    NOTE,
    PATENT,
    Field,
    Value,
    Values,
)
from matcher.programme.record import Due, RecordKind
from matcher.text.dates import months_before

RECORDAL_MONTHS = 3
"""Months from signing within which a licence must be recorded (Implementing Regulations of the
Patent Law, on recordal of licences). Have it checked by a person before it is shown as law."""
LICENCES = frozenset({"exclusive", "sole", "non_exclusive", "open_licence"})


def _completed(values: Values) -> dict[str, Value]:
    """Return the last day for recording a licence; empty for other contracts."""
    signed = values.get("signed_on")
    if values.get("kind") not in LICENCES or not isinstance(signed, date):
        return {}
    return {"recordal_due_on": months_before(signed, -RECORDAL_MONTHS)}


def _check(values: Values) -> None:
    if values.get("recordal_number") and not values.get("recordal_on"):
        raise InputError(_("a recordal number needs its day (备案日期): give both"))
    signed, ends = values.get("signed_on"), values.get("term_until")
    if isinstance(signed, date) and isinstance(ends, date) and ends < signed:
        raise InputError(_("the contract ends (合同期限至) before it was signed (签订日期)"))


CONTRACTS = RecordKind(
    name="contracts",
    chinese="合同",
    prefix="contract",
    about="An assignment or a licence of a patent to an enterprise, and its recordal.",
    fields=(
        Field(
            "number",
            ("合同编号", "合同号", "合同登记编号"),
            "Number of the contract (合同编号).",
            is_required=True,
            max_length=60,
            example="HT-2026-001",
        ),
        PATENT,
        Field(
            "match",
            ("匹配编号", "匹配记录", "match_id"),
            "Id of the match that it came from (匹配编号).",
            max_length=40,
            refers_to="matches",
        ),
        INSTITUTION,
        ENTERPRISE,
        Field(
            "kind",
            ("合同类型", "许可类型", "许可方式", "转化方式", "类型"),
            "Kind of contract (合同类型): assignment 转让, exclusive 独占许可, sole 排他许可, "
            "non_exclusive 普通许可, open_licence 开放许可, equity 作价投资.",
            form="choice",
            is_required=True,
            choices={
                "assignment": ("转让", "专利权转让", "专利转让", "申请权转让"),
                "exclusive": ("独占许可", "独占", "独占实施许可"),
                "sole": ("排他许可", "排他", "排他实施许可"),
                "non_exclusive": ("普通许可", "普通", "普通实施许可", "非独占许可"),
                "open_licence": ("开放许可",),
                "equity": ("作价投资", "作价入股"),
            },
            example="non_exclusive",
        ),
        Field(
            "amount",
            ("合同金额(元)", "合同金额", "金额(元)", "金额", "合同金额(万元)", "金额(万元)"),
            "What the patent costs under the contract, in yuan (合同金额, 元).",
            form="yuan",
            example="300000.00",
        ),
        Field(
            "signed_on",
            ("签订日期", "签约日期", "合同签订日期", "签订时间"),
            "Day of signing (签订日期).",
            form="day",
            is_required=True,
            example="2026-03-02",
        ),
        Field(
            "term_until",
            ("合同期限至", "合同到期日", "期限至", "许可期限至"),
            "Last day of the contract (合同期限至).",
            form="day",
            example="2031-03-01",
        ),
        Field(
            "recordal_due_on",
            ("备案期限", "应备案日期"),
            "Day by which it is to be recorded (备案期限); of a licence three months after signing "
            "where nothing is given.",
            form="day",
            example="2026-06-02",
        ),
        Field(
            "recordal_number",
            ("备案号", "合同备案号", "备案编号"),
            "Number of the recordal (备案号).",
            max_length=60,
            example="X2026000000001",
        ),
        Field(
            "recordal_on",
            ("备案日期", "合同备案日期", "备案日"),
            "Day of the recordal (备案日期).",
            form="day",
            example="2026-04-10",
        ),
        Field(
            "person",
            ("经办人", "负责人", "技术经理人", "代理师"),
            "Who handled the case (经办人): attorney or broker, by name.",
            example="样例经理人",
        ),
        Field(
            "office",
            ("经办机构", "经办部门", "代理机构", "所在机构"),
            "That person's office (经办机构).",
            example="样例技术转移中心",
        ),
        NOTE,
    ),
    key=("number", "patent"),
    owner="institution",
    dues=(
        Due(
            "recordal_due_on",
            {"zh": "合同备案", "en": "recordal of the contract"},
            until="recordal_on",
        ),
        Due("term_until", {"zh": "合同到期", "en": "end of the contract"}),
    ),
    completed=_completed,
    check=_check,
)
