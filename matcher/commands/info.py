"""`matcher info`: contents of the home folder and the state of the index."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _, gettext_noop

if TYPE_CHECKING:
    from matcher.commands.terminal.console import Row
    from matcher.settings import Settings

MAX_LISTED = 5
"""Files of import problems that are listed; --json has all."""
LABEL_WIDTH = 19
"""Cells of the labels."""
LABELS = {
    "version": gettext_noop("version"),
    "home": gettext_noop("home"),
    "database": gettext_noop("database"),
    "model": gettext_noop("model"),
    "institutions": gettext_noop("institutions"),
    "teams": gettext_noop("teams"),
    "personal_contacts": gettext_noop("personal contacts"),
}
"""Facts of the home folder, each with its label."""


def info(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show what the catalogue holds.

    Also which index there is, and whether it is up to date."""
    settings = read_settings(context)
    state = gather(settings)
    if as_json:
        print_json(state)
    else:
        print_info(state)


def gather(settings: "Settings") -> dict[str, Any]:
    """Return the state of the home folder, JSON-ready; loads no model."""
    from datetime import date
    from importlib.metadata import version

    from sqlalchemy import make_url

    from matcher.importing.rows.problem_file import kept_problem_files
    from matcher.store import institutions, patents
    from matcher.wiring.build import index_state
    from matcher.wiring.open import model_name, open_store

    with open_store(settings) as store, store.reading() as connection:
        held = {"patents": patents.count(connection), **institutions.counts(connection)}
        statuses = patents.count_by_status(connection, date.today())
    index = index_state(settings)
    return {
        "version": version("matcher"),
        "home": str(settings.home.resolve()),
        "database": make_url(settings.url).render_as_string(hide_password=True),
        "model": model_name(settings),
        **held,
        "legal_status": statuses,
        "index": index and {"up_to_date": index.misfit is None, **asdict(index)},
        "import_problems": [str(path) for path in kept_problem_files(settings.home)],
    }


def print_info(state: dict[str, Any]) -> None:
    """Print the state for people."""
    from matcher.commands.terminal.console import new_console, print_rows
    from matcher.labels import STATUS, label, listed
    from matcher.types import LegalStatus

    statuses = listed(
        f"{count:,} {label(STATUS[LegalStatus(status)])}"
        for status, count in state["legal_status"].items()
    )
    patents = f"{state['patents']:,}"
    if statuses:
        patents = _("{count} ({statuses})", count=patents, statuses=statuses)
    rows: list[Row] = [
        (_(LABELS[name]), str(state[name])) for name in ("version", "home", "database", "model")
    ]
    rows.append((_("patents"), patents))
    for name in ("institutions", "teams", "personal_contacts"):
        rows.append((_(LABELS[name]), f"{state[name]:,}"))
    rows.append((_("index"), _index_line(state["index"])))
    rows += [(_("import problems"), path) for path in state["import_problems"][:MAX_LISTED]]
    if (more := len(state["import_problems"]) - MAX_LISTED) > 0:
        rows.append(("", _("… {count} older ones beside them", count=f"{more:,}")))
    print_rows(new_console(), rows, LABEL_WIDTH)


def _index_line(index: dict[str, Any] | None) -> str:
    """Return the state of the index in one line."""
    if index is None:
        return _("none yet: matcher index")
    contents = _(
        "{generation}, {patents:,} patents, {passages:,} passages, model {model}",
        generation=index["generation"],
        patents=index["patents"],
        passages=index["passages"],
        model=index["model"],
    )
    if index["up_to_date"]:
        return _("up to date: {contents}", contents=contents)
    return _(
        "out of date ({misfit}; run matcher index): {contents}",
        misfit=index["misfit"],
        contents=contents,
    )
