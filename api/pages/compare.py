"""Up to four patents side by side, as they answer a need where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from api.engine.dependencies import EngineDep, run_with_model
from api.engine.live import LiveEngine
from api.pages.access import PageAccess
from api.pages.ask import Question, answer_to, understood
from api.pages.ask_form import AskForm
from api.pages.listed_patents import listed_patents
from api.pages.rendering import render
from api.schemas.requests import Name
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.reporting.patent_list import ListedPatent
from matcher.types import Match, PatentId

MAX_PATENTS = 4

router = APIRouter()


class CompareForm(AskForm):
    """Patents to compare, with the question that they answered, if any."""

    p: list[Name] = Field(default=[])
    """Ids of the patents."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A patent of the comparison, with its match."""

    listed: ListedPatent
    match: Match | None
    """None without a need, or where the patent is not among the results."""


@router.get("/compare")
async def compare(
    request: Request, engine: EngineDep, access: PageAccess, form: Annotated[CompareForm, Query()]
) -> Response:
    """Show patents side by side."""
    if len(form.p) > MAX_PATENTS:
        raise InputError(_("compare up to {most} patents at a time", most=MAX_PATENTS))
    listed, missing = await to_thread.run_sync(listed_patents, engine.catalogue(), form.p)
    question: Question | None = None
    matches: Mapping[PatentId, Match] = {}
    if not form.is_empty and form.like is None:
        question = await to_thread.run_sync(understood, engine, access, form, ())
        matches = await run_with_model(request, lambda: _matches(engine, question))
    columns = [_Column(each, matches.get(each.patent.id)) for each in listed]
    return render(
        request,
        "compare",
        columns=columns,
        missing=missing,
        question=question,
        today=date.today(),
    )


def _matches(engine: LiveEngine, question: Question) -> dict[PatentId, Match]:
    """Return the matches of the answer that the patents were chosen from."""
    answer = answer_to(engine, question, date.today())
    return {match.patent.id: match for match in answer.results}
