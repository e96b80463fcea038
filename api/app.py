"""App factory: settings in, a FastAPI app out. Resources open in its lifespan."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from api.access import auth
from api.engine import publication
from api.engine.background import Background
from api.engine.file_threads import FileThreads
from api.engine.import_jobs import ImportJobs
from api.engine.landscapes import Landscapes
from api.engine.live import LiveEngine
from api.engine.metrics import Metrics
from api.engine.model_threads import ModelThreads
from api.engine.other_servers import OtherServers
from api.http import idempotency, openapi_links, preconditions, problems
from api.middleware import language, stack
from api.pages import pages
from api.routes.audit import router as audit_router
from api.routes.consents import router as consent_router
from api.routes.contacts import router as contact_router
from api.routes.follow_ups import router as follow_up_router
from api.routes.funnel import router as funnel_router
from api.routes.health import router as service_router
from api.routes.match import router as match_router
from api.routes.matches import router as match_record_router
from api.routes.metrics import router as metrics_router
from api.routes.needs import router as need_router
from api.routes.patents import router as catalogue_router
from api.routes.programme import router as programme_router
from api.routes.reverse import router as reverse_router
from api.routes.suggestions import router as suggestion_router
from api.routes.webhooks import router as webhook_router
from matcher.cores import available_cores
from matcher.settings import Settings

MAX_CONCURRENT_MATCHES = min(4, available_cores())
"""Needs that are matched at the same time. Most of an answer holds the interpreter lock: with more
threads each answer takes longer, and there are no more answers."""

PASSWORDS_AT_ONCE = 2
"""Passwords that are checked at the same time, 64 MiB each. Further attempts wait without a thread,
so that a flood of them leaves the others to everybody else."""

_ROUTERS = (
    contact_router,
    consent_router,
    audit_router,
    match_router,
    need_router,
    match_record_router,
    follow_up_router,
    funnel_router,
    suggestion_router,
    webhook_router,
    reverse_router,
    catalogue_router,
    programme_router,
)
"""Routes below /v1, all of which need a key."""

_DESCRIPTION = (
    "Matches what small and medium enterprises need with the patents of universities and "
    "institutes. Errors are `application/problem+json` (RFC 9457)."
)
# Needs are confidential: nothing of a request goes to tracing, whatever the environment sets.
_NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Create the API over the home folder of the settings; None reads them from the environment.

    Nothing is opened before the app's lifespan begins.
    """
    settings = settings or Settings()
    metrics = Metrics()
    engine = LiveEngine(settings, metrics.note_stage)
    app: FastAPI = FastAPIOffline(
        docs_url="/docs",
        redoc_url=None,
        title="matcher",
        version=version("matcher"),
        description=_DESCRIPTION,
        lifespan=_lifespan(engine, settings, metrics),
        redirect_slashes=False,
        # The validator is a service in the network.
        swagger_ui_parameters={"validatorUrl": "none"},
        telemetry=_NO_TELEMETRY,
    )
    app.state.engine = engine
    app.state.metrics = metrics
    app.state.settings = settings
    app.state.import_jobs = ImportJobs(settings, metrics.note_import)
    app.state.landscapes = Landscapes(engine)
    _include_routes(app)
    problems.install(app)
    idempotency.install(app, engine, settings)
    # Around all else, so it is added last.
    stack.install(app, settings, auth.Authenticator(engine, settings))
    _complete_openapi(app)
    return app


def _lifespan(
    engine: LiveEngine, settings: Settings, metrics: Metrics
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        threads = ModelThreads(MAX_CONCURRENT_MATCHES, settings.wait_seconds)
        app.state.model_threads = threads
        app.state.password_threads = CapacityLimiter(PASSWORDS_AT_ONCE)
        app.state.file_threads = files = FileThreads(settings.wait_seconds)
        queues = {"threads": app.state.thread_queue, "model": threads.turns, "files": files.turns}
        metrics.watch(queues, engine.index_in_use)
        await to_thread.run_sync(engine.open)
        try:
            async with (
                publication.following(engine),
                OtherServers(settings).running(),
                Background(engine, settings, threads, metrics.note_deliveries).running(),
                app.state.import_jobs.running(),
            ):
                yield
        finally:
            await to_thread.run_sync(engine.close)

    return lifespan


def _include_routes(app: FastAPI) -> None:
    for router in _ROUTERS:
        app.include_router(
            router,
            dependencies=[Depends(auth.authorise), Depends(idempotency.begin)],
            responses=problems.documented(
                problems.UNAUTHENTICATED,
                problems.FORBIDDEN,
                problems.QUERY_TOO_LONG,
                problems.TOO_MANY_REQUESTS,
                problems.TOOK_TOO_LONG,
                problems.READ_ONLY,
                problems.STORAGE_FULL,
            ),
        )
    app.include_router(service_router)
    app.include_router(metrics_router)
    pages.install(app)


def _complete_openapi(app: FastAPI) -> None:
    """Add problems, preconditions, links and the idempotency key to the OpenAPI description."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        schema = described()
        schema["components"]["schemas"].update(problems.schemas())
        preconditions.describe(schema)
        openapi_links.describe(schema)
        language.describe(schema)
        idempotency.describe(schema, problems.documented(problems.IDEMPOTENCY_KEY_IN_USE)[409])
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
