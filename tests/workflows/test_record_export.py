"""Audit rows of exports: action, subject and details."""

from matcher.access.roles import COMMAND_CALLER
from matcher.matches.funnel import summarise as summarise_funnel
from matcher.matches.performance import summarise as summarise_performance
from matcher.matches.periods import Period
from matcher.store import audit
from matcher.store.database import Store
from matcher.workflows.record_export import (
    record_audit_export,
    record_event_export,
    record_funnel_export,
    record_performance_export,
    record_programme_export,
)


def test_each_export_leaves_its_row() -> None:
    with Store("sqlite://") as store, store.writing() as connection:
        record_funnel_export(connection, COMMAND_CALLER, summarise_funnel([]), "xlsx")
        performance = summarise_performance([], [], Period.MONTH)
        record_performance_export(connection, COMMAND_CALLER, performance, "csv")
        record_programme_export(connection, COMMAND_CALLER, "pools", 3, "csv")
        record_audit_export(connection, COMMAND_CALLER, 3, "jsonl")
        record_event_export(connection, COMMAND_CALLER, "会" * 101, "xlsx", needs=2, version=None)
        rows = audit.page(connection)

    assert [(row.action, row.subject, row.details) for row in rows] == [
        ("funnel.exported", "funnel", {"format": "xlsx", "matches": 0}),
        ("performance.exported", "performance", {"format": "csv", "rows": 0}),
        ("programme.exported", "pools", {"format": "csv", "rows": 3}),
        ("audit.exported", "audit_trail", {"rows": 3, "format": "jsonl"}),
        ("event.exported", "会" * 100, {"format": "xlsx", "needs": 2, "version": None}),
    ]
    assert {(row.by, row.role) for row in rows} == {("command", COMMAND_CALLER.role)}
