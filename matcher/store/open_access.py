"""Open access: whether anybody may ask without a key or an account."""

from sqlalchemy import Connection, exists, or_, select

from matcher.store.schema.accounts import accounts
from matcher.store.schema.keys import api_keys

# Made once: every request without a key asks it.
_IS_CLOSED = select(or_(exists(select(api_keys.c.id)), exists(select(accounts.c.id))))


def is_open(connection: Connection) -> bool:
    """True while no key and no account was ever made: ending the last opens nothing again."""
    return not connection.execute(_IS_CLOSED).scalar_one()
