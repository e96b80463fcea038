"""The basket (我的清单): patents put aside, with notes, to print, to save, or for an event."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.access import cookies
from api.access.auth import Access
from api.engine.dependencies import CatalogueDep, EngineDep, SettingsDep, run_with_model
from api.engine.file_threads import FileThreads
from api.engine.live import LiveEngine
from api.http.exports import exporter, file_response
from api.pages import basket_cookie
from api.pages.access import PageAccess
from api.pages.listed_patents import listed_patents
from api.pages.next_page import next_path
from api.pages.rendering import PageContext, render
from matcher.errors import InputError
from matcher.events.shortlist import Edit, EditKind
from matcher.language.messages import _
from matcher.reporting.patent_list import MEDIA_TYPES, ListFormat, patent_list
from matcher.search.catalogue import Catalogue
from matcher.store import events
from matcher.store.schema.times import now
from matcher.workflows.events import edit as editing

MAX_NOTE = 2_000
"""Characters of a note."""
NOTE = "note."
"""Beginning of the names of the fields with notes; the patent's id follows."""

router = APIRouter()


@router.get("/basket")
async def basket(
    request: Request,
    catalogue: CatalogueDep,
    access: PageAccess,
    added: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """Show the patents of the basket."""
    page = PageContext(request)
    listed, missing = await to_thread.run_sync(listed_patents, catalogue, page.basket)
    shown_events = []
    if page.may("POST", "/basket/event"):
        shown_events = await to_thread.run_sync(_events, catalogue)
    return render(
        request,
        "basket",
        patents=listed,
        missing=missing,
        today=date.today(),
        events=shown_events,
        added=added,
    )


@router.post("/basket")
async def change(
    request: Request,
    catalogue: CatalogueDep,
    settings: SettingsDep,
    access: PageAccess,
    add: Annotated[str, Form()] = "",
    remove: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/basket",
) -> Response:
    """Put a patent into the basket, or take it out; `all` takes out every one."""
    kept = [identity for identity in PageContext(request).basket if remove not in (identity, "all")]
    if add:
        patent = await to_thread.run_sync(catalogue.patent, add)
        if patent.id not in kept:
            kept.append(patent.id)
        if len(kept) > basket_cookie.MAX_PATENTS:
            raise InputError(
                _(
                    "your list is full: it takes {most} patents; take some off it first",
                    most=basket_cookie.MAX_PATENTS,
                )
            )
    response: Response
    if "application/json" in request.headers.get("accept", ""):
        response = JSONResponse({"count": len(kept)})
    else:
        response = RedirectResponse(PageContext(request).url(next_path(back)), 303)
    is_secure = cookies.is_private(request, settings.behind_tls)
    basket_cookie.write(response, kept, is_secure=is_secure)
    return response


@router.post("/basket/list")
async def save(
    request: Request,
    catalogue: CatalogueDep,
    access: PageAccess,
    format: Annotated[ListFormat, Form()],
) -> Response:
    """Return the basket with its notes as a file."""
    notes = await _notes(request)
    ids = PageContext(request).basket
    listed, _missing = await to_thread.run_sync(listed_patents, catalogue, ids, notes)
    if not listed:
        raise InputError(_("your list is empty: put patents on it first"))
    make = partial(
        patent_list, listed, format, exported_by=exporter(access.caller), moment=now().astimezone()
    )
    files: FileThreads = request.app.state.file_threads
    content = await files.run(make)
    return file_response(content, f"{_('List of patents')}.{format}", MEDIA_TYPES[format])


@router.post("/basket/event")
async def put_into_event(
    request: Request,
    engine: EngineDep,
    access: PageAccess,
    target: Annotated[str, Form()],
) -> Response:
    """Add the patents of the basket, with their notes, to the shortlist of an event's need."""
    need, _colon, event = target.partition(":")
    notes = await _notes(request)
    ids = PageContext(request).basket
    work = partial(_add_to_shortlist, engine, access, event, need, ids, notes)
    added = await run_with_model(request, work)
    return RedirectResponse(PageContext(request).url("/basket", added=added), 303)


async def _notes(request: Request) -> dict[str, str]:
    form = await request.form()
    notes = {
        name.removeprefix(NOTE): value.strip()
        for name, value in form.items()
        if name.startswith(NOTE) and isinstance(value, str)
    }
    if any(len(note) > MAX_NOTE for note in notes.values()):
        raise InputError(_("a note may have {most:,} characters at most", most=MAX_NOTE))
    return notes


def _events(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each event with its needs: the value and the name of each choice."""
    with catalogue.store.reading() as connection:
        return [
            (
                event.name,
                [
                    (
                        f"{one.need.id}:{event.name}",
                        f"{number}. {one.need.need.title or one.need.need.full_text[:40]}",
                    )
                    for number, one in enumerate(events.needs_of(connection, event.name), start=1)
                ],
            )
            for event in events.each(connection)
        ]


def _add_to_shortlist(
    engine: LiveEngine,
    access: Access,
    event: str,
    need: str,
    ids: Sequence[str],
    notes: Mapping[str, str],
) -> int:
    """Add patents to a shortlist; return how many were not on it before.

    Those that left the catalogue are passed over: the list names them.
    """
    moment = now()
    listed, _missing = listed_patents(engine.catalogue(), ids)
    editor = editing.Editor(
        exporter(access.caller),
        access.caller,
        moment,
        lambda patent, record: engine.match_patent(patent, record, moment.date()),
    )
    added = 0
    with engine.catalogue().store.writing() as connection:
        for patent in (each.patent.id for each in listed):
            view, needed = editing.read_need(connection, event, need)
            if patent not in needed.shortlist.patents:
                editing.keep_edit(connection, view, needed, Edit(EditKind.ADD, patent), editor)
                added += 1
            if note := notes.get(patent):
                view, needed = editing.read_need(connection, event, need)
                noting = Edit(EditKind.NOTE, patent, note)
                editing.keep_edit(connection, view, needed, noting, editor)
    return added
