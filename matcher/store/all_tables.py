"""Every table of the database: importing this module is what makes `metadata` whole."""

from matcher.store import schema_keys as schema_keys
from matcher.store import schema_needs as schema_needs
from matcher.store.schema import metadata

__all__ = ["metadata"]
