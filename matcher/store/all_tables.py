"""Every table of the database: importing this module is what makes `metadata` whole."""

from matcher.store import schema_audit as schema_audit
from matcher.store import schema_contacts as schema_contacts
from matcher.store import schema_events as schema_events
from matcher.store import schema_idempotency as schema_idempotency
from matcher.store import schema_keys as schema_keys
from matcher.store import schema_needs as schema_needs
from matcher.store import schema_programme as schema_programme
from matcher.store import schema_suggestions as schema_suggestions
from matcher.store import schema_webhooks as schema_webhooks
from matcher.store.schema import metadata

__all__ = ["metadata"]
