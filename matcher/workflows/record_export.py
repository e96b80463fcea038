"""Audit rows of exports: one row for each file that leaves the system, by the API or a command.

Each function appends in the transaction that reads what is exported, so that no file is written
without its row.
"""

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.matches.funnel import Funnel
from matcher.matches.performance import Performance
from matcher.store import audit


def record_funnel_export(connection: Connection, by: Caller, funnel: Funnel, format: str) -> None:
    """Record that the funnel was exported, with the number of matches it counts."""
    audit.append(
        connection,
        by=by,
        action="funnel.exported",
        subject="funnel",
        details={"format": format, "matches": funnel.total.matches},
    )


def record_performance_export(
    connection: Connection, by: Caller, performance: Performance, format: str
) -> None:
    """Record that the performance was exported, with its number of lines."""
    audit.append(
        connection,
        by=by,
        action="performance.exported",
        subject="performance",
        details={"format": format, "rows": len(performance.lines)},
    )


def record_programme_export(
    connection: Connection, by: Caller, kind: str, rows: int, format: str
) -> None:
    """Record that the records of a kind, or the pledge wishes, were exported."""
    audit.append(
        connection,
        by=by,
        action="programme.exported",
        subject=kind,
        details={"format": format, "rows": rows},
    )


def record_landscape_export(
    connection: Connection, by: Caller, format: str, *, patents: int, needs: int | None
) -> None:
    """Record that a landscape was exported, with its numbers of patents and needs."""
    audit.append(
        connection,
        by=by,
        action="landscape.exported",
        subject="landscape",
        details={"format": format, "patents": patents, "needs": needs},
    )


def record_audit_export(connection: Connection, by: Caller, rows: int, format: str) -> None:
    """Record that rows of the audit trail were exported; the new row is not among them."""
    audit.append(
        connection,
        by=by,
        action="audit.exported",
        subject="audit_trail",
        details={"rows": rows, "format": format},
    )


def record_event_export(
    connection: Connection, by: Caller, event: str, format: str, **details: str | int | None
) -> None:
    """Record that an event's workbook or pages were written, with their counts and version."""
    audit.append(
        connection,
        by=by,
        action="event.exported",
        subject=event[: audit.MAX_SUBJECT],
        details={"format": format, **details},
    )
