"""`matcher needs-for`: the needs of a sheet that one patent of the catalogue fits best."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from matcher.commands.need_source import read_need_sheet
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    PatentNumber,
    print_json,
    read_settings,
)
from matcher.language.messages import _


def needs_for(
    context: typer.Context,
    number: PatentNumber,
    needs: Annotated[
        Path,
        typer.Option(
            help="The sheet of needs (.xlsx, .csv …; see matcher template needs).",
            show_default=False,
        ),
    ],
    k: Annotated[int, typer.Option("-k", "--results", min=1, help="How many needs.")] = 10,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Rank the needs of a sheet for one patent (reverse matching).

    Each need is answered from the whole catalogue; the patent's own place in that answer is
    shown with the passage that answers.
    """
    settings = read_settings(context)
    today = date.today()
    read = read_need_sheet(needs, today)

    from matcher.commands.terminal.console import new_console
    from matcher.commands.terminal.needs_answer import print_needs
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.search import reverse
    from matcher.wiring.open import open_matcher

    with progress_line() as report:
        report(Step(_("loading the model and the index"), 0))
        with open_matcher(settings) as engine:
            report(Step(_("answering needs"), 0, len(read)))
            patent = engine.catalogue.patent(number)
            answer = reverse.needs_for(engine, patent, read, k, today=today)
    if as_json:
        print_json(reverse.needs_json(answer, today))
    else:
        print_needs(new_console(), answer, today)
