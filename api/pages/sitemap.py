"""Notices to search engines: robots.txt, and the addresses of the catalogue (sitemaps.org)."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import quote
from xml.sax.saxutils import escape

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from api.engine.dependencies import CatalogueDep, SettingsDep
from api.http.search_engines import LISTED, LISTED_FOLDERS, are_invited
from matcher.search.catalogue import Catalogue
from matcher.search.catalogue_query import CatalogueQuery
from matcher.search.institutions import all_institutions
from matcher.store import patents

PART_LENGTH = 10_000
"""Addresses of one part; the protocol allows 50,000."""
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def install(app: FastAPI) -> None:
    """Serve robots.txt, which anybody may read, and the sitemap where engines are invited."""
    app.get("/robots.txt", include_in_schema=False)(robots)
    app.get("/sitemap.xml", include_in_schema=False)(sitemap)
    app.get("/sitemap-{part}.xml", include_in_schema=False)(sitemap_part)


async def robots(request: Request, settings: SettingsDep) -> PlainTextResponse:
    """Tell search engines which pages they may read: none, unless it is set."""
    root = request.scope.get("root_path", "")
    lines = ["User-agent: *"]
    if are_invited(settings):
        files = [f"Disallow: {root}/catalogue.{ending}" for ending in ("pdf", "xlsx", "csv")]
        allowed = [f"Allow: {root}{path}" for path in (*LISTED, *LISTED_FOLDERS, "/static/")]
        lines += [*files, *allowed, "Disallow: /", f"Sitemap: {_base(request)}/sitemap.xml"]
    else:
        lines.append("Disallow: /")
    return PlainTextResponse("\n".join(lines) + "\n")


def sitemap(request: Request, settings: SettingsDep, catalogue: CatalogueDep) -> Response:
    """List the parts of the sitemap. Raises HTTPException where engines are not invited."""
    _check_invited(settings)
    count = len(_rows(catalogue))
    parts = range(1 + -(-count // PART_LENGTH))
    base = _base(request)
    return _xml("sitemapindex", "sitemap", (f"{base}/sitemap-{part}.xml" for part in parts))


def sitemap_part(
    request: Request, settings: SettingsDep, catalogue: CatalogueDep, part: int
) -> Response:
    """List the addresses of one part: 0 has shelves and institutions, the others patents."""
    _check_invited(settings)
    base = _base(request)
    if part == 0:
        snapshot = catalogue.search.snapshot(date.today())
        names = [entry.name for entry in all_institutions(snapshot)]
        paths = [*LISTED, *(f"/institutions/{quote(name, safe='')}" for name in names)]
        return _xml("urlset", "url", (base + path for path in paths[: 5 * PART_LENGTH]))
    rows = _rows(catalogue)[(part - 1) * PART_LENGTH : part * PART_LENGTH] if part > 0 else []
    if not rows:
        raise HTTPException(404)
    with catalogue.store.reading() as connection:
        ids = patents.ids_of(connection, rows)
    return _xml("urlset", "url", (f"{base}/patents/{quote(identity)}" for identity in ids))


def _check_invited(settings: SettingsDep) -> None:
    if not are_invited(settings):
        raise HTTPException(404)


def _rows(catalogue: Catalogue) -> list[int]:
    """Return the rows of the patents that are not lapsed, in their order."""
    rows: list[int] = sorted(catalogue.search.find(CatalogueQuery(), date.today()).rows.tolist())
    return rows


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _xml(root: str, item: str, addresses: Iterable[str]) -> Response:
    items = "".join(f"<{item}><loc>{escape(address)}</loc></{item}>\n" for address in addresses)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SCHEMA}">\n{items}</{root}>\n'
    )
    return Response(content, media_type="application/xml")
