"""Databases of earlier versions, for the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Engine, MetaData, insert, update

from matcher.access import encryption
from matcher.settings import Settings
from matcher.store import database
from scripts.chaos.old_database import make_old_database
from tests.support.samples import ALL, TTO

KEY = SecretStr(Fernet.generate_key().decode())
PHONE = {"phone": "13800000000", "email": None}
EXPIRES = date(2027, 3, 31)


@contextmanager
def engine_of(home: Settings) -> Iterator[Engine]:
    """Open the database of a home."""
    engine = database.open_engine(home.url)
    try:
        yield engine
    finally:
        engine.dispose()


def make_old(home: Settings) -> None:
    """A database as it was before there were migrations, with something of everything in it."""
    make_old_database(home.url, ALL)
    with engine_of(home) as engine, engine.begin() as connection:
        old = MetaData()
        old.reflect(connection)
        tto = {"tto_name": TTO.name, "tto_phone": TTO.phone, "tto_email": TTO.email}
        office = old.tables["institutions"]
        named = update(office).where(office.c.name == TTO.institution)
        if not connection.execute(named.values(tto)).rowcount:
            connection.execute(insert(office).values(name=TTO.institution, **tto))
        team = {"institution": TTO.institution, "name": "储能材料团队", "members": ["样例甲"]}
        connection.execute(insert(old.tables["teams"]).values(team))
        contact = {
            "institution": TTO.institution,
            "team": "储能材料团队",
            "person": "样例甲",
            "sealed": encryption.seal(encryption.cipher(KEY), PHONE),
            "scope": "event",
            "evidence": "样例同意书",
            "expires": EXPIRES,
        }
        connection.execute(insert(old.tables["personal_contacts"]).values(contact))
