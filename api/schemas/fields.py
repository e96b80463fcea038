"""Fields that several forms have: days as ISO writes them, and texts that every database takes."""

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

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control characters, which no database and no workbook takes as they are."""
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso_day(value: Any) -> Any:
    """Pydantic would also take a number of seconds for a day."""
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError("this must be a day such as 2026-06-30")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A day as `2026-06-30`."""
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE),
]
"""A name, or something else of one line."""
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=PRINTABLE),
]
"""A remark of some sentences."""


class RequestModel(BaseModel):
    """A field we do not know is an error: nothing that is asked is silently ignored."""

    model_config = ConfigDict(extra="forbid")


class ExportFields(RequestModel):
    """In which form a table is wanted."""

    format: Literal["xlsx", "csv"] = Field(default="xlsx", description="Form of the file (格式).")
