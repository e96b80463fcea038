"""Routes for the programme's records (项目台账), the same for each declared kind."""

import io
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.auth import Access, Allowed
from api.engine.dependencies import StoreDep
from api.engine.file_threads import FILE_TURN
from api.http import problems
from api.http.exports import TABLE_FILE, exporter, table_response
from api.http.pages import (
    read_cursor,
    read_day,
    read_page,
    read_record_cursor,
    record_cursor,
    write_cursor,
)
from api.http.preconditions import check_match, etag
from api.schemas.fields import ExportFields, ListRequest
from api.schemas.programme import (
    PledgeWishesView,
    RemindersQuery,
    RemindersView,
    change_form,
    new_form,
    page_view,
    query_form,
    values,
    view,
)
from matcher.needs.record import NeedRecord
from matcher.programme.kinds import KINDS
from matcher.programme.record import Record, RecordKind
from matcher.reporting.programme_tables import write_pledge_wishes, write_records
from matcher.store import programme as stored
from matcher.store.needs import each_pledge_wish, page_of_pledge_wishes
from matcher.store.schema.times import now
from matcher.workflows import programme_joining, programme_records
from matcher.workflows.programme_json import record_json, reminder_json, wish_json
from matcher.workflows.record_export import record_programme_export

_EDITING = (problems.RECORD_NOT_FOUND, *problems.EDITING)


def _router_of(kind: RecordKind) -> APIRouter:
    """Return the routes of one kind of record."""
    router = APIRouter(prefix=f"/v1/programme/{kind.name}", tags=["programme"])
    for add in (_add_page, _add_export, _add_one, _add_create, _add_change, _add_remove):
        add(router, kind)
    if kind.joins is not None:
        _add_accept(router, kind)
        _add_decline(router, kind)
    return router


def _add_page(router: APIRouter, kind: RecordKind) -> None:
    def page(store: StoreDep, allowed: Allowed, query: Any) -> JSONResponse:
        """List records; an office gets those of its own institution, but all published facts."""
        after = read_record_cursor(query.cursor)
        where = {name: value for name, value in values(kind, query).items() if value is not None}
        proposed = None if kind.joins is None else query.proposed
        with store.reading() as connection:
            page = read_page(
                lambda limit: stored.page(
                    connection,
                    kind,
                    institution=allowed.own_institution,
                    where=where,
                    after=after,
                    limit=limit,
                    caller=allowed.caller,
                    proposed=proposed,
                ),
                query.limit,
                _cursor,
            )
        return page.response("records", record_json)

    # The form differs from kind to kind, so it is no annotation that a type checker could read.
    page.__annotations__["query"] = Annotated[query_form(kind), Query()]
    router.get(
        "",
        response_model=page_view(kind),
        summary=f"List of {kind.name} ({kind.chinese}清单)",
        responses=problems.documented(*problems.READING),
    )(page)


def _add_export(router: APIRouter, kind: RecordKind) -> None:
    def export(
        store: StoreDep, allowed: Allowed, query: Annotated[ExportFields, Query()]
    ) -> Response:
        """Export records as xlsx or csv, with exporter and time; leaves an audit row."""
        content, moment = io.BytesIO(), now()
        with store.adding() as connection:
            records = list(
                stored.each(connection, kind, allowed.own_institution, caller=allowed.caller)
            )
            record_programme_export(
                connection, allowed.caller, kind.name, len(records), query.format
            )
        write_records(
            content,
            kind,
            records,
            exported_by=exporter(allowed.caller),
            moment=moment,
            format=query.format,
        )
        return table_response(content.getvalue(), kind.chinese, query.format)

    router.get(
        "/export",
        response_class=Response,
        summary=f"Export of {kind.name} ({kind.chinese}导出)",
        dependencies=[FILE_TURN],
        responses={**TABLE_FILE, **problems.documented(*problems.READING)},
    )(export)


def _add_one(router: APIRouter, kind: RecordKind) -> None:
    def one(store: StoreDep, allowed: Allowed, record: str) -> JSONResponse:
        """Return the record, with its version as the ETag."""
        with store.reading() as connection:
            return _response(_visible(connection, kind, record, allowed))

    router.get(
        "/{record}",
        response_model=view(kind),
        summary=f"One of the {kind.name} ({kind.chinese})",
        responses=problems.documented(problems.RECORD_NOT_FOUND, *problems.READING),
    )(one)


def _add_create(router: APIRouter, kind: RecordKind) -> None:
    def create(store: StoreDep, allowed: Allowed, form: Any) -> JSONResponse:
        """Enter a record; a technology-transfer office enters those of its own institution only."""
        with store.writing() as connection:
            record = programme_records.create(
                connection,
                kind,
                values(kind, form),
                by=allowed.caller,
                own=allowed.own_institution,
            )
        location = f"/v1/programme/{kind.name}/{record.id}"
        return _response(record, 201, {"Location": location})

    create.__annotations__["form"] = new_form(kind)
    router.post(
        "",
        status_code=201,
        response_model=view(kind),
        summary=f"Enter one of the {kind.name} ({kind.chinese}录入)",
        responses=problems.documented(problems.CONFLICT, *problems.TAKING_JSON),
    )(create)


def _add_change(router: APIRouter, kind: RecordKind) -> None:
    def change(
        request: Request, store: StoreDep, allowed: Allowed, record: str, form: Any
    ) -> JSONResponse:
        """Change the fields that are sent; If-Match names the version of the record."""
        own = allowed.own_institution
        with store.writing() as connection:
            before = _visible(connection, kind, record, allowed)
            check_match(request, before.version)
            changed = programme_records.change(
                connection, kind, before, values(kind, form), by=allowed.caller, own=own
            )
        return _response(changed)

    change.__annotations__["form"] = change_form(kind)
    router.patch(
        "/{record}",
        response_model=view(kind),
        summary=f"Change one of the {kind.name} ({kind.chinese}修改)",
        responses=problems.documented(*_EDITING, *problems.TAKING_JSON),
    )(change)


def _add_remove(router: APIRouter, kind: RecordKind) -> None:
    def remove(request: Request, store: StoreDep, allowed: Allowed, record: str) -> Response:
        """Delete the record for good; the audit trail keeps its id."""
        with store.writing() as connection:
            before = _visible(connection, kind, record, allowed)
            check_match(request, before.version)
            programme_records.remove(connection, kind, before, by=allowed.caller)
        return Response(status_code=204)

    router.delete(
        "/{record}",
        status_code=204,
        response_class=Response,
        summary=f"Delete one of the {kind.name} ({kind.chinese}删除)",
        responses=problems.documented(*_EDITING, problems.CONFLICT, *problems.READING),
    )(remove)


def _add_accept(router: APIRouter, kind: RecordKind) -> None:
    def accept(request: Request, store: StoreDep, allowed: Allowed, record: str) -> JSONResponse:
        """Accept a proposal; for staff, and the office of the institution that it is made to."""
        with store.writing() as connection:
            before = _to_accept(connection, kind, record, allowed)
            check_match(request, before.version)
            accepted = programme_joining.accept(connection, kind, before, by=allowed.caller)
        return _response(accepted)

    router.post(
        "/{record}/accept",
        response_model=view(kind),
        summary=f"Accept one of the {kind.name} ({kind.chinese}接受)",
        responses=problems.documented(*_EDITING, *problems.READING),
    )(accept)


def _add_decline(router: APIRouter, kind: RecordKind) -> None:
    def decline(request: Request, store: StoreDep, allowed: Allowed, record: str) -> Response:
        """Decline a proposal, which is deleted; the audit trail keeps its id."""
        with store.writing() as connection:
            before = _to_accept(connection, kind, record, allowed)
            check_match(request, before.version)
            programme_joining.decline(connection, kind, before, by=allowed.caller)
        return Response(status_code=204)

    router.post(
        "/{record}/decline",
        status_code=204,
        response_class=Response,
        summary=f"Decline one of the {kind.name} ({kind.chinese}谢绝)",
        responses=problems.documented(*_EDITING, problems.CONFLICT, *problems.READING),
    )(decline)


def _visible(connection: Connection, kind: RecordKind, record: str, allowed: Access) -> Record:
    return programme_records.visible_record(
        connection, kind, record, allowed.own_institution, allowed.caller
    )


def _to_accept(connection: Connection, kind: RecordKind, record: str, allowed: Access) -> Record:
    found = programme_joining.find(connection, kind, record, allowed.own_institution)
    if found is None:
        raise programme_records.not_found(kind, record)
    return found


def _cursor(record: Record | NeedRecord) -> str:
    return record_cursor(record.created_at, record.id)


def _response(
    record: Record, status: int = 200, headers: dict[str, str] | None = None
) -> JSONResponse:
    tagged = {"ETag": etag(record.version), **(headers or {})}
    return JSONResponse(record_json(record), status, tagged)


_common = APIRouter(tags=["programme"])


@_common.get(
    "/v1/reminders",
    response_model=RemindersView,
    summary="What is due (到期提醒)",
    responses=problems.documented(*problems.READING),
)
def reminders(
    store: StoreDep, allowed: Allowed, query: Annotated[RemindersQuery, Query()]
) -> JSONResponse:
    """List filings, recordals and ends of terms that are due by a day, and the overdue ones.

    A technology-transfer office gets those of its own institution.
    """
    today = date.today()
    until = query.until or today + timedelta(days=stored.REMINDER_DAYS)
    after = _read_reminder_cursor(query.cursor)
    with store.reading() as connection:
        page = read_page(
            lambda limit: stored.reminders(
                connection,
                list(KINDS.values()),
                until=until,
                today=today,
                institution=allowed.own_institution,
                after=after,
                limit=limit,
            ),
            query.limit,
            lambda due: write_cursor(f"{due.due_on}:{due.kind}:{due.record}:{due.due}"),
        )
    return JSONResponse(
        {
            "until": until.isoformat(),
            "reminders": [reminder_json(reminder, today) for reminder in page.items],
            "next_cursor": page.next_cursor,
        }
    )


@_common.get(
    "/v1/programme/pledge-wishes",
    response_model=PledgeWishesView,
    summary="Enterprises that wish for pledge financing (质押融资意愿清单)",
    responses=problems.documented(*problems.READING),
)
def wishes(
    store: StoreDep, allowed: Allowed, query: Annotated[ListRequest, Query()]
) -> JSONResponse:
    """List enterprises whose open needs state the wish, without any person's contact."""
    after = read_record_cursor(query.cursor)
    with store.reading() as connection:
        page = read_page(
            lambda limit: page_of_pledge_wishes(
                connection, today=date.today(), after=after, limit=limit
            ),
            query.limit,
            _cursor,
        )
    return page.response("wishes", wish_json)


@_common.get(
    "/v1/programme/pledge-wishes/export",
    response_class=Response,
    summary="Hand-over list for a bank (质押融资意愿导出)",
    dependencies=[FILE_TURN],
    responses={**TABLE_FILE, **problems.documented(*problems.READING)},
)
def export_wishes(
    store: StoreDep, allowed: Allowed, query: Annotated[ExportFields, Query()]
) -> Response:
    """Export the list as xlsx or csv, with exporter and time; leaves an audit row."""
    content, moment = io.BytesIO(), now()
    with store.adding() as connection:
        needs = each_pledge_wish(connection, today=date.today())
        record_programme_export(
            connection, allowed.caller, "pledge-wishes", len(needs), query.format
        )
    write_pledge_wishes(
        content, needs, exported_by=exporter(allowed.caller), moment=moment, format=query.format
    )
    return table_response(content.getvalue(), "质押融资意愿", query.format)


def _read_reminder_cursor(cursor: str | None) -> stored.ReminderCursor | None:
    position = read_cursor(
        cursor, r"(\d{4}-\d\d-\d\d):([a-z-]{1,40}):([a-z]+_[0-9a-f]{24}):([a-z_]+)"
    )
    if position is None:
        return None
    return read_day(position[1]), position[2], position[3], position[4]


router = APIRouter()
router.include_router(_common)
for _kind in KINDS.values():
    router.include_router(_router_of(_kind))
