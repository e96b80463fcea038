"""The forms of the programme's records, each made from the declaration of its kind."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from matcher.errors import InputError
from matcher.importing.rows.programme_record import LOCAL_ID
from matcher.patents.application_numbers import canonical_or_none
from matcher.programme import kind as record_kinds
from matcher.programme.kind import RecordKind, Value

PAGE_AT_MOST = 100
LONG_AT_MOST = 10_000
"""Characters of a remark."""
_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Control characters, which no database and no workbook takes as they are."""
_YUAN = r"^(0|[1-9]\d{0,12})(\.\d{1,2})?$"
_LISTED_BY = ("patent", "institution", "enterprise", "pool", "alliance", "match", "kind")


class _Form(BaseModel):
    """What callers send; a field we do not know is an error."""

    model_config = ConfigDict(extra="forbid")


class _View(BaseModel):
    """What callers get."""

    model_config = ConfigDict(extra="forbid")


class _RecordView(_View):
    id: str = Field(description="Id of the record (编号).")
    created_at: datetime = Field(description="When it was entered (录入时间), UTC.")
    updated_at: datetime = Field(description="When it was last changed (修改时间), UTC.")
    version: int = Field(description="Counts the edits (版本); the ETag is made of it.")


class RecordsQuery(_Form):
    """A page of records."""

    limit: int = Field(default=20, ge=1, le=PAGE_AT_MOST, description="How many are wanted (条数).")
    cursor: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description="The `next_cursor` of the page before (游标); without it, the first page.",
    )


class ReminderView(_View):
    """Something that is due."""

    due_on: date = Field(description="The day (期限).")
    is_overdue: bool = Field(description="The day is past, and it is not done (已逾期).")
    what: str = Field(description="What is due, in Chinese (事项).", examples=["合同备案"])
    kind: str = Field(description="Kind of the record (记录类型).", examples=["contracts"])
    record: str = Field(description="Id of the record (记录编号).")
    number: str | None = Field(description="Number of contract, pledge or filing (编号).")
    patent: str | None = Field(description="Id of the patent (专利).")
    institution: str | None = Field(description="Whose record it is (机构).")
    enterprise: str | None = Field(description="The enterprise (企业).")


class RemindersView(_View):
    """A page of what is due."""

    until: date = Field(description="The last day that was asked for (截止日).")
    reminders: list[ReminderView] = Field(description="The earliest first (提醒).")
    next_cursor: str | None = Field(description="Asks for the page that follows (下一页).")


class RemindersQuery(RecordsQuery):
    """What is due by a day."""

    until: date | None = Field(
        default=None,
        description="Last day (截止日); by default 30 days from today. What is overdue and not "
        "done is always there.",
    )


class PledgeWishView(_View):
    """An enterprise that wishes for pledge financing, and the need by which it said so."""

    need: str = Field(description="Id of the need (需求编号).")
    enterprise: str | None = Field(description="企业名称")
    credit_code: str | None = Field(description="统一社会信用代码")
    region: str | None = Field(description="所在地区")
    industry: str | None = Field(description="所属行业")
    title: str | None = Field(description="Title of the need (需求名称).")
    budget_wan: float | None = Field(description="Budget in 万元 (预算).")
    stated_on: date = Field(description="Day on which the need was entered (提出日期).")


class PledgeWishesView(_View):
    """A page of the enterprises that wish for pledge financing (质押融资意愿)."""

    wishes: list[PledgeWishView] = Field(description="The latest first (意愿清单).")
    next_cursor: str | None = Field(description="Asks for the page that follows (下一页).")


class ExportQuery(_Form):
    """In which form a table is wanted."""

    format: Literal["xlsx", "csv"] = Field(default="xlsx", description="Form of the file (格式).")


def new_form(kind: RecordKind) -> type[BaseModel]:
    """What a new record is made from."""
    fields = {
        field.name: _given(field) if field.is_required else _optional(field)
        for field in kind.fields
    }
    return _made(kind, "Form", f"A new record ({kind.chinese}). {kind.about}", _Form, fields)


def change_form(kind: RecordKind) -> type[BaseModel]:
    """What changes a record; fields that are left out stay as they are."""
    fields = {field.name: _optional(field) for field in kind.fields}
    about = f"What is to change ({kind.chinese}); null empties a field."
    return _made(kind, "Change", about, _Form, fields)


def view(kind: RecordKind) -> type[BaseModel]:
    """A record as it is answered."""
    fields: dict[str, Any] = {}
    for field in kind.fields:
        shown = date if field.form == "day" else str
        kept: Any = shown if field.is_required else shown | None
        fields[field.name] = (kept, Field(description=field.note))
    return _made(kind, "View", kind.about, _RecordView, fields)


def page_view(kind: RecordKind) -> type[BaseModel]:
    """A page of records as it is answered."""
    one: Any = view(kind)
    fields: dict[str, Any] = {
        "records": (list[one], Field(description="In the order in which they were entered.")),
        "next_cursor": (
            str | None,
            Field(description="Asks for the page that follows (下一页); null on the last."),
        ),
    }
    return _made(kind, "Page", f"A page of records ({kind.chinese}).", _View, fields)


def query(kind: RecordKind) -> type[RecordsQuery]:
    """Which records a page is to have."""
    fields = {field.name: _optional(field) for field in kind.fields if field.name in _LISTED_BY}
    about = f"Which records are wanted ({kind.chinese})."
    return _made(kind, "Query", about, RecordsQuery, fields)


def values(kind: RecordKind, given: BaseModel) -> dict[str, Value]:
    """The values that a form gives, those that were left out not among them. Raises InputError."""
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


def _given(field: record_kinds.Field) -> tuple[Any, Any]:
    return _type(field), Field(description=field.note, examples=_examples(field))


def _optional(field: record_kinds.Field) -> tuple[Any, Any]:
    described = Field(default=None, description=field.note, examples=_examples(field))
    return _type(field) | None, described


def _examples(field: record_kinds.Field) -> list[str] | None:
    return [field.example] if field.example else None


def _type(field: record_kinds.Field) -> Any:
    if field.form == "day":
        return date
    if field.form == "choice":
        return Literal[tuple(field.choices)]
    if field.form == "yuan":
        return Annotated[str, StringConstraints(pattern=_YUAN, max_length=16)]
    most = LONG_AT_MOST if field.form == "long" else field.at_most
    return Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=most, pattern=_PRINTABLE),
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
