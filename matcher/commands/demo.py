"""`matcher demo`: the whole job on the sample catalogue."""

from pathlib import Path

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

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

    from matcher.commands.index import index_words
    from matcher.commands.terminal.answer import new_console, print_answer
    from matcher.commands.terminal.progress import progress_line
    from matcher.search.answer_json import answer_json
    from matcher.wiring.demo import run_demo

    today = date.today()
    with progress_line() as report:
        done = run_demo(settings, today, say=lambda words: tell(f"== {words}"), report=report)
    for file in done.imported.files:
        tell(f"{file.file}: {file.rows:,} rows, {file.new:,} new, {file.unchanged:,} unchanged")
    tell(index_words(done.indexed))
    for answer in done.answers:
        if as_json:
            print_json(answer_json(answer, today))
        else:
            print_answer(new_console(), answer, today)
    where = f"--home {settings.home}"
    tell(f'Now try your own need: matcher match {where} "…"')
