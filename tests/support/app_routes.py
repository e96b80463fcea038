"""Routes and pages of the app, from the app itself."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/static/{version}/{name}",
    "/sign-in",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-{part}.xml",
}
"""Paths that answer to everybody, or have a rule of their own (tests/api/routes/test_metrics.py);
none of them shows a record."""

Route = tuple[str, str]


def routes(app: FastAPI) -> list[Route]:
    """Method and path, as the route writes it, of every route below /v1."""
    return [route for route in _methods_and_paths(app) if route[1].startswith("/v1/")]


def pages(app: FastAPI) -> list[Route]:
    """Method and path of every page."""
    return [
        (method, path)
        for method, path in _methods_and_paths(app)
        if not path.startswith("/v1/") and path not in OPEN
    ]


def page_routes(app: FastAPI) -> list[Route]:
    """Method and path of every page, and of the sign-in, which is open to everybody."""
    return [*pages(app), ("GET", "/sign-in"), ("POST", "/sign-in")]


def _methods_and_paths(app: FastAPI) -> list[Route]:
    listed = [
        (method, route.path)
        for route in listed_routes(app.routes)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    assert len(listed) == len(set(listed))
    return sorted(listed)


def listed_routes(given: Any) -> Iterator[APIRoute]:
    """Yield routes, those of included routers as well."""
    for route in given:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from listed_routes(inner.routes)
