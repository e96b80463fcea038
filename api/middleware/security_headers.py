"""Security headers, which restrict what browsers do with the answers."""

import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import API, DOCUMENTATION, is_page, route_path

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_STS = "max-age=31536000; includeSubDomains"
_PAGE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    # A form that is posted from a page says from where, which tells it from a foreign one.
    "Referrer-Policy": "same-origin",
}
"""Headers of our own pages: nothing inline, nothing foreign."""
_HTML = "text/html"
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class SecurityHeaders:
    """Adds the headers to every answer; a header that a handler set stays."""

    def __init__(self, app: ASGIApp, behind_tls: bool) -> None:
        self._app = app
        self._more = {"Strict-Transport-Security": _STS} if behind_tls else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = route_path(scope)
        headers = {"Content-Security-Policy": _NOTHING, **_ALWAYS, **self._more}
        if is_page(path) or path.startswith(API):
            headers["Cache-Control"] = "no-store"
        held_start: Message | None = None

        async def adding_send(message: Message) -> None:
            nonlocal held_start
            if message["type"] == "http.response.start":
                answer_headers = MutableHeaders(scope=message)
                if is_page(path) and answer_headers.get("content-type", "").startswith(_HTML):
                    headers.update(_PAGE)
                for name, value in headers.items():
                    answer_headers.setdefault(name, value)
                if path in DOCUMENTATION and message["status"] == 200:
                    held_start = message  # its policy depends on the scripts in the body
                    return
            elif held_start is not None:
                start, held_start = held_start, None
                policy = _documentation_policy(message.get("body", b""))
                MutableHeaders(scope=start)["Content-Security-Policy"] = policy
                await send(start)
            await send(message)

        await self._app(scope, receive, adding_send)


def _documentation_policy(page: bytes) -> str:
    """Return the policy of the documentation page: our own files and the scripts in the page.

    Only for that page, as it shows nothing that a client sent.
    """
    digests = [
        b64encode(sha256(script).digest()).decode() for script in _INLINE_SCRIPT.findall(page)
    ]
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'"
    )
