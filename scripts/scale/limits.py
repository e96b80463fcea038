"""Limits that break next, each with the number of patents at which it is reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from indexes.milvus.conditions import MAX_LISTED
from indexes.query_terms import MAX_POSTINGS
from matcher.wiring.milvus_channels import MAX_HIDDEN
from scripts.scale.lines import Line
from scripts.scale.measure import Figures
from scripts.scale.outlook import FULL, MEMORY, POSTGRESQL, SIZES, Outlook
from scripts.scale.parts import DENSE, WORD_INDEX
from scripts.scale.units import bytes_, count, hours, seconds

USABLE = FULL * MEMORY
CHECKING, FILTERING, DAY = 60.0, 1.0, 24.0
"""Seconds of checksums at an opening, seconds of a filter, hours of a build: judgement."""
COPIED = 10e9
"""Bytes of a file that is copied with each change: judgement."""
CALLS = 10
"""Searches of Milvus in the place of one: judgement."""
CHANGED = 0.01
"""Share of the patents that changes between two runs of `matcher index`: assumed."""


@dataclass(frozen=True)
class Limit:
    """A limit, with the figure that runs into it."""

    name: str
    reached: float
    """Patents."""
    figure: Callable[[Outlook], str]
    reason: str


def limits(figures: Figures) -> list[Limit]:
    """Return the limits, the first reached first."""
    found = [*_of_memory(figures), *_of_time(figures), *_of_milvus(figures)]
    return sorted(found, key=lambda limit: limit.reached)


def markdown(figures: Figures) -> str:
    """Return the table of limits, and for each size what is past and what comes next."""
    known = limits(figures)
    sizes = [Outlook(figures, patents) for patents in SIZES]
    heading = ["limit", "reached at", *(count(own.patents) for own in sizes), "reason"]
    rows = [
        [
            own.name,
            _reached(own),
            *(_marked(own, outlook) for outlook in sizes),
            own.reason,
        ]
        for own in known
    ]
    lines = [_row(heading), _row(["---", *["---:"] * (len(heading) - 2), "---"]), *map(_row, rows)]
    return "\n".join([*lines, "", *(_said(known, own.patents) for own in sizes)])


def _of_memory(figures: Figures) -> list[Limit]:
    index, held = figures.index_memory, figures.held.each + figures.columns.each
    server = Line(figures.server, held)
    dense = Line(server.fixed, held + figures.parts[DENSE].each)
    return [
        Limit(
            "memory of `matcher index`",
            _where(index, USABLE),
            lambda own: bytes_(own.indexing),
            "the passages of a run are in memory (`embed_catalogue`). Runs over parts do not "
            "help for long: segments of like size are merged in one run (`MIN_GROWTH`)",
        ),
        Limit(
            "memory of each server, anywhere",
            _where(server, USABLE),
            lambda own: bytes_(own.held),
            "passage table, numbering of rows and vectors, lengths of passages, columns of the "
            "catalogue",
        ),
        Limit(
            "memory of a server on files, with its vectors",
            _where(dense, USABLE),
            lambda own: bytes_(own.serving),
            "with less, searches read lists from disk",
        ),
        Limit(
            "values of all patents, on Milvus",
            _where(figures.values, USABLE),
            lambda own: bytes_(figures.values.at(own.patents)),
            "`matcher index` reads them into memory after any change of the database (`outdated`)",
        ),
        Limit(
            "table `patents` in PostgreSQL",
            USABLE / POSTGRESQL,
            lambda own: bytes_(own.database),
            "larger than the memory of its machine, and it has no partitions "
            "([database.md](database.md#large-tables-分区))",
        ),
    ]


def _of_time(figures: Figures) -> list[Limit]:
    texts, size = figures.answers[1]["texts"], figures.extent.sizes[1]
    postings = figures.answers[1]["postings"] / max(1.0, texts) / size
    hashing = Line(0, Outlook(figures, 10**9).generation(in_milvus=False) / 1e9 / figures.hashing)
    word_index = figures.parts[WORD_INDEX]
    building = Line(figures.index_seconds.fixed / 3_600, figures.index_seconds.each / 3_600)
    return [
        Limit(
            "postings of a need's terms",
            MAX_POSTINGS / postings,
            lambda own: count(postings * own.patents),
            f"a search reads {count(MAX_POSTINGS)}: beyond, long needs find passages by their "
            "rarer terms alone and miss some; the dense channel finds patents beside it",
        ),
        Limit(
            "first answer after a change: filter",
            _where(figures.filtering, FILTERING),
            lambda own: seconds(figures.filtering.at(own.patents)),
            "the rows of all allowed patents are read from SQL, once for each version of the "
            "database; legal status is a filter by default",
        ),
        Limit(
            "checksums of an index in files, when opened",
            _where(hashing, CHECKING),
            lambda own: seconds(hashing.at(own.patents)),
            "every server compares all files of a generation; in Milvus about half as many",
        ),
        Limit(
            "word index, one SQLite file",
            _where(word_index, COPIED),
            lambda own: bytes_(word_index.at(own.patents)),
            "with PostgreSQL each change writes a copy of all of it (`_writing_aside`)",
        ),
        Limit(
            "building without embedding, h",
            _where(building, DAY),
            lambda own: hours(building.at(own.patents)),
            "one process; the lists of FAISS come on top, 155 s for five million vectors, growing "
            "with n·√n ([performance.md](performance.md#size))",
        ),
    ]


def _of_milvus(figures: Figures) -> list[Limit]:
    return [
        Limit(
            "searches of Milvus for one, half allowed",
            2.0 * CALLS * MAX_LISTED,
            lambda own: count(max(1.0, own.patents / 2 / MAX_LISTED)),
            f"where the database is newer than the rows, allowed patents are listed, "
            f"{MAX_LISTED:,} in a call, until `matcher index` has run",
        ),
        Limit(
            f"changed between runs, at {CHANGED:.0%}",
            MAX_HIDDEN / CHANGED,
            lambda own: count(CHANGED * own.patents),
            f"more than {MAX_HIDDEN:,} changed or deleted patents lead to a new collection with "
            "all rows (`MAX_HIDDEN`)",
        ),
    ]


def _where(line: Line, limit: float) -> float:
    """Patents at which a line reaches a limit."""
    return (limit - line.fixed) / line.each if line.each > 0 else float("inf")


def _reached(limit: Limit) -> str:
    return count(limit.reached) if isfinite(limit.reached) else "never"


def _marked(limit: Limit, outlook: Outlook) -> str:
    """Figure of a limit at a size, bold where it is past."""
    shown = limit.figure(outlook)
    return f"**{shown}**" if outlook.patents > limit.reached else shown


def _said(known: Sequence[Limit], patents: int) -> str:
    past = [own for own in known if own.reached < patents]
    coming = [own for own in known if own.reached >= patents]
    said = ["no limit is past"]
    if past:
        said = [f"{len(past)} of {len(known)} limits are past, the last of them {past[-1].name}"]
    if coming:
        said.append(f"next is {coming[0].name} at {_reached(coming[0])}")
    return f"- **{count(patents)}**: {'; '.join(said)}."


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
