"""Request and response models for the audit trail."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from api.schemas.fields import MAX_PAGE_LENGTH, PRINTABLE, AnswerModel, RequestModel


def _written_time(value: Any) -> Any:
    """Refuse all but a written time: pydantic would read a number of seconds as a time."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("this must be a time with its offset, such as 2026-06-30T08:00:00+08:00")
    return value


Since = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC)),
    BeforeValidator(_written_time),
]
Named = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _AuditFilters(RequestModel):
    action: Named | None = Field(
        default=None, description="Only this (操作), such as contact.revealed."
    )
    subject: Named | None = Field(default=None, description="Only what was done to this (对象).")
    about: Named | None = Field(
        default=None,
        description="Only rows whose subject or details name this id (涉及), such as contact_…",
    )
    by: Named | None = Field(default=None, description="Only what this key did (密钥编号).")
    since: Since | None = Field(default=None, description="From this time on (起始时间).")


class AuditPageRequest(_AuditFilters):
    """A page of the audit trail."""

    limit: int = Field(default=20, ge=1, le=MAX_PAGE_LENGTH, description="How many are wanted.")
    cursor: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="The `next_cursor` of the page before (游标)."
    )


class AuditExportRequest(_AuditFilters):
    """Filters of the exported rows, and the format of the file."""

    format: Literal["csv", "jsonl"] = Field(
        default="csv", description="csv for a spreadsheet, jsonl: an object a line (格式)."
    )


class VerificationRequest(RequestModel):
    """A head that was noted earlier."""

    head: Digest | None = Field(
        default=None, description="The digest that an earlier verification told (摘要)."
    )


class AuditRowView(AnswerModel):
    """One action (审计记录)."""

    seq: int = Field(description="Number of the row, from 1 without a gap (序号).")
    at: datetime = Field(description="When (时间), UTC.")
    by: str = Field(description="Id of the key (密钥编号); `command`: a command on the machine.")
    role: str = Field(description="Its role (角色).")
    action: str = Field(description="What was done (操作), such as contact.revealed.")
    subject: str = Field(description="To which record (对象).")
    details: dict[str, str | int | None] = Field(
        description="Ids, counts, scopes and reasons (明细); never a contact's values."
    )
    previous: str = Field(description="The digest of the row before (前一摘要).")
    digest: str = Field(description="SHA-256 over all of this and the row before (摘要).")


class AuditPageView(AnswerModel):
    """A page of the audit trail, in the order in which it was written."""

    rows: list[AuditRowView] = Field(description="审计记录")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")


class VerificationView(AnswerModel):
    """Result of a check of the chain of digests (校验结果)."""

    is_intact: bool = Field(description="Whether no row was changed, taken out or put in (完整).")
    rows: int = Field(description="How many rows hold, from the first on (有效行数).")
    head: str = Field(description="The digest of the last of them: note it elsewhere (末行摘要).")
    first_bad: int | None = Field(
        description="The number at which the chain breaks (首个异常序号)."
    )
    reason: str | None = Field(description="What is wrong there (原因).")
