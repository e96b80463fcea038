"""Databases of earlier versions, for the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Engine, MetaData, insert, update

from matcher.access import encryption
from matcher.patents.passages import passages_hash
from matcher.settings import Settings
from matcher.store import database, revision
from matcher.store import migrate as migrating
from matcher.store.patent_json import record_hash, to_record
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
    with engine_of(home) as engine, engine.connect() as connection:
        revision.lock(connection)
        migrating.upgrade(connection, "0001")
        revision.stamp.drop(connection)
        old = MetaData()
        old.reflect(connection)
        columns = ("institution", "filing_date", "expiry_date")
        for patent in ALL:
            record = to_record(patent)
            values = {name: getattr(patent, name) for name in columns}
            connection.execute(
                insert(old.tables["patents"]).values(
                    id=patent.id,
                    patent_type=patent.patent_type.value,
                    legal_status=patent.legal_status.value,
                    record=record,
                    record_hash=record_hash(record),
                    passages_hash=passages_hash(patent),
                    **values,
                )
            )
        connection.execute(
            update(old.tables["meta"])
            .where(old.tables["meta"].c.key == "generation")
            .values(value=3)
        )
        tto = {"tto_name": TTO.name, "tto_phone": TTO.phone, "tto_email": TTO.email}
        connection.execute(insert(old.tables["institutions"]).values(name=TTO.institution, **tto))
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
        connection.commit()
