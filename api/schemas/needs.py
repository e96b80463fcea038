"""Request and response models for stored needs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from api.schemas.fields import AnswerModel, Day, Line, ListRequest, RequestModel
from api.schemas.requests import AnswerOptions, NeedFields, check_text
from matcher.errors import InputError
from matcher.needs.credit_codes import credit_code
from matcher.needs.record import (
    ClosedReason,
    Cooperation,
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.needs.visibility import Sight
from matcher.text.personal_data import ASCII_EMAIL_FORM, PHONE_FORM

_SCOPES = "public 公开, masked 脱敏: not whose it is, match_only 仅匹配"
_MODES = (
    "Any of: independent 独立研发, commissioned 委托研发, joint 合作研发, assignment 技术转让, "
    "licence 许可."
)
_CLOSED = "matched 对接成功, solved_elsewhere 另行解决, withdrawn 撤回, duplicate 重复, other 其他"
_EXAMPLE: dict[str, Any] = {
    "title": "耐高温隔膜",
    "enterprise": "天津样例电池有限公司（样例）",
    "region": "天津",
    "industry": "新材料",
    "problem": "锂电池隔膜在150℃下收缩",
    "indicators": "150℃下热收缩率不超过2%",
    "goal": "通过针刺试验",
    "keywords": ["锂电池", "隔膜"],
    "budget_wan": 80,
    "cooperation": ["joint", "licence"],
    "deadline": "2027-06-30",
    "publish_scope": "masked",
    "pledge_wish": False,
}


_Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=f"^{PHONE_FORM}$")]
_Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=f"^{ASCII_EMAIL_FORM}$", max_length=200),
]


def _checked_code(written: str) -> str:
    try:
        return credit_code(written)
    except InputError as problem:
        raise ValueError(str(problem)) from None


class ContactPerson(RequestModel):
    """The enterprise's person (企业联系人)."""

    name: Line = Field(description="Name (姓名).", examples=["样例联系人"])
    phone: _Phone | None = Field(
        default=None, description="Phone (电话).", examples=["13800000000"]
    )
    email: _Email | None = Field(
        default=None, description="E-mail (邮箱).", examples=["sample@example.com"]
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.phone is None and self.email is None:
            raise ValueError("give a phone or an e-mail")
        return self


class NeedChange(NeedFields):
    """Changes of a need: a field that is left out stays as it is, null empties it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"budget_wan": 120, "publish_scope": "public"},
                {"expires_on": "2027-12-31", "contact": None},
            ]
        }
    )

    enterprise: Line | None = Field(
        default=None,
        description="企业名称. With an enterprise's own key it is that one and may be left out.",
    )
    reference: Line | None = Field(default=None, description="Your own number of the need (编号).")
    credit_code: Annotated[str, Field(max_length=40), AfterValidator(_checked_code)] | None = Field(
        default=None, description="统一社会信用代码; its check character is checked (GB 32100)."
    )
    budget_wan: float | None = Field(
        default=None,
        ge=0,
        le=10_000_000,
        allow_inf_nan=False,
        description="预算, in units of ten thousand yuan (万元).",
    )
    cooperation: list[Cooperation] = Field(
        default=[], max_length=len(Cooperation), description=f"合作方式. {_MODES}"
    )
    deadline: Day | None = Field(default=None, description="期限: by when it is needed.")
    publish_scope: PublishScope = Field(
        default=PublishScope.MATCH_ONLY,
        description=f"发布范围, for technology-transfer offices: {_SCOPES}.",
    )
    pledge_wish: bool = Field(
        default=False, description="质押融资意愿: a wish for pledge financing; never published."
    )
    expires_on: Day | None = Field(
        default=None, description="The last day on which the need asks (有效期至)."
    )
    contact: ContactPerson | None = Field(
        default=None,
        description="The enterprise's person (联系人), kept sealed: shown to the need's own side "
        "and the programme's staff, and never in lists.",
    )

    def to_details(self) -> NeedDetails:
        """Return the details as stored."""
        beside = {"publish_scope", "pledge_wish", "expires_on", "contact"}
        values = self.model_dump(exclude=beside)
        modes = tuple(dict.fromkeys(self.cooperation))
        return NeedDetails(**{**values, "keywords": tuple(self.keywords), "cooperation": modes})


class StoredNeedForm(NeedChange):
    """A need to store (技术需求征集表)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _EXAMPLE,
                {
                    "text": "想要更耐热的锂电池隔膜",
                    "contact": {"name": "样例联系人", "phone": "13800000000"},
                },
            ]
        }
    )

    @model_validator(mode="after")
    def _check_text(self) -> Self:
        check_text(self.to_details().need.full_text)
        return self


class NeedMatchRequest(AnswerOptions):
    """Filters and options of the answer to a stored need."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"k": 5},
                {"filters": {"industries": ["NM"], "legal_status": ["in_force"]}, "k": 10},
            ]
        }
    )


class CloseForm(RequestModel):
    """Reason for closing a need."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "withdrawn"}]})

    reason: ClosedReason = Field(description=f"关闭原因: {_CLOSED}.")


class NeedsRequest(ListRequest):
    """Page of needs, by state and enterprise."""

    state: NeedState | None = Field(
        default=None, description="open 开放, closed 已关闭; null: both."
    )
    enterprise: Line | None = Field(
        default=None, description="企业名称, whole: only needs that are shown as this enterprise's."
    )


class NeedDetailsView(AnswerModel):
    """Details of a need, as far as this key may see them; the rest is null or empty."""

    text: str = Field(description="The need in free words (需求描述).")
    reference: str | None = Field(description="The sender's own number (编号).")
    title: str | None = Field(description="技术需求名称")
    enterprise: str | None = Field(description="企业名称")
    credit_code: str | None = Field(description="统一社会信用代码")
    region: str | None = Field(description="所在地区")
    industry: str | None = Field(description="所属行业")
    problem: str | None = Field(description="主要问题")
    indicators: str | None = Field(description="技术关键/主要指标")
    goal: str | None = Field(description="预期目标")
    keywords: list[str] = Field(description="关键词")
    budget_wan: float | None = Field(description="预算（万元）; of a range the upper end.")
    budget_written: str | None = Field(
        description="预算 as a form has it, where the figure alone says less: 50-80万元, 面议."
    )
    cooperation: list[Cooperation] = Field(description=f"合作方式. {_MODES}")
    deadline: date | None = Field(description="期限")
    is_masked: bool = Field(description="Whose it is and on which terms is left out (脱敏).")


class NeedRecordView(NeedDetailsView):
    """A stored need."""

    id: str = Field(description="Id of the need (需求编号).", examples=["need_" + "0a1b" * 6])
    state: NeedState = Field(description="open 开放, closed 已关闭.")
    closed_reason: ClosedReason | None = Field(description=f"关闭原因: {_CLOSED}.")
    is_asking: bool = Field(description="Open and not expired: it is matched (有效).")
    publish_scope: PublishScope = Field(description=f"发布范围: {_SCOPES}.")
    pledge_wish: bool | None = Field(
        description="质押融资意愿; null for who is neither its own side nor staff."
    )
    expires_on: date | None = Field(description="The last day on which it asks (有效期至).")
    created_at: datetime = Field(description="When it was sent in (创建时间), UTC.")
    updated_at: datetime = Field(description="When it was changed last (更新时间), UTC.")
    version: int = Field(description="Counts the changes (版本); the ETag is made of it.")

    @classmethod
    def of(cls, need: NeedRecord, sight: Sight, today: date) -> Self:
        """Return a need in a list, as far as this sight allows."""
        return cls(**_record(need, sight, today))


class ContactPersonView(AnswerModel):
    """The enterprise's person (企业联系人)."""

    name: str | None = Field(description="Name (姓名).")
    phone: str | None = Field(description="Phone (电话).")
    email: str | None = Field(description="E-mail (邮箱).")


class NeedWholeView(NeedRecordView):
    """A stored need with its contact person."""

    has_contact: bool | None = Field(
        description="Whether a person is kept; null for who is neither its own side nor staff."
    )
    contact: ContactPersonView | None = Field(
        description="The enterprise's person (联系人), for its own side and staff; null also where "
        "the server has not the key that opens it."
    )
    contacts_removed: int = Field(
        default=0,
        description="Places of the texts from which this request took contact data (去除联系信息). "
        "It is kept as `contact` where none was given and the server has a key to seal it.",
    )

    @classmethod
    def whole(
        cls,
        need: NeedRecord,
        sight: Sight,
        today: date,
        contact: Mapping[str, str | None] | None,
        contacts_removed: int = 0,
    ) -> Self:
        """Return a need as far as this sight allows; `contact` is decrypted already."""
        own = sight is Sight.OWN
        return cls(
            **_record(need, sight, today),
            has_contact=need.contact is not None if own else None,
            contact=ContactPersonView(**contact) if own and contact else None,
            contacts_removed=contacts_removed,
        )


class NeedsView(AnswerModel):
    """A page of needs."""

    needs: list[NeedRecordView] = Field(description="The latest first (需求).")
    next_cursor: str | None = Field(
        description="Asks for the page that follows (下一页); null on the last."
    )


def details_view(details: NeedDetails, sight: Sight) -> dict[str, Any]:
    """Return the fields of NeedDetailsView."""
    if sight <= Sight.TECHNICAL:
        details = details.technical
    return {
        **{name: getattr(details, name) for name in NeedDetails.__dataclass_fields__},
        "reference": details.reference if sight is Sight.OWN else None,
        "is_masked": sight <= Sight.TECHNICAL,
    }


def _record(need: NeedRecord, sight: Sight, today: date) -> dict[str, Any]:
    return {
        **details_view(need.details, sight),
        "id": need.id,
        "state": need.state,
        "closed_reason": need.closed_reason,
        "is_asking": need.is_asking(today),
        "publish_scope": need.publish_scope,
        "pledge_wish": need.pledge_wish if sight is Sight.OWN else None,
        "expires_on": need.expires_on,
        "created_at": need.created_at,
        "updated_at": need.updated_at,
        "version": need.version,
    }
