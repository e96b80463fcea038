"""Access to pages, by the same table as the API."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from api.access import auth
from api.access.auth import Access
from api.http.paths import route_path
from matcher.access.roles import Caller, Role
from matcher.errors import ForbiddenError
from matcher.language.messages import _

SIGN_IN = "/sign-in"


class SignInRequiredError(Exception):
    """Signal that the page is not for visitors: it leads to the sign-in."""


def page_access(request: Request, caller: Caller, method: str, path: str) -> Access | None:
    """Return the access of a caller to a page by its route; None where there is none.

    Visitors have access only where the server is set to show pages to the public.
    """
    if caller.role is Role.VISITOR and not request.app.state.settings.public_pages:
        return None
    return auth.access_to(caller, method, path)


def authorise_page(request: Request) -> Access:
    """Return the access of the caller to the page.

    Raises SignInRequiredError for a visitor, and ForbiddenError for a role that may not see it.
    """
    caller: Caller = request.state.caller
    access = page_access(request, caller, request.method, request.scope["route"].path)
    if access is not None:
        return access
    if caller.role is Role.VISITOR:
        raise SignInRequiredError
    raise ForbiddenError(_("your role may not see this page: sign in as somebody who may"))


PageAccess = Annotated[Access, Depends(authorise_page)]
"""Parameter of a page: the authorised caller."""


def install(app: FastAPI) -> None:
    """Let the app lead visitors to the sign-in."""
    app.add_exception_handler(SignInRequiredError, _to_sign_in)


async def _to_sign_in(request: Request, error: Exception) -> Response:
    root = str(request.scope.get("root_path", ""))
    wanted = route_path(request.scope)
    if request.url.query:
        wanted += f"?{request.url.query}"
    query = f"?{urlencode({'next': wanted})}" if request.method == "GET" else ""
    return RedirectResponse(f"{root}{SIGN_IN}{query}", 303)
