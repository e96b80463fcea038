"""The middleware stack that every request passes before it reaches a route."""

import re

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from api.access.auth import Authenticator
from api.engine.thread_queue import ThreadQueue
from api.http.paths import IMPORT
from api.middleware.admission import Admission
from api.middleware.body_limit import LARGER_BODIES, BodyLimit
from api.middleware.form_cookie import FormCookie
from api.middleware.head_requests import HeadRequests
from api.middleware.json_bodies import JsonBodies
from api.middleware.language import RequestLanguage
from api.middleware.message_framing import MessageFraming
from api.middleware.page_problems import PageProblems
from api.middleware.rate_limits import RateLimits
from api.middleware.request_limits import RequestLimits
from api.middleware.request_log import RequestLog
from api.middleware.search_engines import SearchEngines
from api.middleware.security_headers import SecurityHeaders
from api.middleware.time_limit import TimeLimit
from api.middleware.trusted_hosts import TrustedHosts
from api.middleware.unexpected_errors import UnexpectedErrors
from matcher.settings import Settings

REQUEST_ID = "X-Request-ID"
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")
"""A UUID with or without dashes: it goes into the log, so it must not carry a message."""
_READABLE = (REQUEST_ID, "RateLimit", "RateLimit-Policy", "Retry-After", "ETag", "Location")
_SENDABLE = ("Authorization", "Content-Type", "If-Match", "Idempotency-Key", REQUEST_ID)


def install(app: FastAPI, settings: Settings, authenticator: Authenticator) -> None:
    """Add the stack to the app. Raises InputError for a setting that cannot be used."""
    limits = RateLimits(settings)
    app.state.rate_limits = limits
    app.state.authenticator = authenticator
    app.state.thread_queue = queue = ThreadQueue(settings.wait_seconds)
    outermost_first = [
        Middleware(CorrelationIdMiddleware, header_name=REQUEST_ID, validator=_is_request_id),
        Middleware(RequestLog, metrics=app.state.metrics),
        Middleware(
            RequestLanguage,
            default=settings.language,
            page_default=settings.language if "language" in settings.model_fields_set else "zh",
        ),
        Middleware(SecurityHeaders, behind_tls=settings.behind_tls),
        Middleware(MessageFraming),
        Middleware(SearchEngines, settings=settings),
        Middleware(HeadRequests),
        Middleware(PageProblems),
        Middleware(TimeLimit, seconds=settings.request_seconds, slow_bodies=(IMPORT,)),
        Middleware(UnexpectedErrors),
        Middleware(TrustedHosts, allowed=settings.allowed_hosts),
        *_cors(settings),
        Middleware(RequestLimits),
        Middleware(Admission, authenticator=authenticator, limits=limits, queue=queue),
        Middleware(BodyLimit, larger={**LARGER_BODIES, IMPORT: settings.import_bytes}),
        Middleware(JsonBodies),
        Middleware(FormCookie, behind_tls=settings.behind_tls),
    ]
    for middleware in reversed(outermost_first):
        app.add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)


def _cors(settings: Settings) -> list[Middleware]:
    """Return the CORS middleware if the settings name origins; it never allows cookies."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_SENDABLE,
            expose_headers=_READABLE,
        )
    ]


def _is_request_id(sent: str) -> bool:
    return _REQUEST_ID.fullmatch(sent) is not None
