"""The pages of the server, and what they need."""

from fastapi import Depends, FastAPI

from api.pages import access, assets, sitemap
from api.pages.access import authorise_page
from api.pages.account import router as account_router
from api.pages.ask import router as ask_router
from api.pages.basket import router as basket_router
from api.pages.catalogue import router as catalogue_router
from api.pages.catalogue_files import router as catalogue_file_router
from api.pages.compare import router as compare_router
from api.pages.csrf import check_form
from api.pages.imports import router as import_router
from api.pages.institutions import router as institution_router
from api.pages.navigation import router as navigation_router
from api.pages.navigation_demand import router as demand_router
from api.pages.patent import router as patent_router
from api.pages.proposals import router as proposal_router
from api.pages.sign_in import account_router as sign_out_router
from api.pages.sign_in import router as sign_in_router

_ROUTERS = (
    ask_router,
    patent_router,
    compare_router,
    basket_router,
    navigation_router,
    demand_router,
    account_router,
    sign_out_router,
    import_router,
    catalogue_router,
    catalogue_file_router,
    institution_router,
    proposal_router,
)
"""Routes of pages: each has a rule in `api.access.rules`."""


def install(app: FastAPI) -> None:
    """Add the pages and their static files to the app."""
    for router in _ROUTERS:
        allowed = [Depends(authorise_page), Depends(check_form)]
        app.include_router(router, dependencies=allowed, include_in_schema=False)
    app.include_router(sign_in_router, dependencies=[Depends(check_form)], include_in_schema=False)
    access.install(app)
    assets.install(app)
    sitemap.install(app)
