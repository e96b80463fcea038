"""Request and response models for contact reveals and relayed messages."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.answer import ContactView
from api.schemas.fields import PRINTABLE, AnswerModel, ListRequest, Note, RecordId, RequestModel
from matcher.access.contact_rules import MAX_REASON_CHARACTERS, ContactTier
from matcher.access.relay import RelayState, RelayStep

Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_REASON_CHARACTERS, pattern=PRINTABLE
    ),
]
_TIERS = "public 公开, event 活动, granted 授权, masked 脱敏"
_STATES = "pending 待处理, accepted 已受理, declined 已谢绝, answered 已答复"


class RevealForm(RequestModel):
    """Reason of a reveal (查看联系方式)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "约定技术洽谈的时间（样例）"}]}
    )

    reason: Reason = Field(
        description="Why (查看理由): kept for good in the audit trail (审计记录), so without any "
        "person's name, phone or e-mail."
    )
    contact: RecordId | None = Field(
        default=None,
        description="Id of the one contact wanted (联系人编号); null: all behind the match.",
    )


class SeenContactView(AnswerModel):
    """A person's contact as this caller may see it (联系方式)."""

    contact: str = Field(description="Id of the contact (联系人编号): `contact_…`")
    person: str = Field(description="姓名")
    institution: str = Field(description="所属机构")
    team: str | None = Field(description="团队名称")
    tier: ContactTier = Field(description=f"By what right (可见级别): {_TIERS}.")
    phone: str | None = Field(description="电话; `138****1234` where the tier is masked.")
    email: str | None = Field(description="邮箱; `a***@sample.example` where it is masked.")
    purpose: str | None = Field(description="What the person agreed to (同意用途): no other use.")
    expires_on: date | None = Field(description="The last day of the consent (同意有效期至).")


class RevealView(AnswerModel):
    """Contacts behind a match, each as far as its person consents."""

    match: str = Field(description="Id of the match (匹配编号).")
    contacts: list[SeenContactView] = Field(description="联系方式; empty where none is held.")
    tto: ContactView | None = Field(description="The public way (技术转移机构), always open.")
    relay: str = Field(description="Where to send a message for the office to pass on (转达).")


class RelayForm(RequestModel):
    """A message to the team, passed on by its institution's office (转达请求)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "希望了解隔膜的中试情况，请转告团队（样例）"}]}
    )

    message: Note = Field(
        description="What is to be passed on (转达内容), with a way to answer where you wish one. "
        "Confidential."
    )
    contact: RecordId | None = Field(
        default=None, description="Id of the contact it is meant for (联系人编号); null: the team."
    )


class RelayView(AnswerModel):
    """A message that an office passes on (转达请求)."""

    id: str = Field(description="`relay_…`")
    match: str = Field(description="Id of the match (匹配编号).")
    institution: str = Field(description="Whose office passes it on (所属机构).")
    contact: str | None = Field(description="Id of the contact it is meant for (联系人编号).")
    asked_by: str = Field(description="Id of the key that asked (密钥编号).")
    state: RelayState = Field(description=f"状态: {_STATES}.")
    possible: list[RelayStep] = Field(description="What the office can do now (可执行操作).")
    message: str = Field(description="转达内容. Confidential.")
    answer: str | None = Field(description="What the office answered (答复). Confidential.")
    asked_at: datetime = Field(description="When it was asked (提出时间), UTC.")
    changed_at: datetime = Field(description="When it last changed (更新时间), UTC.")


class NewRelayView(RelayView):
    """A message in the office's queue, and the persons it is for."""

    contacts: list[SeenContactView] = Field(
        description="The persons behind the match, masked (脱敏联系方式)."
    )


class RelayPageRequest(ListRequest):
    """A page of the queue."""

    state: RelayState | None = Field(default=None, description=f"Only these (状态): {_STATES}.")


class RelayPageView(AnswerModel):
    """A page of the queue, the oldest first."""

    relay_requests: list[RelayView] = Field(description="转达请求")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")


class RelayDeclineForm(RequestModel):
    """Refusal to pass a message on (谢绝)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "该成果已独占许可，暂不对外洽谈（样例）"}]}
    )

    answer: Note | None = Field(default=None, description="What the asking side is told (答复).")


class RelayAnswerForm(RequestModel):
    """The answer to the asking side (答复)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "团队愿意下周线上交流（样例）"}]}
    )

    answer: Note = Field(description="What the asking side is told (答复). Confidential.")
