"""The programme's records (项目台账): for each kind the same routes, made from its declaration."""

import io
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.auth import Access, Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    from_record_cursor,
    read_place,
    record_page,
    write_place,
)
from api.http.preconditions import check_match, etag
from api.schemas.programme import (
    ExportQuery,
    PledgeWishesView,
    RecordsQuery,
    RemindersQuery,
    RemindersView,
    change_form,
    new_form,
    page_view,
    query,
    values,
    view,
)
from matcher.access.roles import Reach
from matcher.errors import InputError
from matcher.needs.record import NeedRecord
from matcher.programme.kind import RecordKind
from matcher.programme.kinds import KINDS
from matcher.programme.record import Record
from matcher.reporting.programme_tables import write_pledge_wishes, write_records
from matcher.reporting.tables import MEDIA_TYPES, Format
from matcher.store import audit
from matcher.store import programme as stored
from matcher.store.needs import each_pledge_wish, page_of_pledge_wishes
from matcher.store.schema.times import now
from matcher.workflows import programme_records
from matcher.workflows.programme_json import record_json, reminder_json, wish_json

_READING = (problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)
_WRITING = (
    problems.MALFORMED_BODY,
    problems.CONTENT_TOO_LARGE,
    problems.UNSUPPORTED_MEDIA_TYPE,
    *_READING,
)
_EDITING = (
    problems.RECORD_NOT_FOUND,
    problems.PRECONDITION_FAILED,
    problems.PRECONDITION_REQUIRED,
)
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            name: {"schema": {"type": "string", "format": "binary"}}
            for name in MEDIA_TYPES.values()
        },
    }
}


def _router_of(kind: RecordKind) -> APIRouter:
    """The routes of one kind of record."""
    router = APIRouter(prefix=f"/v1/programme/{kind.name}", tags=["programme"])
    _add_reading(router, kind)
    _add_writing(router, kind)
    return router


def _add_reading(router: APIRouter, kind: RecordKind) -> None:
    def page(request: Request, allowed: Allowed, asked: Any) -> JSONResponse:
        """A technology-transfer office gets its own institution's, but of published facts all."""
        after = None if asked.cursor is None else from_record_cursor(asked.cursor)
        where = {name: value for name, value in values(kind, asked).items() if value is not None}
        with engine_of(request).catalogue().store.reading() as connection:
            # One more than asked for tells whether there is a next page.
            found = stored.page(
                connection,
                kind,
                institution=_own(allowed),
                where=where,
                after=after,
                limit=asked.limit + 1,
            )
        return record_page("records", found, asked.limit, record_json, _entered)

    def export(
        request: Request, allowed: Allowed, asked: Annotated[ExportQuery, Query()]
    ) -> Response:
        """A workbook (xlsx) or csv, with who exported it and when; leaves a row in the audit."""
        content, moment = io.BytesIO(), now()
        with engine_of(request).catalogue().store.writing() as connection:
            records = list(stored.each(connection, kind, _own(allowed)))
            _note_export(connection, allowed, kind.name, asked.format, len(records))
        write_records(
            content,
            kind,
            records,
            exported_by=_who(allowed),
            moment=moment,
            format=asked.format,
        )
        return _file(content, kind.chinese, asked.format)

    def one(request: Request, allowed: Allowed, record: str) -> JSONResponse:
        """The record, with its version as the ETag."""
        with engine_of(request).catalogue().store.reading() as connection:
            return _shown(programme_records.existing(connection, kind, record, _own(allowed)))

    # The form differs from kind to kind, so it is no annotation that a type checker could read.
    page.__annotations__["asked"] = Annotated[query(kind), Query()]
    router.get(
        "",
        response_model=page_view(kind),
        summary=f"List of {kind.name} ({kind.chinese}清单)",
        responses=problems.documented(*_READING),
    )(page)
    router.get(
        "/export",
        response_class=Response,
        summary=f"Export of {kind.name} ({kind.chinese}导出)",
        responses={**_FILE, **problems.documented(*_READING)},
    )(export)
    router.get(
        "/{record}",
        response_model=view(kind),
        summary=f"One of the {kind.name} ({kind.chinese})",
        responses=problems.documented(problems.RECORD_NOT_FOUND, *_READING),
    )(one)


def _add_writing(router: APIRouter, kind: RecordKind) -> None:
    def create(request: Request, allowed: Allowed, given: Any) -> JSONResponse:
        """A technology-transfer office enters records of its own institution only."""
        with engine_of(request).catalogue().store.writing() as connection:
            record = programme_records.create(
                connection, kind, values(kind, given), by=allowed.caller, own=_own(allowed)
            )
        place = f"/v1/programme/{kind.name}/{record.id}"
        return _shown(record, 201, {"Location": place})

    def change(request: Request, allowed: Allowed, record: str, given: Any) -> JSONResponse:
        """Changes the fields that are sent; If-Match says which version of the record is meant."""
        with engine_of(request).catalogue().store.writing() as connection:
            found = programme_records.existing(connection, kind, record, _own(allowed))
            check_match(request, found.version)
            changed = programme_records.change(
                connection, kind, found, values(kind, given), by=allowed.caller, own=_own(allowed)
            )
        return _shown(changed)

    def remove(request: Request, allowed: Allowed, record: str) -> Response:
        """Deletes the record for good; that it was there stays in the audit trail."""
        with engine_of(request).catalogue().store.writing() as connection:
            found = programme_records.existing(connection, kind, record, _own(allowed))
            check_match(request, found.version)
            programme_records.remove(connection, kind, found, by=allowed.caller)
        return Response(status_code=204)

    create.__annotations__["given"] = new_form(kind)
    change.__annotations__["given"] = change_form(kind)
    router.post(
        "",
        status_code=201,
        response_model=view(kind),
        summary=f"Enter one of the {kind.name} ({kind.chinese}录入)",
        responses=problems.documented(problems.CONFLICT, *_WRITING),
    )(create)
    router.patch(
        "/{record}",
        response_model=view(kind),
        summary=f"Change one of the {kind.name} ({kind.chinese}修改)",
        responses=problems.documented(*_EDITING, *_WRITING),
    )(change)
    router.delete(
        "/{record}",
        status_code=204,
        response_class=Response,
        summary=f"Delete one of the {kind.name} ({kind.chinese}删除)",
        responses=problems.documented(*_EDITING, problems.CONFLICT, *_READING),
    )(remove)


def _entered(record: Record | NeedRecord) -> datetime:
    return record.created_at


def _own(allowed: Access) -> str | None:
    """The institution that the caller is kept to; None for whoever may meet all records."""
    return None if allowed.reach is Reach.ALL else allowed.caller.institution or ""


def _who(allowed: Access) -> str:
    """Who exported a file: the key, and the institution it belongs to."""
    return " ".join(filter(None, (allowed.caller.key, allowed.caller.institution)))


def _shown(
    record: Record, status: int = 200, headers: dict[str, str] | None = None
) -> JSONResponse:
    tagged = {"ETag": etag(record.version), **(headers or {})}
    return JSONResponse(record_json(record), status, tagged)


def _file(content: io.BytesIO, name: str, format: Format) -> Response:
    """A file to save; its Chinese name as RFC 6266 writes it."""
    written = f"attachment; filename*=UTF-8''{quote(name)}.{format}"
    headers = {"Content-Disposition": written}
    return Response(content.getvalue(), headers=headers, media_type=MEDIA_TYPES[format])


def _note_export(
    connection: Connection, allowed: Access, subject: str, format: str, rows: int
) -> None:
    audit.append(
        connection,
        by=allowed.caller,
        action="programme.exported",
        subject=subject,
        details={"format": format, "rows": rows},
    )


_common = APIRouter(tags=["programme"])


@_common.get(
    "/v1/reminders",
    response_model=RemindersView,
    summary="What is due (到期提醒)",
    responses=problems.documented(*_READING),
)
def reminders(
    request: Request, allowed: Allowed, asked: Annotated[RemindersQuery, Query()]
) -> JSONResponse:
    """Filings, recordals and ends of terms that are due by a day, and what is overdue.

    A technology-transfer office gets what concerns its own institution.
    """
    today = date.today()
    until = asked.until or today + timedelta(days=stored.REMINDED_DAYS)
    after = None if asked.cursor is None else _reminder_place(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        found = stored.reminders(
            connection,
            list(KINDS.values()),
            until=until,
            today=today,
            institution=_own(allowed),
            after=after,
            limit=asked.limit + 1,
        )
    shown = found[: asked.limit]
    cursor = None
    if len(found) > asked.limit:
        last = shown[-1]
        cursor = write_place(f"{last.due_on}:{last.kind}:{last.record}:{last.due}")
    return JSONResponse(
        {
            "until": until.isoformat(),
            "reminders": [reminder_json(one, today) for one in shown],
            "next_cursor": cursor,
        }
    )


@_common.get(
    "/v1/programme/pledge-wishes",
    response_model=PledgeWishesView,
    summary="Enterprises that wish for pledge financing (质押融资意愿清单)",
    responses=problems.documented(*_READING),
)
def wishes(
    request: Request, allowed: Allowed, asked: Annotated[RecordsQuery, Query()]
) -> JSONResponse:
    """The enterprises whose open needs state the wish; no person's contact is in it."""
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        found = page_of_pledge_wishes(
            connection, today=date.today(), after=after, limit=asked.limit + 1
        )
    return record_page("wishes", found, asked.limit, wish_json, _entered)


@_common.get(
    "/v1/programme/pledge-wishes/export",
    response_class=Response,
    summary="Hand-over list for a bank (质押融资意愿导出)",
    responses={**_FILE, **problems.documented(*_READING)},
)
def export_wishes(
    request: Request, allowed: Allowed, asked: Annotated[ExportQuery, Query()]
) -> Response:
    """The list as a workbook (xlsx) or csv, with who exported it and when; leaves an audit row."""
    content, moment = io.BytesIO(), now()
    with engine_of(request).catalogue().store.writing() as connection:
        needs = each_pledge_wish(connection, today=date.today())
        _note_export(connection, allowed, "pledge-wishes", asked.format, len(needs))
    write_pledge_wishes(
        content, needs, exported_by=_who(allowed), moment=moment, format=asked.format
    )
    return _file(content, "质押融资意愿", asked.format)


def _reminder_place(cursor: str) -> stored.ReminderPlace:
    found = read_place(cursor, r"(\d{4}-\d\d-\d\d):([a-z-]{1,40}):([a-z]+_[0-9a-f]{24}):([a-z_]+)")
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        raise InputError("the cursor is not one that a page gave") from None
    return day, found[2], found[3], found[4]


router = APIRouter()
router.include_router(_common)
for _kind in KINDS.values():
    router.include_router(_router_of(_kind))
