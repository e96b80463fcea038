"""`matcher demo`: the whole job on the sample catalogue."""

from pathlib import Path

import typer

from matcher.commands.options import AsJson, Debug, Home, print_note, read_settings
from matcher.language.messages import _

DEMO_HOME = Path("var/demo")


def demo(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Do the whole job on the sample catalogue.

    Imports and indexes it, and answers a Chinese and an English need. It goes into var/demo,
    or where --home or MATCHER_HOME says. A second run finds most of it done.
    """
    settings = read_settings(context)
    if "home" not in settings.model_fields_set:
        settings = settings.model_copy(update={"home": DEMO_HOME})

    from datetime import date

    from matcher.commands.index import index_line
    from matcher.commands.match import show_answer
    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.demo import run_demo

    today = date.today()
    with progress_line() as report:
        done = run_demo(settings, today, announce=_print_stage, report=report)
    for file in done.imported.files:
        print_note(
            _(
                "{file}: {rows:,} rows, {new:,} new, {changed:,} changed, {unchanged:,} unchanged",
                file=file.file,
                rows=file.rows,
                new=file.new,
                changed=file.changed,
                unchanged=file.unchanged,
            )
        )
    print_note(index_line(done.indexed))
    for answer in done.answers:
        show_answer(answer, today, as_json=as_json)
    print_note(_('Now try your own need: matcher match --home {home} "…"', home=settings.home))
    print_note(_("Or in a browser: matcher serve --home {home}", home=settings.home))


def _print_stage(message: str) -> None:
    print_note(f"== {message}")
