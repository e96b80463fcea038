"""The ask page: a need in the reader's own words, how it was read, and the patents that answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from api.access.auth import Access
from api.engine.dependencies import EngineDep
from api.engine.live import LiveEngine
from api.engine.model_threads import ModelThreads
from api.pages.access import PageAccess
from api.pages.ask_form import PAGE_SIZES, AskForm
from api.pages.filter_chips import ChipGroup, chip_groups
from api.pages.late_part import PLACE, page_with_late_part
from api.pages.need_upload import MAX_FILE_BYTES, read_upload, unsearched
from api.pages.rendering import PageContext, html_of, render
from matcher.errors import InputError, NotFoundError
from matcher.importing.rows.problem import problem_line
from matcher.labels import listed
from matcher.language.messages import _, ngettext
from matcher.needs.need_text import check_text
from matcher.needs.visibility import Sight, sight
from matcher.search.catalogue import Catalogue
from matcher.search.catalogue_query import CatalogueQuery
from matcher.store.needs import visible_need
from matcher.types import Answer, Need, Patent, Reading

MAX_NUMBER = 40
"""Characters of the number of a patent."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Question:
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
    access: PageAccess,
    form: Annotated[AskForm, Query()],
) -> Response:
    """Show the box for a need, or the answer to what the address holds."""
    if form.is_empty:
        return render(request, "ask", **_values(Question(form, None, None, None, ())))
    cleared, places = form.cleared()
    if places:  # contact data is to stand in no address: not in this one either
        return _to_address(request, cleared)
    return await _answering(request, engine, access, form)


@router.post("/")
async def send(
    request: Request,
    engine: EngineDep,
    access: PageAccess,
    form: Annotated[AskForm, Form()],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a need from the box or a file, and lead to the address of its answer.

    What was typed stays where it cannot be asked. The number of a patent leads to its page.
    """
    try:
        form, notes = await _read_form(form, file)
    except InputError as problem:
        question = Question(form, None, None, None, ())
        return render(request, "ask", 422, **_values(question, problem=str(problem)))
    catalogue = engine.catalogue()
    number = await to_thread.run_sync(_patent_of, catalogue, form.q)
    if number is not None:
        return RedirectResponse(PageContext(request).url(f"/patents/{number}"), 303)
    if form.like is None:
        form = form.settled(await to_thread.run_sync(_need_of, catalogue, access, form))
    if form.can_be_linked and not notes:
        return _to_address(request, form)
    return await _answering(request, engine, access, form, notes)


async def _read_form(form: AskForm, file: UploadFile | None) -> tuple[AskForm, list[str]]:
    """Return the form with the need of the file, if there is one, and notes on it.

    Contact data is taken out. Raises InputError for what cannot be asked.
    """
    notes: list[str] = []
    if file is not None and file.filename:
        content = await file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise InputError(_("the file is too large: one need has a few pages"))
        need, told = await to_thread.run_sync(read_upload, file.filename, content, date.today())
        notes += map(problem_line, told)
        if fields := unsearched(need):
            notes.append(_("read, but not searched: {fields}", fields=listed(fields)))
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
        if places and not form.q.strip():
            raise InputError(_("there is only contact data, which is not searched: write a need"))
        check_text(form.q)
    return form, notes


def _need_of(catalogue: Catalogue, access: Access, form: AskForm) -> Need:
    """Return the need of a form: that of its text, or the stored one as the caller may see it.

    Raises NeedNotFoundError.
    """
    if form.need is None:
        return Need(form.q)
    today = date.today()
    with catalogue.store.reading() as connection:
        record = visible_need(connection, access.caller, form.need)
    is_whole = sight(access.caller, record, today) >= Sight.PUBLISHED
    return (record.details if is_whole else record.details.technical).need


def _patent_of(catalogue: Catalogue, text: str) -> str | None:
    """Return the id of the patent whose number the text is; None for a need."""
    if len(text) > MAX_NUMBER or not any(map(str.isdigit, text)):
        return None
    try:
        return catalogue.patent(text).id
    except NotFoundError:
        return None


def _to_address(request: Request, form: AskForm) -> Response:
    return RedirectResponse(_address(request, form), 303)


def _address(request: Request, form: AskForm) -> str:
    return f"{PageContext(request).url('/')}?{form.query()}"


async def _answering(
    request: Request,
    engine: LiveEngine,
    access: Access,
    form: AskForm,
    notes: Sequence[str] = (),
) -> Response:
    """Send the page with the reading at once, and the answer in it as soon as there is one.

    Raises OverloadedError where the answer would have to wait too long.
    """
    threads: ModelThreads = request.app.state.model_threads

    def read() -> tuple[Question, str]:
        question = understood(engine, access, form, notes)
        return question, html_of(request, "ask", **_values(question))

    with threads.turns.promised():  # once the page has begun, no status can refuse it
        question, page = await to_thread.run_sync(read)

    def answer() -> Answer:
        return answer_to(engine, question, date.today())

    def show(answer: Answer) -> str:
        return html_of(
            request,
            "answer",
            answer=answer,
            today=date.today(),
            question=question,
            page_sizes=PAGE_SIZES,
            address=_address(request, question.form),
        )

    return page_with_late_part(request, page, answer, show)


def answer_to(engine: LiveEngine, question: Question, today: date) -> Answer:
    """Answer a question. Raises what `LiveEngine.match` raises."""
    options = question.form.options()
    if question.patent is not None:
        return engine.similar(question.patent, options, today)
    assert question.need is not None  # a question has one of the two
    return engine.match(question.need, options, today, question.reading)


def understood(engine: LiveEngine, access: Access, form: AskForm, notes: Sequence[str]) -> Question:
    """Read the question. Raises NotFoundError for a need or patent that the caller may not see."""
    today = date.today()
    catalogue = engine.catalogue()
    query = CatalogueQuery(filters=form.to_filters())
    chips = chip_groups(form, catalogue.search.find(query, today, facets=True).facets)
    if form.like is not None:
        return Question(form, None, catalogue.patent(form.like), None, chips, notes)
    need = _need_of(catalogue, access, form)
    form = form.settled(need)
    return Question(form, need, None, form.reading(need), chips, notes)


def _values(question: Question, problem: str | None = None) -> dict[str, Any]:
    form = question.form
    return {"question": question, "form": form, "late_place": PLACE, "problem": problem}
