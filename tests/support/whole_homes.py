"""A home with something of everything in it, and every row of its database."""

from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, select, text
from sqlalchemy.engine import make_url

from matcher.access.roles import Caller, Role
from matcher.retrieval import learned_ranker
from matcher.settings import Settings
from matcher.store import match_history, matches
from matcher.store.database import open_engine
from matcher.store.schema.times import now
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from matcher.workflows.reveal_contact import reveal
from tests.support import databases
from tests.support.contact_samples import CONTACT, KEY, MATCH, add_matches, keep
from tests.support.engines import save, settings_for
from tests.support.rankers import learned
from tests.support.samples import ALL

STAFF = Caller("0123456789ab", Role.STAFF)
OF_THE_DAY = frozenset({"sessions", "servers", "jobs"})
"""Tables that a restore empties."""


RANKER = learned(reason="of the backup")


def whole_home(home: Path) -> Settings:
    """Make a home with patents, an index, a contact that was revealed, files and secrets."""
    made = settings_for(home, database_url=databases.url_of(home))
    save(made, *ALL)
    with open_store(made) as store, store.writing() as connection:
        add_matches(connection)
        keep(connection, CONTACT)
        reveal(
            connection,
            STAFF,
            MATCH,
            reason="约定洽谈",
            contact_id=None,
            key=KEY,
            per_day=20,
            moment=now(),
        )
        before = matches.visible_match(connection, STAFF, MATCH)
        match_history.add_follow_up(connection, before, STAFF, step=None, note="样例：已致电")
    build_index(made)
    (home / "keys.pepper").write_text("pepper-of-the-home")
    learned_ranker.save(RANKER, home / learned_ranker.FILE)
    (home / "import-problems").mkdir()
    (home / "import-problems" / "20260601-120000-样例.csv").write_text("文件,工作表")
    (home / "imports").mkdir()
    (home / "imports" / "sent-in.csv").write_text("13800001234")
    return made


def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, as the database has it, without types of ours."""
    engine = (
        create_engine(url) if make_url(url).get_backend_name() != "sqlite" else open_engine(url)
    )
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        found = {}
        for name, table in sorted(tables.tables.items()):
            names = sorted(table.columns.keys())  # migrations add columns at the end
            listed = [text(f'CAST("{column}" AS TEXT)') for column in names]
            query = select(*listed).select_from(table)
            found[name] = sorted((tuple(row) for row in connection.execute(query)), key=repr)
    engine.dispose()
    return found


def record_rows(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows that a restore gives back as they were.

    Left out are tables of the day, the counter of changes, and the audit row of a restore.
    """
    found = {name: own for name, own in rows(settings.url).items() if name not in OF_THE_DAY}
    found["meta"] = [row for row in found["meta"] if "revision" not in row]
    found["audit_trail"] = [r for r in found["audit_trail"] if "database.restored" not in r]
    return found
