"""The ask page: a need in the reader's own words, how it was read, and the patents that answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response, StreamingResponse

from api.access.auth import Access
from api.engine.dependencies import EngineDep, SettingsDep, run_with_model
from api.engine.live import LiveEngine
from api.http import problems
from api.middleware.unexpected_errors import log_unexpected
from api.pages.access import PageAccess
from api.pages.ask_form import PAGE_SIZES, AskForm
from api.pages.filter_chips import ChipGroup, chip_groups
from api.pages.need_upload import MAX_FILE_BYTES, read_upload
from api.pages.rendering import PageContext, html_of, render
from matcher.errors import InputError
from matcher.importing.rows.problem import problem_line
from matcher.language.messages import _, ngettext
from matcher.needs.need_text import check_text
from matcher.needs.visibility import Sight, sight
from matcher.search.catalogue_query import CatalogueQuery
from matcher.store.needs import visible_need
from matcher.types import Answer, Need, Patent, Reading

router = APIRouter()
_ANSWER = "<!--answer-->"
"""Place of the answer in the page, which is sent before there is one."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as it was understood: the need or the patent, and its reading."""

    form: AskForm
    need: Need | None
    patent: Patent | None
    reading: Reading | None
    chips: Sequence[ChipGroup]
    notes: Sequence[str] = ()


@router.get("/")
async def ask(
    request: Request,
    engine: EngineDep,
    settings: SettingsDep,
    access: PageAccess,
    form: Annotated[AskForm, Query()],
) -> Response:
    """Show the box for a need, or the answer to what the address holds."""
    if form.is_empty:
        return render(request, "ask", **_values(_Question(form, None, None, None, ())))
    cleared, places = form.cleared()
    if places:  # contact data is to stand in no address: not in this one either
        return _to_address(request, cleared)
    return await _answering(request, engine, settings.request_seconds, access, form)


@router.post("/")
async def send(
    request: Request,
    engine: EngineDep,
    settings: SettingsDep,
    access: PageAccess,
    form: Annotated[AskForm, Form()],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a need from the box or a file, and lead to the address of its answer."""
    notes: list[str] = []
    if file is not None and file.filename:
        content = await file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise InputError(_("the file is too large: one need has a few pages"))
        need, told = await to_thread.run_sync(read_upload, file.filename, content, date.today())
        notes += map(problem_line, told)
        form = form.with_need(need)
    form, places = form.cleared()
    if places:
        notes.append(
            ngettext(
                "contact data was taken out of the need before the search, in {n} place",
                "contact data was taken out of the need before the search, in {n} places",
                places,
            )
        )
    if form.need is None and form.like is None:
        check_text(form.q)
        form = form.settled(Need(form.q))
    if form.can_be_linked and not notes:
        return _to_address(request, form)
    return await _answering(request, engine, settings.request_seconds, access, form, notes)


def _to_address(request: Request, form: AskForm) -> Response:
    return RedirectResponse(f"{PageContext(request).url('/')}?{urlencode(form.pairs())}", 303)


async def _answering(
    request: Request,
    engine: LiveEngine,
    seconds: float,
    access: Access,
    form: AskForm,
    notes: Sequence[str] = (),
) -> Response:
    """Send the page with the reading at once, and the answer in it as soon as there is one."""
    question = await to_thread.run_sync(_understood, engine, access, form, notes)
    page = html_of(request, "ask", **_values(question))
    head, _mark, tail = page.partition(_ANSWER)

    async def pieces() -> AsyncIterator[str]:
        yield head
        yield await _answer_html(request, engine, seconds, question)
        yield tail

    return StreamingResponse(pieces(), media_type="text/html")


def _understood(
    engine: LiveEngine, access: Access, form: AskForm, notes: Sequence[str]
) -> _Question:
    """Read the question. Raises NotFoundError for a need or patent that the caller may not see."""
    today = date.today()
    catalogue = engine.catalogue()
    query = CatalogueQuery(filters=form.to_filters())
    chips = chip_groups(form, catalogue.search.find(query, today, facets=True).facets)
    if form.like is not None:
        return _Question(form, None, catalogue.patent(form.like), None, chips, notes)
    if form.need is None:
        need = Need(form.q)
        form = form.settled(need)
    else:
        with catalogue.store.reading() as connection:
            record = visible_need(connection, access.caller, form.need)
        is_whole = sight(access.caller, record, today) >= Sight.PUBLISHED
        need = (record.details if is_whole else record.details.technical).need
    return _Question(form, need, None, form.reading(need), chips, notes)


async def _answer_html(
    request: Request, engine: LiveEngine, seconds: float, question: _Question
) -> str:
    """Return the answer as HTML, or what stands in its way."""
    working = asyncio.create_task(_answer(request, engine, question))
    try:
        done, _waiting = await asyncio.wait({working}, timeout=seconds)
        if not done:
            working.add_done_callback(lambda task: task.cancelled() or task.exception())
            detail = _(
                "no answer was ready in {seconds:g} seconds: try again later", seconds=seconds
            )
            problem = {"title": _(problems.TOOK_TOO_LONG.title), "detail": detail}
            return html_of(request, "answer_problem", problem=problem)
        answer = working.result()
    except Exception as error:
        return html_of(request, "answer_problem", problem=await _problem_of(request, error))
    return html_of(
        request,
        "answer",
        answer=answer,
        today=date.today(),
        question=question,
        page_sizes=PAGE_SIZES,
    )


async def _answer(request: Request, engine: LiveEngine, question: _Question) -> Answer:
    today, options = date.today(), question.form.options()

    def answer() -> Answer:
        if question.patent is not None:
            return engine.similar(question.patent, options, today)
        assert question.need is not None
        return engine.match(question.need, options, today, question.reading)

    return await run_with_model(request, answer)


async def _problem_of(request: Request, error: Exception) -> dict[str, Any]:
    """Return title and detail of an error that came when the page had begun."""
    try:
        return problems.content(await problems.answered(request, error))
    except Exception:
        log_unexpected(error)
        return {
            "title": _(problems.INTERNAL_ERROR.title),
            "detail": _("the search failed: send it again, and if it fails again, report it"),
        }


def _values(question: _Question) -> dict[str, Any]:
    form = question.form
    return {"question": question, "form": form, "answer_place": _ANSWER}
