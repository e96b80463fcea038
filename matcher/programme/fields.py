"""Fields of the programme's records, and those that several kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Form = Literal["text", "long", "day", "yuan", "patent", "choice"]
Value = str | date | Decimal | None
Values = Mapping[str, Value]
"""Values by field name; a field that is absent was not given."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: its column, its headings in files and its form."""

    name: str
    """Name in JSON and of the database column."""
    headings: tuple[str, ...]
    """Column headings in files, the heading of our own exports first."""
    description: str
    """Text for the API's description, in English with the Chinese term."""
    form: Form = "text"
    is_required: bool = False
    max_length: int = 200
    """Characters of a text."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Stored value of a choice to its spellings in files, the Chinese term first."""
    refers_to: str | None = None
    """Kind of the record that the value names."""
    example: str = ""


PATENT = Field(
    "patent",
    ("申请号", "专利申请号", "专利号", "申请(专利)号", "application_number"),
    "Application number of the patent (申请号), in any spelling.",
    form="patent",
    is_required=True,
    max_length=60,
    example="CN201710117081.7",
)
INSTITUTION = Field(
    "institution",
    ("机构", "机构名称", "单位", "单位名称", "高校院所", "专利权人", "权利人"),
    "Institution whose record it is (机构); without it that of the patent in the catalogue.",
    example="样例大学",
)
ENTERPRISE = Field(
    "enterprise",
    ("企业", "企业名称", "实施企业", "受让方", "被许可方", "受让人", "被许可人"),
    "The enterprise (企业名称).",
    example="样例电池有限公司",
)
JOINED = Field(
    "joined_on", ("加入日期", "入池日期", "入盟日期"), "Day of joining (加入日期).", form="day"
)
LEFT = Field(
    "left_on",
    ("退出日期", "出池日期", "退盟日期"),
    "Day from which it is no longer part of it (退出日期).",
    form="day",
)
ACCEPTED = Field(
    "accepted_on",
    ("接受日期", "同意日期", "同意入池日期", "同意入盟日期"),
    "Day on which the pool's operator or the alliance accepted it (接受日期); empty while it is "
    "only proposed.",
    form="day",
)
NOTE = Field("note", ("备注", "说明"), "Remarks (备注); no person's contact.", form="long")
