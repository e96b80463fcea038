"""The page of one patent, with similar patents and the open needs that it fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api.engine.dependencies import EngineDep
from api.engine.live import LiveEngine
from api.pages.access import PageAccess
from api.pages.late_part import PLACE, page_with_late_part
from api.pages.rendering import PageContext, html_of
from api.routes.reverse import fitting_needs_of
from matcher.labels import label
from matcher.language.coded import CodedText
from matcher.language.messages import gettext_noop as N_  # noqa: N812 - its usual name
from matcher.patents.claim_tree import ClaimNode, claim_tree
from matcher.patents.ipc import field_labels
from matcher.patents.timeline import StepKind, TimelineStep, timeline
from matcher.reporting.plain_terms import terms_in_words
from matcher.search.catalogue import Catalogue
from matcher.search.options import SearchOptions
from matcher.search.reverse import NeedsAnswer
from matcher.types import Answer, Patent, Pledge, Sleeping, TechnologyCard, TtoContact

SIMILAR, FITTING_NEEDS = 5, 20
STEPS: Mapping[StepKind, str] = {
    "filed": N_("filed"),
    "published": N_("published"),
    "granted": N_("granted"),
    "status": N_("status on record"),
    "expires": N_("term ends"),
}
"""Names of the steps of the timeline."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A patent with everything that its page shows of it."""

    patent: Patent
    card: TechnologyCard
    sleeping: Sleeping
    pledge: Pledge | None
    contact: TtoContact | None
    claims: tuple[ClaimNode, ...]
    steps: tuple[TimelineStep, ...]
    meanings: tuple[str, ...]
    fields: tuple[str, ...]
    """Technology fields of the WIPO."""


@router.get("/patents/{number:path}/needs")
async def fitting_needs(
    request: Request, engine: EngineDep, access: PageAccess, number: str
) -> Response:
    """Show the open needs that a patent fits, as far as the caller may see them."""
    today = date.today()
    patent = await to_thread.run_sync(engine.catalogue().patent, number)

    def work() -> tuple[NeedsAnswer, list[CodedText]]:
        return fitting_needs_of(engine, access.caller, patent, FITTING_NEEDS, today)

    def show(result: tuple[NeedsAnswer, list[CodedText]]) -> str:
        answer, notes = result
        return html_of(request, "fitting_needs", answer=answer, notes=notes)

    page = html_of(request, "patent_needs", patent=patent, late_place=PLACE)
    return page_with_late_part(request, page, work, show)


@router.get("/patents/{number:path}")
async def patent(request: Request, engine: EngineDep, access: PageAccess, number: str) -> Response:
    """Show everything known of a patent, given by any of its numbers."""
    today = date.today()

    def read() -> tuple[_Shown, str]:
        shown = _shown(engine.catalogue(), number, today)
        values = {"shown": shown, "today": today, "step_names": STEPS, "late_place": PLACE}
        return shown, html_of(request, "patent", **values)

    shown, page = await to_thread.run_sync(read)
    if shown.patent.id != number:
        return RedirectResponse(PageContext(request).url(f"/patents/{shown.patent.id}"), 303)

    def work() -> Answer:
        return _similar(engine, shown.patent, today)

    def show(answer: Answer) -> str:
        return html_of(request, "similar", answer=answer, today=today)

    return page_with_late_part(request, page, work, show)


def _shown(catalogue: Catalogue, number: str, today: date) -> _Shown:
    """Read a patent. Raises NotFoundError."""
    patent = catalogue.patent(number)
    facts = catalogue.facts([patent])
    names = field_labels()
    return _Shown(
        patent=patent,
        card=facts.card(patent),
        sleeping=catalogue.sleeping(patent, today),
        pledge=facts.pledge(patent, today),
        contact=facts.contact(patent),
        claims=claim_tree(patent.claims),
        steps=timeline(patent, today),
        meanings=tuple(terms_in_words(patent.licence)),
        fields=tuple(label(names[field]) for field in patent.wipo_fields if field in names),
    )


def _similar(engine: LiveEngine, patent: Patent, today: date) -> Answer:
    return engine.similar(patent, SearchOptions(k=SIMILAR), today)
