"""Clients of pages that behave as a browser: they ask for HTML, keep cookies, send forms."""

import re
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from api.access import cookies
from api.app import create_app
from api.pages import csrf
from matcher.access import sessions
from matcher.settings import Settings
from tests.support.accounts import NAME, PASSWORD

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ADDRESS = "https://localhost"
"""Address at which a browser takes secure cookies."""
Answered = Literal["shown", "refused", "sign-in"]
_REFUSAL = "您的角色无权查看此页"
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


class Browser(TestClient):
    """Browser that sends the token of its forms with all that it posts, as our pages do."""

    def request(self, method: Any, url: Any, **more: Any) -> Response:
        """Send a request; it opens a page before the first form."""
        if method not in ("GET", "HEAD"):
            more["headers"] = {csrf.HEADER: self._token(), **(more.get("headers") or {})}
        answer: Any = super().request(method, url, **more)
        response: Response = answer
        return response

    def _token(self) -> str:
        names = (cookies.SESSION, cookies.FORM, cookies.FORM_IN_CLEAR)
        if not any(name in self.cookies for name in names):
            self.get("/sign-in")
        kept = next(name for name in names if name in self.cookies)
        return sessions.form_token(self.cookies[kept])


def served(settings: Settings, **changes: object) -> TestClient:
    """Return a browser at the server of these settings; it follows no redirect by itself."""
    app = create_app(settings.model_copy(update=changes) if changes else settings)
    return Browser(app, headers=BROWSER, follow_redirects=False)


def browser(app: FastAPI, address: str = ADDRESS) -> TestClient:
    """Return a Chinese browser at a server; it sends of a form only what it is told to."""
    client = TestClient(app, address, headers=BROWSER, follow_redirects=False)
    plant(client, "lang", "zh")
    return client


def plant(client: TestClient, name: str, value: str) -> None:
    """Put a cookie of this server into the browser, in place of one of the same name."""
    host = client.base_url.host
    domain = host if "." in host else f"{host}.local"  # as the jar names a host without a dot
    client.cookies.set(name, value, domain=domain)


def form_token(client: TestClient, path: str = "/sign-in") -> str:
    """Open a page and return the token of its forms."""
    shown = _TOKEN.search(client.get(path).text)
    assert shown is not None, path
    return shown[1]


def post(client: TestClient, path: str, page: str | None = None, **fields: str) -> Response:
    """Open the page with the form, by default the same path, and send it as a browser does."""
    token = form_token(client, page or path)
    headers = {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    answer: Any = client.post(path, data={"csrf_token": token, **fields}, headers=headers)
    response: Response = answer
    return response


def sign_in(client: TestClient, name: str = NAME, password: str = PASSWORD) -> None:
    """Sign in with an account; it must succeed."""
    answer = post(client, "/sign-in", name=name, password=password)
    assert answer.status_code == 303, answer.text


def answered(answer: Any) -> Answered:
    """Return how a page answered a caller; without an index, 503 is an answer, too."""
    assert answer.status_code != 500, answer.text
    if re.fullmatch(r"/sign-in(\?next=.*)?", answer.headers.get("location", "")):
        return "sign-in"
    return "refused" if answer.status_code == 403 and _REFUSAL in answer.text else "shown"
