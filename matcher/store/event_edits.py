"""Proposals of the model for an event's needs, edits of the staff over them, and versions."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from matcher.errors import InputError, NotFoundError
from matcher.events.decision import KeptDecision
from matcher.events.record import EventState, KeptEdit
from matcher.events.shortlist import Edit, EditKind, Proposed
from matcher.labels import listed
from matcher.language.messages import _
from matcher.store import event_decisions
from matcher.store.schema.events import event_edits, event_needs, event_versions
from matcher.store.schema.needs import matches, rankings, shown
from matcher.types import PatentId


def proposals(connection: Connection, name: str) -> dict[str, list[Proposed]]:
    """Return the model's proposals for each need of an event by need id, the best first."""
    query = (
        select(event_needs.c.need, matches.c.patent, shown.c.rank, shown.c.score, shown.c.result)
        .join(shown, shown.c.ranking == event_needs.c.ranking)
        .join(matches, matches.c.id == shown.c.match)
        .where(event_needs.c.event == name)
        .order_by(event_needs.c.need, shown.c.rank)
    )
    proposed: dict[str, list[Proposed]] = defaultdict(list)
    for row in connection.execute(query):
        fit = row.result.get("fit")
        proposed[row.need].append(Proposed(PatentId(row.patent), row.rank, row.score, fit))
    return dict(proposed)


def latest_results(
    connection: Connection, name: str
) -> dict[tuple[str, PatentId], tuple[str, dict[str, Any]]]:
    """Return the id and the last shown result of each match of an event's needs, by need and
    patent."""
    query = (
        select(matches.c.id, matches.c.need, matches.c.patent, shown.c.result)
        .join(event_needs, event_needs.c.need == matches.c.need)
        .join(shown, shown.c.match == matches.c.id)
        .join(rankings, rankings.c.id == shown.c.ranking)
        .where(event_needs.c.event == name)
        .order_by(rankings.c.asked_at)  # a later result replaces an earlier one
    )
    return {
        (row.need, PatentId(row.patent)): (row.id, row.result) for row in connection.execute(query)
    }


def add(connection: Connection, name: str, entry: KeptEdit) -> int:
    """Append an edit, ignoring its `number`; return the number it gets."""
    edit = entry.edit
    values = {
        "event": name,
        "need": entry.need,
        "kind": edit.kind.value,
        "patent": edit.patent,
        "value": list(edit.value) if isinstance(edit.value, tuple) else edit.value,
        "made_at": entry.made_at,
        "made_by": entry.made_by,
    }
    query = insert(event_edits).returning(event_edits.c.number)
    return int(connection.execute(query, values).scalar_one())


def edits_of(connection: Connection, name: str) -> list[KeptEdit]:
    """Return every edit of an event's shortlists in order, undone edits too."""
    columns = event_edits.c
    query = select(event_edits).where(columns.event == name, columns.kind.in_(list(EditKind)))
    return [_edit(row) for row in connection.execute(query.order_by(columns.number))]


def edits_in_force(connection: Connection, name: str) -> dict[str, list[Edit]]:
    """Return the edits that were not undone, in order, by need id."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    for entry in edits_of(connection, name):
        if entry.undone_at is None:
            edits[entry.need].append(entry.edit)
    return dict(edits)


def undo(
    connection: Connection, name: str, moment: datetime, number: int | None = None
) -> KeptEdit | KeptDecision:
    """Undo one edit or decision, by default the last one in force. Raises NotFoundError."""
    columns = event_edits.c
    query = select(event_edits).where(columns.event == name, columns.undone_at.is_(None))
    if number is not None:
        query = query.where(columns.number == number)
    row = connection.execute(query.order_by(columns.number.desc()).limit(1)).one_or_none()
    if row is None:
        which = "" if number is None else f" {number}"
        raise NotFoundError(_("the event has no edit{number} that could be undone", number=which))
    connection.execute(
        update(event_edits).where(columns.number == row.number).values(undone_at=moment)
    )
    return event_decisions.from_row(row) if row.kind in event_decisions.KINDS else _edit(row)


def add_version(
    connection: Connection,
    name: str,
    state: EventState,
    contents: dict[str, Any],
    *,
    moment: datetime,
    by: str,
) -> int:
    """Save the present state of the event under the next number, which is returned."""
    here = event_versions.c.event == name
    last = connection.execute(select(func.max(event_versions.c.number)).where(here)).scalar_one()
    number = (last or 0) + 1
    connection.execute(
        insert(event_versions).values(
            event=name,
            number=number,
            state=state.value,
            made_at=moment,
            made_by=by,
            contents=contents,
        )
    )
    return number


def last_version(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return number, state and contents of the last version; None if there is none yet."""
    return _last(connection, name)


def last_published(connection: Connection, name: str) -> dict[str, Any] | None:
    """Return number, state and contents of the last published version; None if there is none."""
    return _last(connection, name, EventState.PUBLISHED)


def published_contents(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Return the contents of every published version, the oldest first."""
    columns = event_versions.c
    here = (columns.event == name) & (columns.state == EventState.PUBLISHED.value)
    query = select(columns.contents).where(here).order_by(columns.number)
    return list(connection.execute(query).scalars())


def _last(
    connection: Connection, name: str, state: EventState | None = None
) -> dict[str, Any] | None:
    columns = event_versions.c
    query = select(columns.number, columns.state, columns.contents).where(columns.event == name)
    if state is not None:
        query = query.where(columns.state == state.value)
    row = connection.execute(query.order_by(columns.number.desc()).limit(1)).one_or_none()
    return None if row is None else dict(row._mapping)


def versions_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Return number, state, time and author of each version, the oldest first."""
    columns = event_versions.c
    query = select(columns.number, columns.state, columns.made_at, columns.made_by)
    rows = connection.execute(query.where(columns.event == name).order_by(columns.number))
    return [dict(row._mapping) for row in rows]


def version(connection: Connection, name: str, number: int) -> dict[str, Any]:
    """Return the contents of one version. Raises InputError, which lists the known versions."""
    columns = event_versions.c
    query = select(columns.contents).where(columns.event == name, columns.number == number)
    contents: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    if contents is None:
        known = listed(str(row["number"]) for row in versions_of(connection, name)) or _("none")
        raise InputError(
            _("the event has no version {number}; there are: {known}", number=number, known=known)
        )
    return contents


def _edit(row: Row[Any]) -> KeptEdit:
    value = tuple(row.value) if isinstance(row.value, list) else row.value
    return KeptEdit(
        number=row.number,
        need=row.need,
        edit=Edit(EditKind(row.kind), row.patent and PatentId(row.patent), value),
        made_at=row.made_at,
        made_by=row.made_by,
        undone_at=row.undone_at,
    )
