"""Request and response models for webhooks and their deliveries."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.schemas.fields import MAX_PAGE_LENGTH, AnswerModel, RequestModel
from matcher.matches.webhook import MAX_URL_LENGTH, DeliveryState, WebhookEvent

_EVENT = "suggestion.created 新推荐, match.state_changed 跟进状态变化"
Url = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=8, max_length=MAX_URL_LENGTH)
]


class WebhookRequest(RequestModel):
    """Address and events of a webhook."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://portal.example/matcher-events",
                    "events": ["suggestion.created", "match.state_changed"],
                }
            ]
        }
    )

    url: Url = Field(description="Where to send to (回调地址): https, to a public address.")
    events: list[WebhookEvent] = Field(
        min_length=1, max_length=len(WebhookEvent), description=f"Which events: {_EVENT}."
    )

    @model_validator(mode="after")
    def _check_events(self) -> Self:
        if len(set(self.events)) < len(self.events):
            raise ValueError("an event is named twice")
        return self


class WebhookView(AnswerModel):
    """A webhook (回调)."""

    id: str = Field(description="`webhook_…`")
    url: str = Field(description="Where it sends to (回调地址).")
    events: list[WebhookEvent] = Field(description=f"Which events: {_EVENT}.")
    created_by: str = Field(description="The id of the key (密钥) that made it.")
    created_at: datetime = Field(description="When it was made (创建时间), UTC.")


class NewWebhookView(WebhookView):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(
        description="Verifies the signatures (签名密钥): keep it, it is not shown again."
    )


class WebhooksView(AnswerModel):
    """The webhooks of this key; of all keys for an admin."""

    webhooks: list[WebhookView] = Field(description="The oldest first; a key has twenty at most.")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")


class PageOfRequest(RequestModel):
    """A page of a list."""

    limit: int = Field(default=20, ge=1, le=MAX_PAGE_LENGTH, description="How many are wanted.")
    cursor: Annotated[str, Field(max_length=100)] | None = Field(
        default=None,
        description="The `next_cursor` of the page before; without it, the first page.",
    )


class DeliveriesRequest(PageOfRequest):
    """Page of deliveries, by state."""

    state: DeliveryState | None = Field(
        default=None, description="waiting 待发送, delivered 已送达, dead 已放弃; all if left out."
    )


class DeliveryView(AnswerModel):
    """Delivery of one event to a webhook."""

    id: str = Field(description="The `webhook-id` that it is sent under, each time the same.")
    event: WebhookEvent = Field(description=f"What it tells: {_EVENT}.")
    state: DeliveryState = Field(description="waiting 待发送, delivered 已送达, dead 已放弃.")
    made_at: datetime = Field(description="When the event was (事件时间), UTC.")
    due_at: datetime | None = Field(description="When it is sent next; null when it is not.")
    attempts: int = Field(description="How often it was tried (尝试次数).")
    last_status: int | None = Field(description="The receiver's HTTP status; null without answer.")
    last_error: str | None = Field(description="Why there was no answer, in few words.")
    settled_at: datetime | None = Field(description="When it was delivered or given up, UTC.")


class DeliveriesView(AnswerModel):
    """Page of the deliveries to a webhook."""

    deliveries: list[DeliveryView] = Field(description="The latest first; kept for 30 days.")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")
