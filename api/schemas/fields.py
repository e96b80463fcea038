"""Base models and fields that several schemas share."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

MAX_PAGE_LENGTH = 100
"""Items on one page of a list."""
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text without control characters, which no database and no workbook stores unchanged."""
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso_day(value: Any) -> Any:
    """Refuse all but an ISO day: pydantic would read a number of seconds as a day."""
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError("this must be a day such as 2026-06-30")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
"""Day such as `2026-06-30`."""
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE),
]
"""Name or other text of one line."""
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=PRINTABLE),
]
"""Remark of some sentences."""


RecordId = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=PRINTABLE)]
"""Id of a record, in a body or a query."""


class RequestModel(BaseModel):
    """Base of requests; an unknown field is an error, so that none is silently ignored."""

    model_config = ConfigDict(extra="forbid")


class AnswerModel(BaseModel):
    """Base of answers; a test holds the answers to their fields."""

    model_config = ConfigDict(extra="forbid")


class ListRequest(RequestModel):
    """Page of a list."""

    limit: int = Field(
        default=20, ge=1, le=MAX_PAGE_LENGTH, description="How many are wanted (条数)."
    )
    cursor: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description="The `next_cursor` of the page before (游标); without it, the first page.",
    )


class ExportFields(RequestModel):
    """Format of an exported table."""

    format: Literal["xlsx", "csv"] = Field(default="xlsx", description="Form of the file (格式).")
