"""Rendering of pages: the templates, and what every page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from asgi_correlation_id import correlation_id
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.http.paths import route_path
from api.http.search_engines import is_listed
from api.pages import assets, basket_cookie, csrf
from api.pages.access import page_access
from api.pages.problem_words import in_words
from api.pages.template_words import WORDS
from matcher.access.roles import OPEN_CALLER, VISITOR_CALLER, Caller
from matcher.language.choice import Language, current_language
from matcher.language.messages import _
from matcher.language.messages import gettext_noop as N_  # noqa: N812 - its usual name

NAVIGATION = (
    ("/", N_("Ask")),
    ("/catalogue", N_("Catalogue")),
    ("/navigation", N_("Navigation")),
    ("/import", N_("Import")),
)
"""Pages of the menu: path and name; each is shown to those who may see it."""
_GRACE_SECONDS = 10
"""Time for a slow network beyond the limit of a request."""
Query = str | Sequence[str] | int | None


@dataclass(frozen=True)
class PageContext:
    """The request of a page as its template sees it."""

    request: Request

    @property
    def language(self) -> Language:
        """Language of the page."""
        return current_language()

    @property
    def caller(self) -> Caller:
        """Caller of the page; a visitor where the request failed before it was known."""
        caller: Caller = getattr(self.request.state, "caller", VISITOR_CALLER)
        return caller

    @property
    def is_signed_in(self) -> bool:
        """True if the caller has a session."""
        return self.caller not in (OPEN_CALLER, VISITOR_CALLER)

    @property
    def request_id(self) -> str:
        """Id of the request, which the log has too."""
        return correlation_id.get() or ""

    @property
    def latest_answer(self) -> float:
        """Seconds after which a page is whole, or never will be."""
        seconds: float = self.request.app.state.settings.request_seconds
        return seconds + _GRACE_SECONDS

    @property
    def path(self) -> str:
        """Path of the page without a gateway's prefix."""
        return route_path(self.request.scope)

    @cached_property
    def basket(self) -> tuple[str, ...]:
        """Numbers of the patents in the basket."""
        return basket_cookie.read(self.request)

    @property
    def csrf_token(self) -> str:
        """Token that every posted form sends back; empty where the request failed early."""
        return csrf.token_of(self.request) if hasattr(self.request.state, "form_secret") else ""

    @property
    def address(self) -> str:
        """Address of this page on this server, with its parameters."""
        query = self.request.scope["query_string"].decode("latin-1")
        return self.path + (f"?{query}" if query else "")

    @property
    def canonical(self) -> str | None:
        """Address of this page for search engines; None where they may not list it."""
        query = self.request.scope["query_string"].decode("latin-1")
        if not is_listed(self.request.app.state.settings, self.path, query):
            return None
        kept = [pair for pair in parse_qsl(query) if pair[0] == "page"]
        address = str(self.request.base_url).rstrip("/") + quote(self.path)
        return address + (f"?{urlencode(kept)}" if kept else "")

    def url(self, path: str, /, **query: Query) -> str:
        """Return the address of a page of this server; an empty value is left out."""
        pairs = [
            (name, value)
            for name, values in query.items()
            for value in ([values] if isinstance(values, str | int) else values or ())
            if value != ""
        ]
        root = str(self.request.scope.get("root_path", ""))
        return f"{root}{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    def here(self, **query: Query) -> str:
        """Return the address of this page with some parameters replaced; None removes one.

        After a change that was posted, that is the page without parameters.
        """
        sent = parse_qsl(self.request.scope["query_string"].decode("latin-1"))
        kept: dict[str, Any] = {}
        for name, value in sent:
            kept.setdefault(name, []).append(value)
        return self.url(self.path, **(kept | query))

    def asset(self, name: str) -> str:
        """Return the address of a static file; it changes with the content."""
        return self.url(f"{assets.FOLDER_PATH}{name}")

    def may(self, method: str, path: str) -> bool:
        """True if the caller may use the route, by the one table."""
        return page_access(self.request, self.caller, method, path) is not None


def path_part(name: str) -> str:
    """Return a name as one part of an address, whatever characters it has."""
    return quote(name, safe="")


def render(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render a page: `template` is its name without the ending."""
    return HTMLResponse(html_of(request, template, **values), status, headers)


def html_of(request: Request, template: str, **values: Any) -> str:
    """Render a template to HTML; `values` are its variables besides `page`."""
    rendered = _environment().get_template(f"{template}.html.j2")
    return rendered.render(page=PageContext(request), **values)


def error_page(
    request: Request, problem: Mapping[str, Any], headers: Mapping[str, str]
) -> HTMLResponse:
    """Render the page of a problem (RFC 9457): its title, what to do, the request's id."""
    status = int(problem["status"])
    title, detail = in_words(problem)
    is_passing = status == 503 and request.method == "GET"
    values = {"title": title, "detail": detail, "is_passing": is_passing}
    return render(request, "error", status, headers, **values)


def _navigation(page: PageContext) -> list[tuple[str, str]]:
    """Return path and name of the pages of the menu that the caller may see."""
    return [(path, _(name)) for path, name in NAVIGATION if page.may("GET", path)]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        auto_reload=False,  # an upgrade of the files does not reach the server that runs
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(WORDS)
    environment.filters["path_part"] = path_part
    environment.globals["navigation"] = _navigation
    return environment
