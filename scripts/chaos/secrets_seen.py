"""Secrets of a home: which keys are valid, and which of them somebody has seen."""

from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from matcher.access import api_keys
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store.schema.contacts import personal_contacts
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from scripts.chaos.process import ask


def valid_keys(environment: Mapping[str, str], shown: Mapping[str, str], output: Path) -> str:
    """Return which secrets are valid, by the names of those that were shown, in order.

    A valid secret that was not shown is `unseen`. `output` is a file for the result.
    """

    def read() -> list[str]:
        settings = Settings()
        pepper = api_keys.read_pepper(settings.home, settings.pepper)
        secrets = {name: api_keys.split_key(key) for name, key in shown.items()}
        found = []
        with open_store(settings) as store, store.reading() as connection:
            for key in stored.each(connection):
                if key.is_usable(now()):
                    names = (
                        name
                        for name, parts in secrets.items()
                        if parts is not None
                        and parts[0] == key.id
                        and api_keys.is_secret_of(parts[1], key, pepper)
                    )
                    found.append(next(names, "unseen"))
        return sorted(found)

    return _listed(ask(environment, read, output))


def contact_keys(environment: Mapping[str, str], keys: Mapping[str, str], output: Path) -> str:
    """Return which of the keys open the contacts, each with the number of contacts.

    `output` is a file for the result.
    """

    def read() -> list[str]:
        with open_store(Settings()) as store, store.reading() as connection:
            sealed = list(connection.execute(select(personal_contacts.c.sealed)).scalars())
        opened = {name: sum(_opens(key, each) for each in sealed) for name, key in keys.items()}
        return [f"{count} by {name}" for name, count in opened.items() if count]

    return _listed(ask(environment, read, output))


def _listed(found: list[str]) -> str:
    return ", ".join(found) or "none"


def _opens(key: str, sealed: bytes) -> bool:
    try:
        Fernet(key).decrypt(sealed)
    except InvalidToken:
        return False
    return True
