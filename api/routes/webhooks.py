"""Routes for webhooks and their deliveries."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.access.auth import Allowed
from api.engine.dependencies import SettingsDep, StoreDep
from api.http import problems
from api.http.pages import read_page, read_record_cursor, record_cursor
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
from matcher.store import audit, outbox
from matcher.store import webhooks as stored
from matcher.store.schema.times import now

router = APIRouter(tags=["webhooks"])


@router.post(
    "/v1/webhooks",
    status_code=201,
    response_model=NewWebhookView,
    summary="Have events told to an address",
    responses=problems.documented(problems.CONFLICT, *problems.TAKING_JSON),
)
def create(
    store: StoreDep, settings: SettingsDep, form: WebhookRequest, allowed: Allowed
) -> JSONResponse:
    """Create a webhook (回调) and show its secret, this once.

    It gets the events of the records that its key may see, as signed messages in the form of
    Standard Webhooks that hold ids and states only. docs/webhooks.md shows how to verify one.
    """
    check_url(
        form.url,
        allow_http=settings.webhook_allow_http,
        allow_private=settings.webhook_allow_private,
    )
    secret = new_secret()
    webhook = Webhook(
        id=new_id("webhook"),
        created_by=allowed.caller.key,
        url=form.url,
        events=tuple(form.events),
        secret=encryption.seal(encryption.cipher(settings.contact_key), {"secret": secret}),
        created_at=now(),
    )
    with store.writing() as connection:
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
    responses=problems.documented(*problems.READING),
)
def listed(
    store: StoreDep, query: Annotated[PageOfRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """List the webhooks of this key; an admin sees all. Secrets are not shown."""
    after = read_record_cursor(query.cursor)
    visible = stored.seen_by(allowed.caller)
    with store.reading() as connection:
        page = read_page(
            lambda limit: stored.each(connection, visible, after=after, limit=limit),
            query.limit,
            lambda webhook: record_cursor(webhook.created_at, webhook.id),
        )
    return page.response("webhooks", webhook_json)


@router.delete(
    "/v1/webhooks/{webhook}",
    status_code=204,
    response_class=Response,
    summary="Have no more events told",
    responses=problems.documented(problems.WEBHOOK_NOT_FOUND, *problems.READING),
)
def delete(store: StoreDep, webhook: str, allowed: Allowed) -> Response:
    """Delete a webhook, with its unsent deliveries."""
    with store.writing() as connection:
        stored.remove(connection, webhook, stored.seen_by(allowed.caller))
        audit.append(connection, by=allowed.caller, action="webhook.deleted", subject=webhook)
    return Response(status_code=204)


@router.get(
    "/v1/webhooks/{webhook}/deliveries",
    response_model=DeliveriesView,
    summary="What was sent to a webhook, and what was given up",
    responses=problems.documented(problems.WEBHOOK_NOT_FOUND, *problems.READING),
)
def sent(
    store: StoreDep,
    webhook: str,
    query: Annotated[DeliveriesRequest, Query()],
    allowed: Allowed,
) -> JSONResponse:
    """List the deliveries of a webhook (投递记录), the latest first; `state=dead` for failed."""
    after = read_record_cursor(query.cursor)
    with store.reading() as connection:
        stored.find(connection, webhook, stored.seen_by(allowed.caller))
        page = read_page(
            lambda limit: outbox.page(
                connection, webhook_id=webhook, state=query.state, after=after, limit=limit
            ),
            query.limit,
            lambda delivery: record_cursor(delivery.made_at, delivery.id),
        )
    return page.response("deliveries", delivery_json)
