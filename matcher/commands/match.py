"""`matcher match`: ranked patents for one need or many."""

import sys
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.correction_options import CorrectionOptions
from matcher.commands.need_source import NeedSource
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    expand_options,
    print_json,
    read_settings,
)
from matcher.commands.ranking_options import RankingOptions
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.search.options import SearchOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.settings import Settings
    from matcher.types import Answer, Need, Reading


@dataclass(frozen=True, slots=True)
class MatchOptions(RankingOptions):
    """Options of a ranking, and the weight of availability in it."""

    available: Annotated[
        float | None,
        typer.Option(
            "--availability",
            min=0,
            max=1,
            help="How much patents that can readily be had (in force, open terms, ready, long to "
            "run) come first, 0 for not at all; without it as the setting MATCHER_AVAILABILITY "
            "says.",
            show_default=False,
        ),
    ] = None

    def to_search_options(self) -> SearchOptions:
        """Return the options of the search. Raises InputError."""
        return replace(super(MatchOptions, self).to_search_options(), availability=self.available)


@expand_options
def match(
    context: typer.Context,
    source: NeedSource,
    ranking: MatchOptions,
    corrections: CorrectionOptions,
    is_long: Annotated[
        bool,
        typer.Option("--long", help="Show everything that is known of each patent."),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Rank the patents that answer a need.

    Each comes with the passage that answers, its legal status, its owner and the way to the
    inventor team; at the end stands which parts of the need are answered.
    """
    settings = read_settings(context)
    options = ranking.to_search_options()
    today = date.today()
    needs = source.read(today)
    are_several = source.needs is not None or len(needs) > 1
    reading = None
    if corrections.are_given:
        if are_several:
            raise InputError(_("a correction is for one need; give that one without --needs"))
        reading = corrections.corrected_reading(needs[0])
    if not are_several:
        answers = _answer(settings, needs[0], options, today, reading)
    else:
        answers = _answer_all(settings, needs, options, today)
    for answer in answers:
        show_answer(answer, today, as_json=as_json, is_long=is_long)
        sys.stdout.flush()  # a kill costs what is not answered yet


def _answer(
    settings: "Settings",
    need: "Need",
    options: SearchOptions,
    today: date,
    reading: "Reading | None",
) -> "Iterator[Answer]":
    """Yield the answer for one need, read anew or as the user corrected it."""
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.wiring.open import open_matcher

    with progress_line() as report:
        report(Step(_("loading the model and the index"), 0))
        with open_matcher(settings) as engine:
            report(Step(_("searching"), 0))
            answer = engine.match(need, options, today=today, reading=reading)
    yield answer


def _answer_all(
    settings: "Settings", needs: "list[Need]", options: SearchOptions, today: date
) -> "Iterator[Answer]":
    """Yield the answers for the needs of a sheet, in order."""
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step, silent
    from matcher.wiring.open import open_matcher

    with ExitStack() as stack:
        with progress_line() as report:
            report(Step(_("loading the model and the index"), 0))
            engine = stack.enter_context(open_matcher(settings))
        # Where the answers scroll over the same screen, they are the progress.
        scrolling = sys.stdout.isatty()
        with nullcontext(silent) if scrolling else progress_line() as report:
            answers = engine.match_many(needs, options, today=today)
            for number, answer in enumerate(answers, 1):
                yield answer
                report(Step(_("answering needs"), number, len(needs)))


def show_answer(answer: "Answer", today: date, *, as_json: bool, is_long: bool = False) -> None:
    """Print an answer: for a program, for a person in short, or with all that is known."""
    if as_json:
        from matcher.search.answer_json import answer_json

        print_json(answer_json(answer, today))
        return
    from matcher.commands.terminal.answer import print_answer
    from matcher.commands.terminal.console import new_console
    from matcher.commands.terminal.short_answer import print_short_answer

    (print_answer if is_long else print_short_answer)(new_console(), answer, today)
