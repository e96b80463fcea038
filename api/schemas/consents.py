"""Consents, and what is held about a person: what callers may send, the form of the answers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.answer import _Answer
from api.schemas.audit import AuditRowView
from api.schemas.contacts import Reason, RecordId
from api.schemas.fields import (
    PRINTABLE,
    Day,
    Line,
    Note,
    RequestModel,
)
from api.schemas.requests import PAGE_AT_MOST
from matcher.access.contact_rules import EMAIL
from matcher.types import ConsentScope

Person = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=PRINTABLE),
]
_SCOPES = "public 公开, event 本次活动, granted 经授权"
_NAMES_AT_MOST = 50


class ConsentForm(RequestModel):
    """What a person agreed to, and the contact it is about (同意记录)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "person": "样例甲",
                    "institution": "样例大学",
                    "team": "储能材料团队",
                    "scope": "granted",
                    "purpose": "隔膜项目洽谈（样例）",
                    "recipients": ["样例科技公司"],
                    "evidence": "2026-001号同意书（样例）",
                    "given_on": "2026-01-15",
                    "expires_on": "2027-12-31",
                    "phone": "13800000000",
                }
            ]
        }
    )

    person: Person = Field(description="姓名")
    institution: Line = Field(description="所属机构; an office speaks for its own only.")
    team: Line | None = Field(default=None, description="团队名称, as in the catalogue.")
    scope: ConsentScope = Field(description=f"同意公开范围: {_SCOPES}.")
    purpose: Note = Field(description="What the contact may be used for (同意用途).")
    recipients: list[Line] = Field(
        default=[],
        max_length=_NAMES_AT_MOST,
        description="Whom it may be handed to (同意接收方): names of enterprises, ids of matches, "
        "ids of keys. A granted consent needs one.",
    )
    evidence: Note = Field(description="What proves it (同意凭证), such as a form's number.")
    given_on: Day | None = Field(default=None, description="When it was given (同意日期).")
    expires_on: Day | None = Field(default=None, description="Its last day (同意有效期至).")
    phone: Annotated[str, Field(min_length=5, max_length=60, pattern=PRINTABLE)] | None = Field(
        default=None, description="电话, sealed at once; null where the contact is held already."
    )
    email: Annotated[str, Field(max_length=200, pattern=EMAIL)] | None = Field(
        default=None, description="邮箱, as the phone."
    )


class ConsentView(_Answer):
    """A consent (同意记录), without the phone and e-mail that it is about."""

    id: str = Field(description="`consent_…`")
    contact: str = Field(description="Id of the contact (联系人编号): `contact_…`")
    person: str = Field(description="姓名")
    institution: str = Field(description="所属机构")
    team: str | None = Field(description="团队名称")
    scope: ConsentScope = Field(description=f"同意公开范围: {_SCOPES}.")
    purpose: str | None = Field(description="同意用途")
    recipients: list[str] = Field(description="同意接收方")
    evidence: str = Field(description="同意凭证")
    given_on: date | None = Field(description="同意日期")
    expires_on: date | None = Field(description="The last day on which it holds (同意有效期至).")
    recorded_at: datetime = Field(description="When it was recorded (记录时间), UTC.")
    recorded_by: str = Field(description="Id of the key that recorded it, or `import`.")
    replaced_at: datetime | None = Field(description="When a newer import replaced it.")
    withdrawn_at: datetime | None = Field(description="When it was withdrawn (撤回时间).")
    in_force: bool = Field(description="Whether it permits anything today (是否有效).")


class ConsentPageRequest(RequestModel):
    """A page of the consents."""

    contact: RecordId | None = Field(default=None, description="Only this contact's (联系人编号).")
    in_force: bool = Field(default=False, description="Only those that hold today (仅有效).")
    limit: int = Field(default=20, ge=1, le=PAGE_AT_MOST, description="How many are wanted.")
    cursor: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="The `next_cursor` of the page before (游标)."
    )


class ConsentPageView(_Answer):
    """A page of the consents, the latest first."""

    consents: list[ConsentView] = Field(description="同意记录")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")


class SubjectForm(RequestModel):
    """Whom it is about (个人信息主体); in the body, so that no log of paths has the name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person": "样例甲", "institution": "样例大学"}]}
    )

    person: Person = Field(description="姓名")
    institution: Line = Field(description="所属机构: a namesake elsewhere is somebody else.")


class ErasureForm(SubjectForm):
    """Whose data is to be deleted, and why (删除个人信息)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"person": "样例甲", "institution": "样例大学", "reason": "本人书面申请（样例）"}
            ]
        }
    )

    reason: Reason = Field(description="Why (删除理由): kept for good, so without names.")


class _SubjectConsent(_Answer):
    id: str = Field(description="`consent_…`")
    contact: str = Field(description="联系人编号")
    scope: ConsentScope = Field(description=f"同意公开范围: {_SCOPES}.")
    purpose: str | None = Field(description="同意用途")
    recipients: list[str] = Field(description="同意接收方")
    evidence: str = Field(description="同意凭证")
    given_on: date | None = Field(description="同意日期")
    expires_on: date | None = Field(description="同意有效期至")
    recorded_at: datetime = Field(description="记录时间, UTC")
    recorded_by: str = Field(description="Id of the key that recorded it, or `import`.")
    replaced_at: datetime | None = Field(description="When a newer import replaced it.")
    withdrawn_at: datetime | None = Field(description="撤回时间, UTC")


class SubjectContactView(_Answer):
    """A contact of the person, and what it rests on."""

    contact: str = Field(description="联系人编号")
    institution: str = Field(description="所属机构")
    team: str | None = Field(description="团队名称")
    person: str = Field(description="姓名")
    stored_at: datetime = Field(description="When it was sealed (存储时间), UTC.")
    phone: str | None = Field(default=None, description="电话; in the full report only.")
    email: str | None = Field(default=None, description="邮箱; in the full report only.")
    consents: list[_SubjectConsent] = Field(description="同意记录")


class SubjectRelayView(_Answer):
    """That something was relayed to the person; the message is not in the report."""

    id: str = Field(description="转达编号")
    match: str = Field(description="匹配编号")
    asked_by: str = Field(description="密钥编号")
    state: str = Field(description="状态")
    asked_at: datetime = Field(description="提出时间, UTC")


class SubjectReportView(_Answer):
    """All that is held about one person, and who saw it (个人信息查询)."""

    person: str = Field(description="姓名")
    institution: str = Field(description="所属机构")
    contacts: list[SubjectContactView] = Field(description="联系方式与同意记录")
    teams: list[str] = Field(description="Teams that name the person (团队).")
    patents: list[str] = Field(description="Ids of patents that name the person (专利).")
    case_owner_of: list[str] = Field(description="Ids of matches the person looks after (负责).")
    relay_requests: list[SubjectRelayView] = Field(description="转达请求")
    audit: list[AuditRowView] = Field(description="Who did what with it, and why (审计记录).")


class ErasureView(_Answer):
    """What was deleted (删除结果)."""

    contacts: list[str] = Field(
        description="Ids under which the audit trail goes on to name the contacts: note them."
    )
    consents: int = Field(description="How many consents were deleted (同意记录数).")
