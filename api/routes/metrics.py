"""Route of the figures for Prometheus, and who may read them."""

import hmac
from ipaddress import ip_address
from typing import cast

from anyio import to_thread
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api.access.auth import Authenticator, bearer_token
from api.engine.dependencies import SettingsDep
from api.engine.metrics import Metrics
from api.http import problems
from api.http.paths import METRICS
from api.middleware import rate_limits
from api.middleware.rate_limits import RateLimits
from matcher.access.roles import OPEN_CALLER, Role
from matcher.errors import ForbiddenError, UnauthenticatedError
from matcher.language.messages import _
from matcher.settings import Settings

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers by which a gateway shows itself: then the loopback says nothing of who asks."""

router = APIRouter()


@router.get(METRICS, include_in_schema=False)
async def metrics(request: Request, settings: SettingsDep) -> Response:
    """Return the figures of this server."""
    try:
        await to_thread.run_sync(_check, request, settings)
    except UnauthenticatedError:
        limits: RateLimits = request.app.state.rate_limits
        address = rate_limits.address_key(request.client.host if request.client else None)
        quotas = await to_thread.run_sync(limits.count_refused, address)
        if not any(quota.exceeded for quota in quotas):
            raise
        told = rate_limits.headers(quotas)
        detail = _(
            "too many requests: send the next one in {seconds} seconds",
            seconds=told["Retry-After"],
        )
        return problems.respond(problems.TOO_MANY_REQUESTS, detail, headers=told)
    own: Metrics = request.app.state.metrics
    # In the event loop, to which the queues belong; it takes a few milliseconds.
    return Response(
        own.text(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


def _check(request: Request, settings: Settings) -> None:
    """Let in the metrics' token and keys of operators; without keys and token, this machine.

    The token is looked at first, so the figures are there while the database is not. Raises
    UnauthenticatedError, ForbiddenError, StoreError.
    """
    sent, token = bearer_token(request.headers), settings.metrics_token
    if sent and token and hmac.compare_digest(sent.encode(), token.get_secret_value().encode()):
        return
    authenticator = cast(Authenticator, request.app.state.authenticator)
    caller = authenticator.authenticate(sent)
    if caller.role is Role.ADMIN:
        return
    if caller is not OPEN_CALLER or token is not None or not _is_on_this_machine(request):
        raise ForbiddenError(
            _("metrics are for the holder of MATCHER_METRICS_TOKEN and for keys of the role admin")
        )


def _is_on_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
