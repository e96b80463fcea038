"""Paths of requests: those of the API, those of pages, and the rest."""

from starlette.types import Scope

API = "/v1/"
IMPORT = "/import"
"""Path that files are sent to, which may be large and take long."""
STATIC = "/static/"
DOCUMENTATION = ("/docs", "/docs/oauth2-redirect")
METRICS = "/metrics"
_SERVICE = ("/healthz", "/readyz", METRICS, "/openapi.json", *DOCUMENTATION)
_SERVICE_FOLDERS = (API, STATIC, "/static-offline-docs")


def route_path(scope: Scope) -> str:
    """Return the path as routes see it: without the prefix at which a gateway mounts the app."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def is_page(path: str) -> bool:
    """True for the path of a page, or of nothing: a person is shown that there is no such page."""
    return path not in _SERVICE and not path.startswith(_SERVICE_FOLDERS)
