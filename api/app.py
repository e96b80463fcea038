"""The app factory: settings in, a FastAPI app out. Resources open in its lifespan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from api import auth, problems
from api.body_limit import BodyLimit
from api.catalogue_routes import router as catalogue_router
from api.engine import LiveEngine
from api.match_routes import router as match_router
from api.service_routes import router as service_router
from matcher.settings import Settings

MATCHES_AT_ONCE = 4
"""Needs that are worked on together; the others wait without holding a thread."""

_ROUTERS = (match_router, catalogue_router)
"""The routes below /v1, all of them behind a key."""

_DESCRIPTION = (
    "Matches what small and medium enterprises need with the patents of universities and "
    "institutes. Errors are `application/problem+json` (RFC 9457)."
)
# Needs are confidential: nothing of a request is handed to tracing, whatever the environment says.
_NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API over the home folder that the settings name; they are read from the environment
    where none are given. Nothing is opened before the app's lifespan begins.
    """
    settings = settings or Settings()
    engine = LiveEngine(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.matching = CapacityLimiter(MATCHES_AT_ONCE)
        await to_thread.run_sync(engine.open)
        try:
            yield
        finally:
            await to_thread.run_sync(engine.close)

    app: FastAPI = FastAPIOffline(
        docs_url="/docs",
        redoc_url=None,
        title="matcher",
        version=version("matcher"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        # The validator would be asked over the network.
        swagger_ui_parameters={"validatorUrl": "none"},
        telemetry=_NO_TELEMETRY,
    )
    app.state.engine = engine
    app.state.gate = auth.Gate(engine, settings)
    for router in _ROUTERS:
        app.include_router(
            router,
            dependencies=[Depends(auth.authorise)],
            responses=problems.documented(problems.UNAUTHENTICATED, problems.FORBIDDEN),
        )
    app.include_router(service_router)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(problems.UnexpectedErrors)  # the outermost: added last
    _describe_problems(app)
    return app


def _describe_problems(app: FastAPI) -> None:
    """Add the form of a problem to the OpenAPI description, which knows only JSON answers."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        schema["components"]["schemas"].update(problems.schemas())
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
