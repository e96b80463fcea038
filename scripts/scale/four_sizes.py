"""Table of catalogues of 0.1, 1, 10 and 50 million patents."""

from collections.abc import Callable
from functools import partial

from scripts.scale.measure import Figures
from scripts.scale.outlook import FULL, MEMORY, SIZES, Outlook
from scripts.scale.parts import CACHE, WORD_INDEX
from scripts.scale.quantised import DIMENSIONS
from scripts.scale.tables import ASSUMED_CORES, table
from scripts.scale.units import bytes_, count, hours, seconds

OTHER_MACHINES = 3
"""Beside query nodes: the rest of Milvus, PostgreSQL, and matcher."""
FORMS = ("float32", "float16", "SQ8", "IVF, RaBitQ")
Row = tuple[str, Callable[[Outlook], str]]


def four_sizes(figures: Figures) -> str:
    """Return the table."""
    sizes = [Outlook(figures, patents) for patents in SIZES]
    rows = [*_storage(), *_machines(), *_times()]
    heading = ["patents", *(count(own.patents) for own in sizes)]
    return table(heading, [[name, *map(cell, sizes)] for name, cell in rows])


def _storage() -> list[Row]:
    return [
        ("passages", lambda own: count(own.passages)),
        ("vectors", lambda own: count(own.vectors)),
        *((f"vectors, {form}", partial(_vectors, form)) for form in FORMS),
        (
            "files of a generation, all in files",
            lambda own: bytes_(own.generation(in_milvus=False)),
        ),
        (
            "files of a generation, index in Milvus",
            lambda own: bytes_(own.generation(in_milvus=True)),
        ),
        ("vector cache", lambda own: bytes_(own.part(CACHE))),
        ("word index", lambda own: bytes_(own.part(WORD_INDEX))),
        ("PostgreSQL", lambda own: bytes_(own.database)),
    ]


def _machines() -> list[Row]:
    return [
        ("place", lambda own: "files" if own.is_in_files else "Milvus"),
        ("machines", _count_machines),
        *(
            (f"query nodes of Milvus, d = {dimension:,}", partial(_nodes, dimension))
            for dimension in DIMENSIONS
        ),
        ("disk of the query nodes", lambda own: bytes_(own.nodes_disk(DIMENSIONS[0]))),
        ("memory of each server", lambda own: bytes_(own.held)),
        (
            "the same, with the vectors of its files",
            lambda own: bytes_(own.serving) if own.is_in_files else "",
        ),
        ("memory of `matcher index`", _indexing),
    ]


def _times() -> list[Row]:
    return [
        (
            f"embedding, built-in model, {ASSUMED_CORES} cores, h",
            lambda own: hours(own.cpu_hours(0, ASSUMED_CORES)),
        ),
        (
            "embedding, bge-m3, an A100, h (computed)",
            lambda own: hours(own.gpu_hours(3, 1)),
        ),
        ("an answer without its searches", lambda own: seconds(own.own_seconds)),
        (
            "its searches in files",
            lambda own: seconds(own.search_seconds) if own.is_in_files else "",
        ),
        (
            "rows that it fetches from Milvus, at most",
            lambda own: f"{count(own.fetched)}, {bytes_(own.fetched_bytes)}",
        ),
    ]


def _vectors(form: str, own: Outlook) -> str:
    return bytes_(own.vectors * own.figures.forms[DIMENSIONS[0]][form])


def _count_machines(own: Outlook) -> str:
    """Machines at least, without spare ones."""
    if own.is_in_files:
        return "1"
    return f"{own.nodes(own.kind(DIMENSIONS[0]), DIMENSIONS[0])} + {OTHER_MACHINES}"


def _nodes(dimension: int, own: Outlook) -> str:
    kind = own.kind(dimension)
    memory = own.nodes_memory(kind, dimension)
    return f"{own.nodes(kind, dimension)} ({kind}, {bytes_(memory)})"


def _indexing(own: Outlook) -> str:
    """Memory of a build, with a note where a machine of ours has not so much."""
    if own.indexing <= FULL * MEMORY:
        return bytes_(own.indexing)
    note = "over 70% of a machine" if own.indexing <= MEMORY else "more than a machine has"
    return f"{bytes_(own.indexing)} ({note})"
