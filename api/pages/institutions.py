"""Institutions and teams of the catalogue."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.engine.dependencies import CatalogueDep
from api.pages.catalogue import results
from api.pages.catalogue_form import CatalogueForm
from api.pages.rendering import render
from matcher.search.institutions import all_institutions, institution_page, team_page
from matcher.text.organisations import organisation_key

router = APIRouter()
PAGE_LENGTH = 50
"""Institutions on a page."""


@router.get("/institutions")
def institutions(
    request: Request, catalogue: CatalogueDep, form: Annotated[CatalogueForm, Query()]
) -> Response:
    """List the institutions with patents, those whose name has the words."""
    listed = all_institutions(catalogue.search.snapshot(date.today()))
    key = organisation_key(form.words)
    if key:
        listed = [entry for entry in listed if key in organisation_key(entry.name)]
    pages = max(1, -(-len(listed) // PAGE_LENGTH))
    page = min(form.page, pages)
    return render(
        request,
        "institutions",
        form=form,
        entries=listed[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH],
        total=len(listed),
        number=page,
        pages=pages,
    )


@router.get("/institutions/{name:path}/teams/{team:path}")
def team(
    request: Request,
    catalogue: CatalogueDep,
    name: str,
    team: str,
    form: Annotated[CatalogueForm, Query()],
) -> Response:
    """Show a team: its fields, its partners and its patents."""
    today = date.today()
    shown = team_page(catalogue.search.snapshot(today), name, team)
    query = form.model_copy(
        update={"institution": shown.institution, "team": shown.entry.name, "legal_status": ["all"]}
    ).to_query()
    listed = results(catalogue, query, form.page, today)
    return render(request, "team", team=shown, results=listed, form=form, today=today)


@router.get("/institutions/{name:path}")
def institution(request: Request, catalogue: CatalogueDep, name: str) -> Response:
    """Show an institution: its patents in numbers, its teams, its office."""
    today = date.today()
    shown = institution_page(catalogue.search.snapshot(today), name)
    return render(request, "institution", institution=shown)
