"""Pages that search engines may list: the catalogue's own, and only where that is set."""

from urllib.parse import parse_qsl

from matcher.settings import Settings

LISTED = ("/catalogue", "/catalogue/open-licence", "/catalogue/sleeping", "/institutions")
LISTED_FOLDERS = ("/institutions/", "/patents/")
_PARAMETERS = frozenset({"page", "lang"})
"""Parameters of pages that are listed: a search with words or filters is nobody's page."""


def are_invited(settings: Settings) -> bool:
    """True if search engines may list pages: it is set so, and visitors may read them."""
    return settings.search_engines and settings.public_pages


def is_listed(settings: Settings, path: str, query: str) -> bool:
    """True if search engines may list the page of this path and query."""
    is_page = path in LISTED or (path.startswith(LISTED_FOLDERS) and not path.endswith("/needs"))
    parameters = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
    return are_invited(settings) and is_page and parameters <= _PARAMETERS
