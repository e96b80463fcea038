"""`matcher similar`: the patents that are most like one of the catalogue."""

from datetime import date

import typer

from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    PatentNumber,
    expand_options,
    print_json,
    read_settings,
)
from matcher.commands.ranking_options import RankingOptions
from matcher.language.messages import _


@expand_options
def similar(
    context: typer.Context,
    number: PatentNumber,
    ranking: RankingOptions,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Rank the patents that are most like one of the catalogue.

    Its own family and near-same texts are left out. The filters are for the others: the patent
    itself may be of any status.
    """
    settings = read_settings(context)
    options = ranking.to_search_options()
    today = date.today()

    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.search import similar as similarity
    from matcher.wiring.open import open_matcher

    with progress_line() as report:
        report(Step(_("loading the model and the index"), 0))
        with open_matcher(settings) as engine:
            report(Step(_("searching"), 0))
            patent = engine.catalogue.patent(number)
            answer = similarity.similar(engine, patent, options, today=today)
    if as_json:
        print_json(similarity.similar_json(patent, answer, today))
        return
    from matcher.commands.terminal.answer import print_answer
    from matcher.commands.terminal.console import new_console

    print_answer(new_console(), answer, today, of_patent=True)
