"""Request and response models for consents, subject access and erasure."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.audit import AuditRowView
from api.schemas.contacts import Reason
from api.schemas.fields import (
    PRINTABLE,
    AnswerModel,
    Day,
    Line,
    ListRequest,
    Note,
    RecordId,
    RequestModel,
)
from matcher.text.personal_data import EMAIL_FORM
from matcher.types import ConsentScope

Person = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=PRINTABLE),
]
_SCOPES = "public 公开, event 本次活动, granted 经授权"
_MAX_RECIPIENTS = 50


class ConsentForm(RequestModel):
    """A consent, and the contact that it is about (同意记录)."""

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
        max_length=_MAX_RECIPIENTS,
        description="Whom it may be handed to (同意接收方): names of enterprises, ids of matches, "
        "ids of keys. A granted consent needs one.",
    )
    evidence: Note = Field(description="What proves it (同意凭证), such as a form's number.")
    given_on: Day | None = Field(default=None, description="When it was given (同意日期).")
    expires_on: Day | None = Field(default=None, description="Its last day (同意有效期至).")
    phone: Annotated[str, Field(min_length=5, max_length=60, pattern=PRINTABLE)] | None = Field(
        default=None, description="电话, sealed at once; null where the contact is held already."
    )
    email: Annotated[str, Field(max_length=200, pattern=f"^{EMAIL_FORM}$")] | None = Field(
        default=None, description="邮箱, as the phone."
    )


class ConsentView(AnswerModel):
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


class ConsentPageRequest(ListRequest):
    """A page of the consents."""

    contact: RecordId | None = Field(default=None, description="Only this contact's (联系人编号).")
    in_force: bool = Field(default=False, description="Only those that hold today (仅有效).")


class ConsentPageView(AnswerModel):
    """A page of the consents, the latest first."""

    consents: list[ConsentView] = Field(description="同意记录")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")


class SubjectForm(RequestModel):
    """The person (个人信息主体), in the body, so that no log of paths has the name."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person": "样例甲", "institution": "样例大学"}]}
    )

    person: Person = Field(description="姓名")
    institution: Line = Field(description="所属机构: a namesake elsewhere is somebody else.")


class ErasureForm(SubjectForm):
    """The person whose data is to be deleted, and the reason (删除个人信息)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"person": "样例甲", "institution": "样例大学", "reason": "本人书面申请（样例）"}
            ]
        }
    )

    reason: Reason = Field(description="Why (删除理由): kept for good, so without names.")


class _SubjectConsent(AnswerModel):
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


class SubjectContactView(AnswerModel):
    """A contact of the person, with its consents."""

    contact: str = Field(description="联系人编号")
    institution: str = Field(description="所属机构")
    team: str | None = Field(description="团队名称")
    person: str = Field(description="姓名")
    stored_at: datetime = Field(description="When it was sealed (存储时间), UTC.")
    phone: str | None = Field(default=None, description="电话; in the full report only.")
    email: str | None = Field(default=None, description="邮箱; in the full report only.")
    consents: list[_SubjectConsent] = Field(description="同意记录")


class SubjectRelayView(AnswerModel):
    """A message that was relayed to the person; its text is not in the report."""

    id: str = Field(description="转达编号")
    match: str = Field(description="匹配编号")
    asked_by: str = Field(description="密钥编号")
    state: str = Field(description="状态")
    asked_at: datetime = Field(description="提出时间, UTC")


class SubjectReportView(AnswerModel):
    """All data about one person, and the record of its use (个人信息查询)."""

    person: str = Field(description="姓名")
    institution: str = Field(description="所属机构")
    contacts: list[SubjectContactView] = Field(description="联系方式与同意记录")
    teams: list[str] = Field(description="Teams that name the person (团队).")
    patents: list[str] = Field(description="Ids of patents that name the person (专利).")
    case_owner_of: list[str] = Field(description="Ids of matches the person looks after (负责).")
    relay_requests: list[SubjectRelayView] = Field(description="转达请求")
    audit: list[AuditRowView] = Field(description="Who did what with it, and why (审计记录).")


class ErasureView(AnswerModel):
    """Result of an erasure (删除结果)."""

    contacts: list[str] = Field(
        description="Ids under which the audit trail goes on to name the contacts: note them."
    )
    consents: int = Field(description="How many consents were deleted (同意记录数).")
