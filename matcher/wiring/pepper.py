"""The pepper of keys and sessions, which all servers of a database share."""

from sqlalchemy import Connection

from matcher.access import api_keys
from matcher.settings import Settings
from matcher.store import open_access
from matcher.store.database import Store


def pepper_for_new(settings: Settings, store: Store) -> bytes:
    """Return the pepper for a new key or account; the first one of a database makes it.

    Raises InputError where there are some already and their pepper is not here: with another one
    the earlier ones would be refused.
    """
    with store.reading() as connection:
        pepper = needed_pepper(settings, connection)
    return pepper or api_keys.make_pepper(settings.home, settings.pepper)


def needed_pepper(settings: Settings, connection: Connection) -> bytes | None:
    """Return the pepper of the keys and accounts of a database; None where there are none.

    Raises InputError where it is missing.
    """
    if open_access.is_open(connection):
        return None
    return api_keys.read_pepper(settings.home, settings.pepper)
