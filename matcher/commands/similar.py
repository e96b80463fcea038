"""`matcher similar`: the patents that are most like one of the catalogue."""

from datetime import date
from typing import Annotated

import typer

from matcher.commands.filter_options import (
    Alliance,
    Diversity,
    FiledAfter,
    Industry,
    Institution,
    Ipc,
    Kind,
    OpenLicence,
    Pool,
    Region,
    Sleeping,
    Status,
    YearsLeft,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings


def similar(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER",
            help="Application number in any spelling, publication number, or the id that an "
            "answer showed.",
            show_default=False,
        ),
    ],
    k: Annotated[int, typer.Option("-k", "--results", min=1, help="How many patents.")] = 10,
    status: Status = None,
    ipc: Ipc = None,
    industry: Industry = None,
    institution: Institution = None,
    region: Region = None,
    kind: Kind = None,
    open_licence: OpenLicence = None,
    sleeping: Sleeping = None,
    filed_after: FiledAfter = None,
    years_left: YearsLeft = None,
    pool: Pool = None,
    alliance: Alliance = None,
    diversity: Diversity = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Rank the patents that are most like one of the catalogue.

    Its own family and near-same texts are left out. The filters are for the others: the patent
    itself may be of any status.
    """
    from matcher.patents.filter_parsing import read_filters

    settings = read_settings(context)
    filters = read_filters(
        statuses=status or (),
        ipc=ipc or (),
        industries=industry or (),
        institutions=institution or (),
        regions=region or (),
        kinds=kind or (),
        open_licence=open_licence,
        sleeping=sleeping,
        filed_after=filed_after,
        years_left=years_left,
        pools=pool or (),
        alliances=alliance or (),
    )

    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.search import similar as similarity
    from matcher.wiring.open import open_matcher

    today = date.today()
    with progress_line() as report:
        report(Step("loading the model and the index", 0))
        with open_matcher(settings) as engine:
            report(Step("searching", 0))
            patent = engine.catalogue.patent(number)
            answer = similarity.similar(
                engine, patent, filters, k, today=today, diversity=diversity
            )
    if as_json:
        print_json(similarity.similar_json(patent, answer, today))
        return
    from matcher.commands.terminal.answer import new_console, print_answer

    print_answer(new_console(), answer, today, label="Patent")
