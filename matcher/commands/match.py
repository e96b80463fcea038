"""`matcher match`: ranked patents for one need or many."""

import sys
from contextlib import ExitStack, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.correction_options import AddTerm, DropTerm, Keep, Part, corrected_reading
from matcher.commands.filter_options import (
    Alliance,
    Available,
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
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.search.matcher import Matcher
    from matcher.settings import Settings
    from matcher.types import Answer, Filters, Need, Reading


def match(
    context: typer.Context,
    need: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NEED",
            help="What is needed, in Chinese or English; - reads it from stdin. Put -- in front of "
            "a text that begins with a dash.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="Read one need from a .txt or .docx file.", show_default=False),
    ] = None,
    needs: Annotated[
        Path | None,
        typer.Option(
            help="Answer every need of a sheet (.xlsx, .csv …; see matcher template needs).",
            show_default=False,
        ),
    ] = None,
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
    available: Available = None,
    part: Part = None,
    keep: Keep = None,
    drop_term: DropTerm = None,
    add_term: AddTerm = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Rank the patents that answer a need.

    Each comes with the passage that answers, its legal status and terms, and the way to its
    inventor team.
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
    today = date.today()
    asked = read_asked(need or [], file, needs, today)
    typed = [[_whole(word) for word in words or ()] for words in (part, keep, drop_term, add_term)]
    reading = None
    if any(typed):
        if needs is not None:
            raise InputError("a correction is for one need; give that one without --needs")
        reading = corrected_reading(asked[0], *typed)
    if available is not None:
        settings = settings.model_copy(update={"availability": available})
    many = needs is not None
    for answer in answers(
        settings, asked, filters, k, today, many=many, reading=reading, diversity=diversity
    ):
        show(answer, today, as_json)


def read_asked(
    words: list[str], file: Path | None, needs: Path | None, today: date
) -> "list[Need]":
    """The needs that the arguments give, in exactly one of three ways. Raises InputError."""
    if (bool(words), file is not None, needs is not None).count(True) != 1:
        raise InputError(
            'give the need in one way: matcher match "NEED", --file FILE, or --needs FILE'
        )
    if needs is not None:
        return _read_sheet(needs, today)
    need = _read_document(file) if file is not None else _typed(words)
    if not need.full_text:
        raise InputError("the need is empty: write in a sentence or two what is needed")
    return [need]


def answers(
    settings: "Settings",
    asked: "list[Need]",
    filters: "Filters",
    k: int,
    today: date,
    *,
    many: bool,
    reading: "Reading | None" = None,
    diversity: float | None = None,
) -> "Iterator[Answer]":
    """An answer for each need, in order, while progress is shown where nothing else is.

    `reading` is a corrected one, of the only need.
    """
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.wiring.open import open_matcher

    with ExitStack() as stack:
        with progress_line() as report:
            report(Step("loading the model and the index", 0))
            engine = stack.enter_context(open_matcher(settings))
            if not many:
                report(Step("searching", 0))
                answer = engine.match(
                    asked[0], filters, k, today=today, reading=reading, diversity=diversity
                )
        if not many:
            yield answer
            return
        yield from _answer_all(engine, asked, filters, k, today, diversity)


def show(answer: "Answer", today: date, as_json: bool) -> None:
    """Print an answer, for a program or for a person."""
    if as_json:
        from matcher.search.answer_json import answer_json

        print_json(answer_json(answer, today))
        return
    from matcher.commands.terminal.answer import new_console, print_answer

    print_answer(new_console(), answer, today)


def _answer_all(
    engine: "Matcher",
    asked: "list[Need]",
    filters: "Filters",
    k: int,
    today: date,
    diversity: float | None,
) -> "Iterator[Answer]":
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step, silent

    # Where the answers scroll over the same screen, they are the progress.
    scrolling = sys.stdout.isatty()
    with nullcontext(silent) if scrolling else progress_line() as report:
        answered = engine.match_many(asked, filters, k, today=today, diversity=diversity)
        for number, answer in enumerate(answered, 1):
            yield answer
            report(Step("answering needs", number, len(asked)))


def _typed(words: list[str]) -> "Need":
    from matcher.types import Need

    if words == ["-"]:
        if sys.stdin is None:
            raise InputError("stdin is closed: give the need as an argument or with --file")
        return Need(text=_decoded(sys.stdin.buffer.read()))
    return Need(text=" ".join(_whole(word) for word in words))


def _read_document(file: Path) -> "Need":
    from matcher.importing.read_need_document import read_need_document

    return read_need_document(file)


def _read_sheet(sheet: Path, today: date) -> "list[Need]":
    from matcher.importing.read_need_document import read_needs
    from matcher.importing.rows.problem import problem_line

    found, problems = read_needs(sheet, today)
    for problem in problems:
        tell(f"- {problem_line(problem)}")
    if not found:
        raise InputError(f"{sheet} holds no need: fill in the sheet of matcher template needs")
    return found


def _whole(word: str) -> str:
    """The argument without the lone surrogates that stand for bytes of another encoding."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return _decoded(word.encode(errors="surrogateescape"))
    return word


def _decoded(raw: bytes) -> str:
    """Text in UTF-8 or else GB18030; what is neither keeps its readable part."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")
