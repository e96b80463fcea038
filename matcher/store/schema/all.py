"""Every table of the database: importing this module completes `metadata`."""

from matcher.store.schema import (  # noqa: F401 - each adds its tables
    accounts,
    audit,
    contacts,
    events,
    idempotency,
    keys,
    needs,
    programme,
    servers,
    suggestions,
    webhooks,
)
from matcher.store.schema.catalogue import metadata

__all__ = ["metadata"]
