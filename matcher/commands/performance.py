"""`matcher performance`: matches and contracts of each case owner and office."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from matcher.commands.export_options import CountedMatches, ExportFile, exporter
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    expand_options,
    print_json,
    print_note,
    read_settings,
)
from matcher.labels import COLON, label, listed
from matcher.language.messages import _
from matcher.matches.periods import Period

if TYPE_CHECKING:
    from matcher.matches.performance import Performance, PerformanceLine


@expand_options
def performance(
    context: typer.Context,
    matches: CountedMatches,
    *,
    period: Annotated[Period, typer.Option(help="How long a period is.")] = Period.MONTH,
    by_office: Annotated[
        bool, typer.Option("--by-office", help="Per office, not per person with the office.")
    ] = False,
    export: ExportFile,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Count matches, contracts and their amounts.

    Per case owner and office; matches by first recommendation, contracts by signing.
    """
    from matcher.access.roles import COMMAND_CALLER
    from matcher.matches.periods import CountFilters
    from matcher.store import performance as stored
    from matcher.wiring.open import open_store
    from matcher.workflows.record_export import record_performance_export

    exported = export.checked()
    counted_by: Literal["office", "person"] = "office" if by_office else "person"
    filters = CountFilters(matches.first_day, matches.last_day, matches.institution)
    with (
        open_store(read_settings(context)) as store,
        store.reading() if exported is None else store.adding() as connection,
    ):
        counted = stored.performance(connection, COMMAND_CALLER, filters, period, counted_by)
        if exported is not None:
            record_performance_export(connection, COMMAND_CALLER, counted, exported[1])
    if exported is not None:
        from matcher.reporting.follow_up_tables import write_performance
        from matcher.store.schema.times import now

        output, form = exported
        write_performance(output, counted, exported_by=exporter(), moment=now(), format=form)
        print_note(_("Wrote {file}.", file=output))
    if as_json:
        print_json(performance_json(counted))
    elif exported is None:
        print_performance(counted)


def performance_json(counted: "Performance") -> dict[str, object]:
    """Return the counts as the API does: amounts as texts."""
    return {
        "lines": [_line_json(line) for line in counted.lines],
        "total": _line_json(counted.total),
    }


def print_performance(counted: "Performance") -> None:
    """Print the counts for people."""
    for line in (*counted.lines, counted.total):
        owner = listed(filter(None, (line.office, line.person)))
        counts = _(
            "{matches:,} matches, {contracts:,} contracts, {amount:,} yuan",
            matches=line.matches,
            contracts=line.contracts,
            amount=line.amount,
        )
        unknown = (
            _(" ({without_amount:,} without an amount)", without_amount=line.without_amount)
            if line.without_amount
            else ""
        )
        period = _("all") if line is counted.total else line.period
        print(f"{period}  {owner + label(COLON) if owner else ''}{counts}{unknown}")


def _line_json(line: "PerformanceLine") -> dict[str, object]:
    return {**asdict(line), "amount": str(line.amount)}
