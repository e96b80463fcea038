"""Request and response models for the programme's records, made from the declared kinds."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, create_model

from api.schemas.fields import PRINTABLE, AnswerModel, ListRequest, RequestModel
from matcher.errors import InputError
from matcher.patents.application_numbers import canonical_or_none
from matcher.patents.ids import LOCAL_ID
from matcher.programme import fields as record_fields
from matcher.programme.fields import Value
from matcher.programme.record import RecordKind

MAX_REMARK_LENGTH = 10_000
"""Characters of a remark."""
_YUAN = r"^(0|[1-9]\d{0,12})(\.\d{1,2})?$"
_LISTED_BY = ("patent", "institution", "enterprise", "pool", "alliance", "match", "kind")


class _RecordView(AnswerModel):
    id: str = Field(description="Id of the record (编号).")
    created_at: datetime = Field(description="When it was entered (录入时间), UTC.")
    updated_at: datetime = Field(description="When it was last changed (修改时间), UTC.")
    version: int = Field(description="Counts the edits (版本); the ETag is made of it.")


class ReminderView(AnswerModel):
    """Due date of a record."""

    due_on: date = Field(description="The day (期限).")
    is_overdue: bool = Field(description="The day is past, and it is not done (已逾期).")
    what: str = Field(
        description="What is due (事项), in the language of the request.", examples=["合同备案"]
    )
    kind: str = Field(description="Kind of the record (记录类型).", examples=["contracts"])
    record: str = Field(description="Id of the record (记录编号).")
    number: str | None = Field(description="Number of contract, pledge or filing (编号).")
    patent: str | None = Field(description="Id of the patent (专利).")
    institution: str | None = Field(description="Whose record it is (机构).")
    enterprise: str | None = Field(description="The enterprise (企业).")


class RemindersView(AnswerModel):
    """Page of reminders."""

    until: date = Field(description="The last day that was asked for (截止日).")
    reminders: list[ReminderView] = Field(description="The earliest first (提醒).")
    next_cursor: str | None = Field(description="Asks for the page that follows (下一页).")


class RemindersQuery(ListRequest):
    """Page of the reminders until a day."""

    until: date | None = Field(
        default=None,
        description="Last day (截止日); by default 30 days from today. What is overdue and not "
        "done is always there.",
    )


class PledgeWishView(AnswerModel):
    """An enterprise that wishes for pledge financing, and the need that states the wish."""

    need: str = Field(description="Id of the need (需求编号).")
    enterprise: str | None = Field(description="企业名称")
    credit_code: str | None = Field(description="统一社会信用代码")
    region: str | None = Field(description="所在地区")
    industry: str | None = Field(description="所属行业")
    title: str | None = Field(description="Title of the need (需求名称).")
    budget_wan: float | None = Field(description="Budget in 万元 (预算).")
    stated_on: date = Field(description="Day on which the need was entered (提出日期).")


class PledgeWishesView(AnswerModel):
    """A page of the enterprises that wish for pledge financing (质押融资意愿)."""

    wishes: list[PledgeWishView] = Field(description="The latest first (意愿清单).")
    next_cursor: str | None = Field(description="Asks for the page that follows (下一页).")


def new_form(kind: RecordKind) -> type[BaseModel]:
    """Build the form of a new record."""
    fields = {
        field.name: _given(field) if field.is_required else _optional(field)
        for field in kind.fields
    }
    return _made(kind, "Form", f"A new record ({kind.chinese}). {kind.about}", RequestModel, fields)


def change_form(kind: RecordKind) -> type[BaseModel]:
    """Build the form of a change; fields that are left out stay as they are."""
    fields = {field.name: _optional(field) for field in kind.fields}
    about = f"What is to change ({kind.chinese}); null empties a field."
    return _made(kind, "Change", about, RequestModel, fields)


def view(kind: RecordKind) -> type[BaseModel]:
    """Build the answer model of a record."""
    fields: dict[str, Any] = {}
    for field in kind.fields:
        value_type = date if field.form == "day" else str
        annotation: Any = value_type if field.is_required else value_type | None
        fields[field.name] = (annotation, Field(description=field.description))
    return _made(kind, "View", kind.about, _RecordView, fields)


def page_view(kind: RecordKind) -> type[BaseModel]:
    """Build the answer model of a page of records."""
    record: Any = view(kind)
    fields: dict[str, Any] = {
        "records": (list[record], Field(description="In the order in which they were entered.")),
        "next_cursor": (
            str | None,
            Field(description="Asks for the page that follows (下一页); null on the last."),
        ),
    }
    return _made(kind, "Page", f"A page of records ({kind.chinese}).", AnswerModel, fields)


def query_form(kind: RecordKind) -> type[ListRequest]:
    """Build the query of a page of records."""
    fields = {field.name: _optional(field) for field in kind.fields if field.name in _LISTED_BY}
    if kind.joins is not None:
        described = Field(
            default=None,
            description="Only proposals that wait to be accepted (待接受), or none of them.",
        )
        fields["proposed"] = (bool | None, described)
    about = f"Which records are wanted ({kind.chinese})."
    return _made(kind, "Query", about, ListRequest, fields)


def values(kind: RecordKind, given: BaseModel) -> dict[str, Value]:
    """Return the values of a form, without the fields that were left out. Raises InputError."""
    names = {field.name for field in kind.fields}
    sent = given.model_dump(exclude_unset=True, include=names)
    for field in kind.fields:
        value = sent.get(field.name)
        if value is None:
            if field.is_required and field.name in sent:
                raise InputError(f"{field.name} ({field.headings[0]}) must be there")
        elif field.form == "yuan":
            sent[field.name] = Decimal(value)
        elif field.form == "patent":
            sent[field.name] = _patent(value)
    return sent


def _patent(written: str) -> str:
    number = written if LOCAL_ID.fullmatch(written) else canonical_or_none(written)
    if number is None:
        raise InputError(f"patent: {written[:60]!r} is not an application number (申请号)")
    return number


def _given(field: record_fields.Field) -> tuple[Any, Any]:
    return _type(field), Field(description=field.description, examples=_examples(field))


def _optional(field: record_fields.Field) -> tuple[Any, Any]:
    described = Field(default=None, description=field.description, examples=_examples(field))
    return _type(field) | None, described


def _examples(field: record_fields.Field) -> list[str] | None:
    return [field.example] if field.example else None


def _type(field: record_fields.Field) -> Any:
    if field.form == "day":
        return date
    if field.form == "choice":
        return Literal[tuple(field.choices)]
    if field.form == "yuan":
        return Annotated[str, StringConstraints(pattern=_YUAN, max_length=16)]
    max_length = MAX_REMARK_LENGTH if field.form == "long" else field.max_length
    return Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=max_length, pattern=PRINTABLE
        ),
    ]


def _made(
    kind: RecordKind, suffix: str, about: str, base: type[Any], fields: dict[str, Any]
) -> type[Any]:
    name = "".join(part.capitalize() for part in kind.name.split("-")) + suffix
    example = {field.name: field.example for field in kind.fields if field.example}
    made: type[Any] = create_model(name, __base__=base, __doc__=about, **fields)
    if suffix == "Form":
        made.model_config["json_schema_extra"] = {"examples": [dict[str, Any](example)]}
        made.model_rebuild(force=True)
    return made
