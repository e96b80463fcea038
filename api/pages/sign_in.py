"""The pages on which people sign in and out."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from api.access import cookies
from api.access.auth import pepper_of
from api.engine.dependencies import SettingsDep, StoreDep
from api.http import problems
from api.middleware import rate_limits
from api.middleware.rate_limits import RateLimits
from api.pages.access import page_access
from api.pages.next_page import FIRST, next_path
from api.pages.rendering import render
from matcher.access.roles import OPEN_CALLER, Caller
from matcher.access.sessions import known_browser_token
from matcher.errors import UnauthenticatedError
from matcher.language.messages import _
from matcher.settings import Settings
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows import sign_in as workflow
from matcher.workflows.sign_in import SignedIn

router = APIRouter()
"""Routes that answer to everybody; they show no record."""
account_router = APIRouter()
"""Routes for those who have signed in."""
NAME_CHARACTERS = 100
PASSWORD_CHARACTERS = 1_000
Next = Annotated[str, Query(alias="next")]


@router.get("/sign-in")
async def sign_in(
    request: Request, settings: SettingsDep, wanted: Next = "/", ended: str = ""
) -> Response:
    """Show the form, or why there is none."""
    if request.state.signed_in is not None:
        return redirect(request, _first_page(request, request.state.caller, wanted))
    return _page(request, settings, wanted, ended=bool(ended))


@router.post("/sign-in")
async def send_sign_in(
    request: Request,
    settings: SettingsDep,
    store: StoreDep,
    name: Annotated[str, Form(max_length=NAME_CHARACTERS)] = "",
    password: Annotated[str, Form(max_length=PASSWORD_CHARACTERS)] = "",
    key: Annotated[str, Form(max_length=PASSWORD_CHARACTERS)] = "",
    wanted: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """Begin a session, in a cookie that is new each time, and lead to the page that was wanted."""
    if request.state.caller == OPEN_CALLER or not cookies.is_private(request, settings.behind_tls):
        return _page(request, settings, wanted)
    if (refusal := await to_thread.run_sync(_over_limit, request)) is not None:
        return refusal

    def begin() -> SignedIn:
        return _begin(request, settings, store, name, password, key)

    try:
        signed_in = await to_thread.run_sync(begin, limiter=request.app.state.password_threads)
    except UnauthenticatedError as problem:
        return _page(request, settings, wanted, problem=str(problem), name=name, status=403)
    if request.state.signed_in is not None:
        await to_thread.run_sync(workflow.sign_out, store, request.state.signed_in)
    response = redirect(request, _first_page(request, signed_in.caller, wanted))
    keep_session(response, signed_in, settings)
    return response


def _first_page(request: Request, caller: Caller, wanted: str) -> str:
    """Return the page to which a sign-in leads; an auditor may not see the first one."""
    path = next_path(wanted)
    is_closed = path == FIRST and page_access(request, caller, "GET", FIRST) is None
    return "/account" if is_closed else path


@account_router.post("/sign-out")
async def sign_out(request: Request, store: StoreDep) -> Response:
    """End the session."""
    if request.state.signed_in is not None:
        await to_thread.run_sync(workflow.sign_out, store, request.state.signed_in)
    return signed_out(request)


def keep_session(response: Response, signed_in: SignedIn, settings: Settings) -> None:
    """Give the browser the session, and the sign by which it is known from now on."""
    cookies.keep(response, cookies.SESSION, signed_in.token)
    if signed_in.account is not None:
        known = known_browser_token(signed_in.account, now(), pepper_of(settings))
        cookies.keep(response, cookies.KNOWN, known)


def signed_out(request: Request) -> Response:
    """Lead to the sign-in, which says that the session has ended."""
    response = redirect(request, "/sign-in?ended=1")
    cookies.forget(response, cookies.SESSION)
    return response


def redirect(request: Request, path: str) -> Response:
    """Lead to a page of this server."""
    root = str(request.scope.get("root_path", ""))
    return RedirectResponse(f"{root}{path}", 303)


def _begin(
    request: Request, settings: Settings, store: Store, name: str, password: str, key: str
) -> SignedIn:
    pepper, moment = pepper_of(settings), now()
    if key:
        return workflow.with_key(store, key, pepper=pepper, moment=moment)
    known = request.cookies.get(cookies.KNOWN)
    return workflow.with_password(
        store, name, password, known_browser=known, pepper=pepper, moment=moment
    )


def _over_limit(request: Request) -> Response | None:
    """Count the attempt; return the refusal of an address with too many of them."""
    limits: RateLimits = request.app.state.rate_limits
    address = None if request.client is None else request.client.host
    quotas = limits.count_sign_in(rate_limits.address_key(address))
    if not any(quota.exceeded for quota in quotas):
        return None
    headers = rate_limits.headers(quotas)
    detail = _("too many attempts: try again in {seconds} seconds", seconds=headers["Retry-After"])
    return problems.respond(problems.TOO_MANY_REQUESTS, detail, headers=headers)


def _page(
    request: Request,
    settings: Settings,
    wanted: str,
    *,
    ended: bool = False,
    problem: str | None = None,
    name: str = "",
    status: int = 200,
) -> Response:
    return render(
        request,
        "sign_in",
        status,
        is_open=request.state.caller == OPEN_CALLER,
        is_private=cookies.is_private(request, settings.behind_tls),
        wanted=next_path(wanted),
        ended=ended,
        problem=problem,
        name=name,
    )
