"""The pepper of keys and sessions, which all servers of a database share."""

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
        is_first = open_access.is_open(connection)
    if is_first:
        return api_keys.make_pepper(settings.home, settings.pepper)
    return api_keys.read_pepper(settings.home, settings.pepper)
