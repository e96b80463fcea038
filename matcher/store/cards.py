"""Overrides of technology cards, written by the institutions of the patents."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from matcher.patents.cards.card import CardOverride
from matcher.store.endings import count_change
from matcher.store.schema.catalogue import card_overrides, patents
from matcher.types import PatentId, PatentRow

CHUNK = 500
"""Patents per statement."""


def save_override(connection: Connection, patent: PatentRow, override: CardOverride) -> None:
    """Save an override in place of an earlier one. Advances `revision`."""
    values = {
        "lines": {aspect: list(texts) for aspect, texts in override.lines.items()},
        "written_by": override.written_by,
        "written_at": override.written_at.astimezone(UTC).replace(tzinfo=None),
    }
    here = card_overrides.c.patent == patent
    if connection.execute(update(card_overrides).where(here).values(values)).rowcount == 0:
        connection.execute(insert(card_overrides).values(patent=patent, **values))
    count_change(connection)


def overrides_of(connection: Connection, ids: Sequence[PatentId]) -> dict[PatentId, CardOverride]:
    """Return the overrides of the given patents; a patent without an override is left out."""
    overrides: dict[PatentId, CardOverride] = {}
    query = select(card_overrides, patents.c.id).join(patents)
    for start in range(0, len(ids), CHUNK):
        chunk = patents.c.id.in_(ids[start : start + CHUNK])
        for record in connection.execute(query.where(chunk)):
            overrides[record.id] = _from_record(record)
    return overrides


def override_of(connection: Connection, patent: PatentId) -> CardOverride | None:
    """Return the override of one card, or None."""
    return overrides_of(connection, [patent]).get(patent)


def delete_override(connection: Connection, patent: PatentRow) -> bool:
    """Restore the rule's card; True if there was an override. Advances `revision`."""
    here = card_overrides.c.patent == patent
    if connection.execute(delete(card_overrides).where(here)).rowcount == 0:
        return False
    count_change(connection)
    return True


def _from_record(record: Row[tuple[object, ...]]) -> CardOverride:
    written_at: datetime = record.written_at
    return CardOverride(
        lines={aspect: tuple(texts) for aspect, texts in record.lines.items()},
        written_by=record.written_by,
        written_at=written_at.replace(tzinfo=UTC),
    )
