"""Webhooks: who is told of events, and what became of each telling."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import from_record_cursor, record_page
from api.schemas.webhooks import (
    DeliveriesRequest,
    DeliveriesView,
    NewWebhookView,
    PageOfRequest,
    WebhookRequest,
    WebhooksView,
)
from matcher.access import encryption
from matcher.ids import new_id
from matcher.matches.webhook import (
    Webhook,
    check_url,
    delivery_json,
    new_secret,
    webhook_json,
)
from matcher.settings import Settings
from matcher.store import audit, outbox
from matcher.store import webhooks as stored
from matcher.store.schema.times import now

router = APIRouter(tags=["webhooks"])


@router.post(
    "/v1/webhooks",
    status_code=201,
    response_model=NewWebhookView,
    summary="Have events told to an address",
    responses=problems.documented(
        problems.MALFORMED_BODY,
        problems.CONFLICT,
        problems.CONTENT_TOO_LARGE,
        problems.UNSUPPORTED_MEDIA_TYPE,
        problems.INVALID_REQUEST,
        problems.DATABASE_UNAVAILABLE,
    ),
)
def create(request: Request, asked: WebhookRequest, allowed: Allowed) -> JSONResponse:
    """Make a webhook (回调) and show its secret, this once.

    It is told of what its key may see, by signed messages in the form of Standard Webhooks that
    hold ids and states only. docs/webhooks.md shows how to verify one.
    """
    settings: Settings = request.app.state.settings
    check_url(
        asked.url,
        allow_http=settings.webhook_allow_http,
        allow_private=settings.webhook_allow_private,
    )
    secret = new_secret()
    webhook = Webhook(
        id=new_id("webhook"),
        created_by=allowed.caller.key,
        url=asked.url,
        events=tuple(asked.events),
        secret=encryption.seal(encryption.cipher(settings.contact_key), {"secret": secret}),
        created_at=now(),
    )
    with engine_of(request).catalogue().store.writing() as connection:
        stored.add(connection, webhook)
        details = {"host": urlsplit(webhook.url).hostname, "events": ",".join(webhook.events)}
        audit.append(
            connection,
            by=allowed.caller,
            action="webhook.created",
            subject=webhook.id,
            details=details,
        )
    return JSONResponse({**webhook_json(webhook), "secret": secret}, 201)


@router.get(
    "/v1/webhooks",
    response_model=WebhooksView,
    summary="The webhooks there are",
    responses=problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE),
)
def listed(
    request: Request, asked: Annotated[PageOfRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """Those that this key made; an admin sees all. Secrets are not shown."""
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        found = stored.each(
            connection, stored.seen_by(allowed.caller), after=after, limit=asked.limit + 1
        )
    return record_page("webhooks", found, asked.limit, webhook_json, lambda one: one.created_at)


@router.delete(
    "/v1/webhooks/{webhook}",
    status_code=204,
    response_class=Response,
    summary="Have no more events told",
    responses=problems.documented(
        problems.WEBHOOK_NOT_FOUND, problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE
    ),
)
def delete(request: Request, webhook: str, allowed: Allowed) -> Response:
    """Delete a webhook, with what still was to be sent to it."""
    with engine_of(request).catalogue().store.writing() as connection:
        stored.remove(connection, webhook, stored.seen_by(allowed.caller))
        audit.append(connection, by=allowed.caller, action="webhook.deleted", subject=webhook)
    return Response(status_code=204)


@router.get(
    "/v1/webhooks/{webhook}/deliveries",
    response_model=DeliveriesView,
    summary="What was sent to a webhook, and what was given up",
    responses=problems.documented(
        problems.WEBHOOK_NOT_FOUND, problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE
    ),
)
def sent(
    request: Request,
    webhook: str,
    asked: Annotated[DeliveriesRequest, Query()],
    allowed: Allowed,
) -> JSONResponse:
    """The deliveries of a webhook (投递记录), the latest first; `state=dead` lists the failed."""
    after = None if asked.cursor is None else from_record_cursor(asked.cursor)
    with engine_of(request).catalogue().store.reading() as connection:
        stored.find(connection, webhook, stored.seen_by(allowed.caller))
        found = outbox.page(
            connection,
            webhook_id=webhook,
            state=asked.state,
            after=after,
            limit=asked.limit + 1,
        )
    return record_page("deliveries", found, asked.limit, delivery_json, lambda one: one.made_at)
