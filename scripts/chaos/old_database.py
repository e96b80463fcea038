"""A database of the first revision, as programs from before there were migrations left it."""

from collections.abc import Sequence

from sqlalchemy import MetaData, insert, update

from matcher.patents.passages import passages_hash
from matcher.store import migrate, revision
from matcher.store.database import open_engine
from matcher.store.patent_json import record_hash, to_record
from matcher.types import Patent


def make_old_database(url: str, patents: Sequence[Patent]) -> None:
    """Make the tables of the first revision in an empty database, with patents in them."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            revision.lock(connection)
            migrate.upgrade(connection, revision.FIRST)
            revision.stamp.drop(connection)
            old = MetaData()
            old.reflect(connection)
            for patent in patents:
                record = to_record(patent)
                values = {
                    "id": patent.id,
                    "patent_type": patent.patent_type.value,
                    "legal_status": patent.legal_status.value,
                    "institution": patent.institution,
                    "filing_date": patent.filing_date,
                    "expiry_date": patent.expiry_date,
                    "record": record,
                    "record_hash": record_hash(record),
                    "passages_hash": passages_hash(patent),
                }
                connection.execute(insert(old.tables["patents"]).values(values))
            names = {patent.institution for patent in patents if patent.institution}
            for name in sorted(names):
                connection.execute(insert(old.tables["institutions"]).values(name=name))
            meta = old.tables["meta"]
            counted = update(meta).where(meta.c.key == "generation").values(value=len(patents))
            connection.execute(counted)
            connection.commit()
    finally:
        engine.dispose()
