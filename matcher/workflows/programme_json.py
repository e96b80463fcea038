"""Records and reminders as JSON objects, the same for the command line and the API."""

from datetime import date
from decimal import Decimal

from matcher.labels import label
from matcher.needs.record import NeedRecord
from matcher.programme.fields import Value
from matcher.programme.kinds import KINDS
from matcher.programme.record import Record
from matcher.store.programme import Reminder
from matcher.types import Json


def record_json(record: Record) -> Json:
    """Return a record as a JSON object; a sum of money is a text, so that it stays exact."""
    return {
        "id": record.id,
        **{name: _plain(value) for name, value in record.values.items()},
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "version": record.version,
    }


def reminder_json(reminder: Reminder, today: date) -> Json:
    """Return a reminder as a JSON object."""
    return {
        "due_on": reminder.due_on.isoformat(),
        "is_overdue": reminder.due_on < today,
        "what": label(KINDS[reminder.kind].due(reminder.due).what),
        "kind": reminder.kind,
        "record": reminder.record,
        "number": reminder.number,
        "patent": reminder.patent,
        "institution": reminder.institution,
        "enterprise": reminder.enterprise,
    }


def wish_json(need: NeedRecord) -> Json:
    """Return a pledge wish as a JSON object: the need and its enterprise, no person."""
    return {
        "need": need.id,
        "enterprise": need.details.enterprise,
        "credit_code": need.details.credit_code,
        "region": need.details.region,
        "industry": need.details.industry,
        "title": need.details.title,
        "budget_wan": need.details.budget_wan,
        "stated_on": need.created_at.date().isoformat(),
    }


def _plain(value: Value) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value
