"""Filings of products made with a patent (专利产品备案)."""

from matcher.errors import InputError
from matcher.programme.common_fields import ENTERPRISE, INSTITUTION, NOTE, PATENT
from matcher.programme.kind import (
    Due,
    Field,
    RecordKind,
    Values,
)


def _check(values: Values) -> None:
    if bool(values.get("number")) != bool(values.get("filed_on")):
        raise InputError("number and day of the filing go together (备案号、备案日期): give both")


PRODUCT_FILINGS = RecordKind(
    name="product-filings",
    chinese="专利产品备案",
    prefix="filing",
    about="A product of an enterprise that is made with a patent, and its filing.",
    fields=(
        PATENT,
        INSTITUTION,
        Field(
            "enterprise",
            ENTERPRISE.headings,
            ENTERPRISE.note,
            is_required=True,
            example=ENTERPRISE.example,
        ),
        Field(
            "product",
            ("产品名称", "专利产品", "产品", "专利产品名称"),
            "Name of the product (产品名称).",
            is_required=True,
            example="样例陶瓷隔膜",
        ),
        Field(
            "number",
            ("备案号", "备案编号", "产品备案号"),
            "Number of the filing (备案号); empty until it is filed.",
            at_most=60,
            example="ZLCP2026000001",
        ),
        Field(
            "filed_on",
            ("备案日期", "备案日", "备案时间"),
            "Day of the filing (备案日期).",
            form="day",
            example="2026-03-20",
        ),
        Field(
            "due_on",
            ("备案期限", "应备案日期", "应备案日"),
            "Day by which it is to be filed (备案期限).",
            form="day",
            example="2026-04-30",
        ),
        Field(
            "valid_until",
            ("有效期至", "备案有效期", "备案有效期至", "有效期"),
            "Last day of the filing (有效期至).",
            form="day",
            example="2029-03-19",
        ),
        NOTE,
    ),
    key=("patent", "enterprise", "product"),
    owner="institution",
    dues=(
        Due("due_on", "专利产品备案", until="number"),
        Due("valid_until", "专利产品备案到期，需要时续展"),
    ),
    check=_check,
)
