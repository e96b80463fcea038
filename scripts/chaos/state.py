"""State of a home as its users see it: answers, records, valid secrets.

What differs between two runs of the same command by chance (ids, times, ciphertexts, hashes) is
left out, so that equal states are equal to the bit.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary, MetaData, Table, select, text

from matcher.errors import MatcherError
from matcher.search.answer_json import answer_json
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.store import audit
from matcher.store.database import open_engine
from matcher.types import Need
from matcher.wiring.open import open_matcher
from scripts.chaos.process import ask
from scripts.chaos.samples import asked_needs

BOOKKEEPING = frozenset(
    {
        "alembic_version",
        "audit_trail",
        "catalogue_states",
        "idempotency_keys",
        "jobs",
        "meta",
        "servers",
        "sessions",
    }
)
"""Tables that are not records. The audit trail is read as a list of acts, and its chain checked."""
BY_CHANCE = {
    "api_keys": {"id", "hashed"},
    "event_edits": {"number"},
    "events": {"batch"},
    "match_events": {"id"},
    "patents": {"row", "searchable_state"},
}
"""Columns whose values are made by chance or by counters."""
_ID = re.compile(r"\b[a-z]+_[0-9a-f]{24}\b")
_HASH = re.compile(r"\b[0-9a-f]{32,64}\b")
_GENERATION = re.compile(r"\b\d{6,}-[0-9a-f]{8}\b")
_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True)
class State:
    """Answers and contents of a home, each as JSON."""

    answers: tuple[str, ...]
    """Answer to each need that is asked, with scores; or the error instead of all of them."""
    records: tuple[tuple[str, str], ...]
    """Rows of the records with their tables, in order."""
    acts: tuple[str, ...]
    """Acts of the audit trail in order."""
    files: tuple[tuple[str, str], ...]
    """Other files of the home that answers depend on, with their contents."""
    faults: tuple[str, ...]
    """Findings that no home may have: a damaged file, a broken chain of the audit trail."""


def read_state(environment: Mapping[str, str], output: Path) -> State:
    """Read the state of a home; `output` is a file for what was read."""
    return _frozen(ask(environment, lambda: _read(Settings()), output))


def _frozen(read: Mapping[str, Any]) -> State:
    return State(
        tuple(read["answers"]),
        tuple((table, row) for table, row in read["records"]),
        tuple(read["acts"]),
        tuple((name, content) for name, content in read["files"]),
        tuple(read["faults"]),
    )


def _read(settings: Settings) -> dict[str, Any]:
    engine = open_engine(settings.url)
    try:
        with engine.connect() as connection:
            tables = MetaData()
            tables.reflect(connection)
            records = list(_records(connection, tables))
            acts, faults = _acts(connection, tables)
            faults += _damage(connection)
    finally:
        engine.dispose()
    return {
        "answers": _answers(settings),
        "records": records,
        "acts": acts,
        "files": _files(settings.home),
        "faults": faults,
    }


def _answers(settings: Settings) -> list[str]:
    needs = [Need(text=written, title=title) for title, written in asked_needs()]
    today = date.today()
    try:
        with open_matcher(settings) as engine:
            answers = engine.match_many(needs, SearchOptions(k=5), today=today)
            return [_plain(answer_json(answer, today)) for answer in answers]
    except MatcherError as error:
        said = _masked(str(error)).replace(str(settings.home), "(home)")
        return [f"{type(error).__name__}: {said}"]


def _records(connection: Connection, tables: MetaData) -> list[tuple[str, str]]:
    """Return every row; those that refer to a row number or an id by chance name the record."""
    names = _names(connection, tables)
    listed = []
    for table in tables.sorted_tables:
        if table.name in BOOKKEEPING:
            continue
        kept = [column for column in table.c if column.name not in BY_CHANCE.get(table.name, ())]
        for row in connection.execute(select(*kept)):
            values = {
                column.name: _value(table, column.name, value, names)
                for column, value in zip(kept, row, strict=True)
            }
            listed.append((table.name, _plain(values)))
    return sorted(listed)


def _names(connection: Connection, tables: MetaData) -> dict[str, dict[Any, str]]:
    """Return names for ids that are made by chance, by table."""
    found: dict[str, dict[Any, str]] = {}
    if (patents := tables.tables.get("patents")) is not None:
        rows = connection.execute(select(patents.c.row, patents.c.id))
        found["patents"] = {number: identity for number, identity in rows}
    if (needs := tables.tables.get("needs")) is not None:
        rows = connection.execute(select(needs.c.id, needs.c.record))
        found["needs"] = {
            identity: f"<need {record.get('reference')} {record.get('title')}>"
            for identity, record in rows
        }
    if (matches := tables.tables.get("matches")) is not None:
        pairs = connection.execute(select(matches.c.id, matches.c.need, matches.c.patent))
        found["matches"] = {
            identity: f"match of {found['needs'][need]} and {patent}"
            for identity, need, patent in pairs
        }
    if (rankings := tables.tables.get("rankings")) is not None:
        rows = connection.execute(select(rankings.c.id, rankings.c.need))
        found["rankings"] = {
            identity: f"ranking of {found['needs'][need]}" for identity, need in rows
        }
    return found


def _value(table: Table, name: str, value: Any, names: Mapping[str, Mapping[Any, str]]) -> Any:
    """Return a value; a key by chance as the name of its record."""
    column = table.c[name]
    if isinstance(column.type, LargeBinary):
        return None if value is None else "(sealed)"
    if isinstance(value, datetime):
        return "(time)"
    if table.name in names and name == "id" and table.name != "patents":
        return names[table.name].get(value, value)
    for key in column.foreign_keys:
        named = names.get(key.column.table.name, {})
        return named.get(value, value)
    return value


def _acts(connection: Connection, tables: MetaData) -> tuple[list[str], list[str]]:
    trail = tables.tables.get("audit_trail")
    if trail is None:
        return [], []
    rows = connection.execute(select(trail.c.action, trail.c.role).order_by(trail.c.seq))
    acts = [f"{action} by {role}" for action, role in rows]
    found = audit.verify(connection)
    return acts, [] if found.is_intact else [f"audit trail: {found.reason}"]


def _damage(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    checked = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [line for line in checked if line != "ok"] + [f"orphan: {row[0]}" for row in orphans]


def _files(home: Path) -> list[tuple[str, str]]:
    ranker = home / "ranker.json"
    return [(ranker.name, _masked(ranker.read_text("utf-8")))] if ranker.exists() else []


def _plain(value: Any) -> str:
    return _masked(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


def _masked(written: str) -> str:
    for pattern, name in ((_ID, "(id)"), (_GENERATION, "(index)"), (_HASH, "(hash)")):
        written = pattern.sub(name, written)
    return _TIME.sub("(time)", written)
