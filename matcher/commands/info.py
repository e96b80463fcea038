"""`matcher info`: what is in the home folder and whether the index is up to date."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings

if TYPE_CHECKING:
    from matcher.settings import Settings

LABEL_WIDTH = 19


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
    """Everything `matcher info` tells, as a JSON-ready object; loads no model."""
    from importlib.metadata import version

    from sqlalchemy import make_url

    from matcher.store import institutions, patents
    from matcher.wiring.build import index_state
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        held = {"patents": patents.count(connection), **institutions.counts(connection)}
        statuses = patents.count_by_status(connection)
    index = index_state(settings)
    return {
        "version": version("matcher"),
        "home": str(settings.home.resolve()),
        "database": make_url(settings.url).render_as_string(hide_password=True),
        "model": settings.model,
        **held,
        "legal_status": statuses,
        "index": index and {"up_to_date": index.misfit is None, **asdict(index)},
    }


def print_info(state: dict[str, Any]) -> None:
    """The same for a person."""
    from matcher.commands.terminal.answer import new_console, print_hanging

    statuses = ", ".join(f"{count:,} {status}" for status, count in state["legal_status"].items())
    patents = f"{state['patents']:,}" + (f" ({statuses})" if statuses else "")
    rows = [(name, str(state[name])) for name in ("version", "home", "database", "model")]
    rows.append(("patents", patents))
    for name in ("institutions", "teams", "personal_contacts"):
        rows.append((name.replace("_", " "), f"{state[name]:,}"))
    rows.append(("index", index_words(state["index"])))
    console = new_console()
    for label, words in rows:
        print_hanging(console, label, words, LABEL_WIDTH)


def index_words(index: dict[str, Any] | None) -> str:
    """The state of the index in words."""
    if index is None:
        return "none yet: matcher index"
    held = (
        f"{index['generation']}, {index['patents']:,} patents, {index['passages']:,} passages, "
        f"model {index['model']}"
    )
    if index["up_to_date"]:
        return f"up to date: {held}"
    return f"out of date ({index['misfit']}; run matcher index): {held}"
