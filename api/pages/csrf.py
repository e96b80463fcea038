"""Protection of changes against foreign pages (CSRF)."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from matcher.errors import ForbiddenError
from matcher.language.messages import _


def check_origin(request: Request) -> None:
    """Raise ForbiddenError for a form that another site's page sends."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise _foreign()
    if origin is not None and urlsplit(origin).netloc != request.url.netloc:
        raise _foreign()


SameOrigin = Annotated[None, Depends(check_origin)]
"""Parameter of a handler of a posted form."""


def _foreign() -> ForbiddenError:
    return ForbiddenError(_("this form was not sent from a page of this server: open it again"))
