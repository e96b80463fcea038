"""`matcher needs-for`: the needs of a sheet that one patent of the catalogue fits best."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings

if TYPE_CHECKING:
    from rich.console import Console

    from matcher.search.reverse import (
        NeedMatch,
        NeedsAnswer,
    )


def needs_for(
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
    from matcher.commands.match import read_asked

    settings = read_settings(context)
    today = date.today()
    asked = read_asked([], None, needs, today)

    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.search import reverse
    from matcher.wiring.open import open_matcher

    with progress_line() as report:
        report(Step("loading the model and the index", 0))
        with open_matcher(settings) as engine:
            report(Step("answering needs", 0, len(asked)))
            patent = engine.catalogue.patent(number)
            answer = reverse.needs_for(engine, patent, asked, k, today=today)
    if as_json:
        print_json(reverse.needs_json(answer, today))
        return
    from matcher.commands.terminal.answer import new_console

    print_needs(new_console(), answer, today)


def print_needs(console: "Console", answer: "NeedsAnswer", today: date) -> None:
    """The patent, then the ranked needs, each with the passage of the patent that answers it."""
    from rich.text import Text

    from matcher.commands.terminal.answer import (
        DOT,
        HEAD_WIDTH,
        print_hanging,
        status_words,
    )
    from matcher.patents.rights import effective_status

    patent = answer.patent
    number = patent.application_number or patent.id
    for label, words in (
        ("Patent", Text(f"{number}{DOT}{' '.join(patent.title.split())}", "bold")),
        ("Status", status_words(effective_status(patent, today))),
        ("Model", f"{answer.model}, index {answer.index}"),
        ("Needs", f"{len(answer.results):,} of {answer.asked:,}, the best first"),
    ):
        print_hanging(console, label, words, HEAD_WIDTH)
    for result in answer.results:
        console.print()
        _print_need(console, result)
    console.print()


def _print_need(console: "Console", result: "NeedMatch") -> None:
    from rich.text import Text

    from matcher.commands.terminal.answer import (
        CHANNEL_LABELS,
        DOT,
        LABEL_WIDTH,
        SHOWN_PASSAGE,
        print_hanging,
    )
    from matcher.commands.terminal.text import marked
    from matcher.text.excerpts import excerpt

    need, match = result.need, result.match
    rank = f"{result.rank:>2}. "
    name = need.title or " ".join(need.full_text.split())[:SHOWN_PASSAGE]
    print_hanging(console, rank, Text(name, "bold cyan"), len(rank))
    rows: list[tuple[str, Text | str]] = []
    if need.title:
        rows.append(("need", " ".join(need.body.split())[:SHOWN_PASSAGE]))
    for evidence in match.evidence:
        shown = excerpt(evidence.text, evidence.highlights, SHOWN_PASSAGE)
        rows.append((evidence.passage, marked(*shown, plain=console.color_system is None)))
    ranks = [
        f"{CHANNEL_LABELS[channel]} {place or 'not found'}"
        for channel, place in match.channels.items()
    ]
    rows += [
        ("from", DOT.join(filter(None, (need.id, need.enterprise, need.region, need.industry)))),
        ("place", f"{match.rank} in the need's own answer{DOT}{DOT.join(ranks)}"),
    ]
    for label, words in rows:
        if words:
            print_hanging(console, f"    {label}", words, LABEL_WIDTH)
