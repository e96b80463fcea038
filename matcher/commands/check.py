"""`matcher check`: whether everything in the home is as it was written."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _, gettext_noop

if TYPE_CHECKING:
    from matcher.wiring.checks.finding import Finding

LABEL_WIDTH = 16
"""Cells of the labels."""
LABELS = {
    "database": gettext_noop("database"),
    "audit": gettext_noop("audit trail"),
    "contacts": gettext_noop("contacts"),
    "keys": gettext_noop("keys"),
    "words": gettext_noop("words"),
    "model": gettext_noop("model"),
    "index": gettext_noop("index"),
    "vectors": gettext_noop("vector cache"),
    "ranker": gettext_noop("learned ranker"),
    "servers": gettext_noop("servers"),
    "leftovers": gettext_noop("leftovers"),
}
"""Parts that are checked, each with its label."""
STATES = {
    "ok": gettext_noop("ok: {text}"),
    "note": gettext_noop("note: {text}"),
    "wrong": gettext_noop("WRONG: {text}"),
    "mended": gettext_noop("mended: {text}"),
}


def check(
    context: typer.Context,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Make anew what the database has everything for: indexes, words, cached vectors; "
            "delete what killed processes left.",
        ),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Check the database, the audit trail, consents, index and cache.

    It reads only, unless --repair. The exit code is 0 where nothing is wrong, else 1."""
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.checks.check import check as check_home
    from matcher.wiring.checks.finding import is_clean

    with progress_line() as report:
        findings = check_home(settings, repair=repair, report=report)
    if as_json:
        print_json({"clean": is_clean(findings), "findings": [asdict(each) for each in findings]})
    else:
        print_findings(findings)
    if not is_clean(findings):
        raise typer.Exit(1)


def print_findings(findings: "list[Finding]") -> None:
    """Print one line for each part."""
    from matcher.commands.terminal.console import new_console, print_rows

    rows = [
        (_(LABELS[finding.part]), _(STATES[finding.state], text=finding.text))
        for finding in findings
    ]
    print_rows(new_console(), rows, LABEL_WIDTH)
