"""Protection of changes against foreign pages (CSRF): one check for every page that is posted.

A form sends back the token that its page showed, which only who has the cookie can make; a script
sends it as a header. In addition the browser's own word on who sent the form counts.
"""

from urllib.parse import urlsplit

from fastapi import Request

from matcher.access.sessions import form_token, is_form_token
from matcher.errors import ForbiddenError
from matcher.language.messages import _

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_READING = frozenset({"GET", "HEAD"})


def token_of(request: Request) -> str:
    """Return the token for the forms of the page."""
    return form_token(request.state.form_secret)


async def check_form(request: Request) -> None:
    """Raise ForbiddenError for a change that no page of this server asked for."""
    if request.method in _READING:
        return
    check_origin(request)
    sent = request.headers.get(HEADER)
    if sent is None:
        written = (await request.form()).get(FIELD)
        sent = written if isinstance(written, str) else ""
    if not is_form_token(sent, request.state.form_secret):
        await request.close()  # no handler takes the files that came with it
        raise ForbiddenError(
            _(
                "this form is out of date, or the browser keeps no cookies of this server: allow "
                "them, open the page again and send the form once more"
            )
        )


def check_origin(request: Request) -> None:
    """Raise ForbiddenError for a form that another site's page sends.

    Browsers say so over TLS and on the loopback; else the origin is compared, if they name it.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_own = site in ("same-origin", "none")
    else:
        is_own = origin is None or urlsplit(origin).netloc == request.url.netloc
    if not is_own:
        raise ForbiddenError(_("this form was not sent from a page of this server: open it again"))
