"""The page of one's own account: role, sessions, password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.access.auth import pepper_of
from api.engine.dependencies import SettingsDep, StoreDep
from api.pages.rendering import render
from api.pages.sign_in import PASSWORD_CHARACTERS, keep_session, redirect, signed_out
from matcher.access.sessions import Session
from matcher.errors import InputError, MatcherError, UnauthenticatedError
from matcher.language.messages import _
from matcher.store import sessions
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows import sign_in as workflow
from matcher.workflows.sign_in import SignedIn

router = APIRouter()
Password = Annotated[str, Form(max_length=PASSWORD_CHARACTERS)]


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session in the list: its times, and whether it is the reader's own."""

    began: datetime
    last_seen: datetime
    is_here: bool


@router.get("/account")
async def account(request: Request, store: StoreDep, changed: str = "") -> Response:
    """Show the caller's role, sessions and the form for another password."""
    return await _page(request, store, changed=bool(changed))


@router.post("/account/password")
async def change_password(
    request: Request,
    settings: SettingsDep,
    store: StoreDep,
    present: Password = "",
    new: Password = "",
    again: Password = "",
) -> Response:
    """Replace the password, which ends every other session."""
    signed_in: SignedIn | None = request.state.signed_in
    if signed_in is None:
        return redirect(request, "/sign-in")
    here = signed_in

    def change() -> SignedIn:
        if new != again:
            raise InputError(_("the two new passwords differ"))
        pepper = pepper_of(settings)
        return workflow.change_password(store, here, present, new, pepper=pepper, moment=now())

    try:
        renewed = await to_thread.run_sync(change, limiter=request.app.state.password_threads)
    except (InputError, UnauthenticatedError) as problem:
        return await _page(request, store, problem=problem)
    response = redirect(request, "/account?changed=1")
    keep_session(response, renewed, settings)
    return response


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(request: Request, store: StoreDep) -> Response:
    """End every session of the caller."""
    if request.state.signed_in is not None:
        await to_thread.run_sync(workflow.sign_out_everywhere, store, request.state.signed_in)
    return signed_out(request)


async def _page(
    request: Request,
    store: Store,
    *,
    changed: bool = False,
    problem: MatcherError | None = None,
) -> Response:
    signed_in: SignedIn | None = request.state.signed_in
    if signed_in is None:
        return redirect(request, "/sign-in")
    return render(
        request,
        "account",
        200 if problem is None else 403,
        account=signed_in.account,
        sessions=await to_thread.run_sync(_sessions, store, signed_in),
        changed=changed,
        problem=problem and str(problem),
    )


def _sessions(store: Store, signed_in: SignedIn) -> list[ShownSession]:
    with store.reading() as connection:
        found = sessions.of_holder(connection, signed_in.caller.key, now())
    return [_shown(session, signed_in) for session in found]


def _shown(session: Session, signed_in: SignedIn) -> ShownSession:
    is_here = session.hashed == signed_in.session.hashed
    return ShownSession(session.created_at, session.last_seen_at, is_here)
