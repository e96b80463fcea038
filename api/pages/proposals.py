"""The page of proposals: patents for a pool and members for an alliance that wait for a word."""

from collections.abc import Callable

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.access.auth import Access
from api.engine.dependencies import StoreDep
from api.pages.access import PageAccess
from api.pages.rendering import render
from api.pages.sign_in import redirect
from matcher.store.database import Store
from matcher.workflows import programme_joining
from matcher.workflows.programme_joining import Proposal

router = APIRouter()


@router.get("/proposals")
async def proposals(request: Request, store: StoreDep, access: PageAccess) -> Response:
    """Show what waits for the word of the caller."""
    waiting = await to_thread.run_sync(_waiting, store, access)
    return render(request, "proposals", proposals=waiting)


@router.post("/proposals/{record}/accept")
async def accept(request: Request, store: StoreDep, access: PageAccess, record: str) -> Response:
    """Accept a proposal."""
    await to_thread.run_sync(_decide, store, access, record, programme_joining.accept)
    return redirect(request, "/proposals")


@router.post("/proposals/{record}/decline")
async def decline(request: Request, store: StoreDep, access: PageAccess, record: str) -> Response:
    """Decline a proposal, which is deleted."""
    await to_thread.run_sync(_decide, store, access, record, programme_joining.decline)
    return redirect(request, "/proposals")


def _waiting(store: Store, access: Access) -> list[Proposal]:
    with store.reading() as connection:
        return programme_joining.proposals(connection, access.own_institution)


def _decide(store: Store, access: Access, record: str, decision: Callable[..., object]) -> None:
    """Make a decision about a proposal. Raises RecordNotFoundError, ConflictError."""
    with store.writing() as connection:
        own = access.own_institution
        kind, found = programme_joining.find_of_any_kind(connection, record, own)
        decision(connection, kind, found, by=access.caller)
