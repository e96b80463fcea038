"""Times: UTC in the database, always with a zone in Python."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, text
from sqlalchemy.types import TypeDecorator


def now() -> datetime:
    """Return the present time in UTC, to the microsecond."""
    return datetime.now(UTC)


_CLOCKS = {
    "sqlite": text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"),
    "postgresql": text("SELECT CAST(clock_timestamp() AT TIME ZONE 'UTC' AS TEXT)"),
}


def database_time(connection: Connection) -> datetime:
    """Return the present time in UTC by the clock of the database, which all servers share."""
    written = connection.execute(_CLOCKS[connection.dialect.name]).scalar_one()
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime; SQLite and PostgreSQL both keep it as UTC without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC without a zone. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Add the zone UTC."""
        return None if value is None else value.replace(tzinfo=UTC)
