"""`matcher performance`: what each person and office did."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import (
    Force,
    OfInstitution,
    Output,
    Since,
    Until,
    exporter,
    format_of,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.matches.periods import Period

if TYPE_CHECKING:
    from matcher.matches.performance import Performance, PerformanceLine


def performance(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    institution: OfInstitution = None,
    period: Annotated[Period, typer.Option(help="How long a period is.")] = Period.MONTH,
    by_office: Annotated[
        bool, typer.Option("--by-office", help="Per office, not per person with the office.")
    ] = False,
    output: Output = None,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Count matches, contracts and their amounts.

    Per case owner and office; matches by first recommendation, contracts by signing.
    """
    from matcher.access.roles import COMMAND_CALLER
    from matcher.matches.performance import PerformanceFilters
    from matcher.store import audit
    from matcher.store import performance as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    form = None if output is None else format_of(output, force)
    filters = PerformanceFilters(since and since.date(), until and until.date(), institution)
    with (
        open_store(read_settings(context)) as store,
        store.reading() if form is None else store.writing() as connection,
    ):
        counted = stored.performance(
            connection, COMMAND_CALLER, filters, period, "office" if by_office else "person"
        )
        if form is not None:
            audit.append(
                connection,
                by=COMMAND_CALLER,
                action="performance.exported",
                subject="performance",
                details={"format": form, "rows": len(counted.lines)},
            )
    if output is not None and form is not None:
        from matcher.reporting.follow_up_tables import write_performance

        write_performance(output, counted, exported_by=exporter(), moment=now(), format=form)
        tell(f"Wrote {output}.")
    if as_json:
        print_json(performance_json(counted))
    elif output is None:
        print_performance(counted)


def performance_json(counted: "Performance") -> dict[str, object]:
    """As the API answers it: amounts as texts."""
    return {
        "lines": [_line_json(line) for line in counted.lines],
        "total": _line_json(counted.total),
    }


def print_performance(counted: "Performance") -> None:
    """The same for a person."""
    for line in (*counted.lines, counted.total):
        who = ", ".join(filter(None, (line.office, line.person)))
        told = f"{line.matches:,} matches, {line.contracts:,} contracts, {line.amount:,} yuan"
        more = f" ({line.without_amount:,} without an amount)" if line.without_amount else ""
        print(f"{line.period}  {who + ': ' if who else ''}{told}{more}")


def _line_json(line: "PerformanceLine") -> dict[str, object]:
    return {**asdict(line), "amount": str(line.amount)}
