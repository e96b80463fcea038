"""The pages of the server, and what they need."""

from fastapi import Depends, FastAPI

from api.pages import access, assets
from api.pages.access import authorise_page
from api.pages.ask import router as ask_router

_ROUTERS = (ask_router,)
"""Routes of pages: each has a rule in `api.access.rules`."""


def install(app: FastAPI) -> None:
    """Add the pages and their static files to the app."""
    for router in _ROUTERS:
        app.include_router(router, dependencies=[Depends(authorise_page)], include_in_schema=False)
    access.install(app)
    assets.install(app)
