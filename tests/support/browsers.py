"""Clients of pages that behave as a browser: they ask for HTML and keep cookies."""

from fastapi.testclient import TestClient

from api.app import create_app
from matcher.settings import Settings

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def served(settings: Settings, **changes: object) -> TestClient:
    """Return a browser at the server of these settings; it follows no redirect by itself."""
    app = create_app(settings.model_copy(update=changes) if changes else settings)
    return TestClient(app, headers=BROWSER, follow_redirects=False)
