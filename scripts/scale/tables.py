"""Markdown tables of what was measured."""

from collections.abc import Iterable, Mapping, Sequence

from scripts.scale.measure import Figures
from scripts.scale.milvus_rows import FIELDS, MilvusFigures
from scripts.scale.models import GPUS, MODELS
from scripts.scale.outlook import SIZES, Outlook, core_rate
from scripts.scale.parts import PARTS
from scripts.scale.searches import vectors_read
from scripts.scale.units import bytes_, count, hours, seconds

ASSUMED_CORES = 16
CHECKED, MEASURED = 5_000_000, "6.5 and 36 ms"
"""Vectors of the largest index that was measured, and the times of its searches."""


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table: the first column is text, the others are figures."""
    lines = [_row(heading), _row(["---", *["---:"] * (len(heading) - 1)])]
    return "\n".join([*lines, *map(_row, rows)])


def a_patent(figures: Figures) -> str:
    """Table of the counts of a patent."""
    rows = [
        (name, f"{mean:,.1f}", f"{middle:,.0f}")
        for name, (mean, middle) in figures.per_patent.items()
    ]
    return table(["a patent has", "mean", "median"], rows)


def parts(figures: Figures) -> str:
    """Table of the bytes of each part on disk."""
    vectors = figures.mean("vectors")
    rows = [
        (part, bytes_(line.each), bytes_(line.each / vectors), bytes_(max(0.0, line.fixed)))
        for part, line in ((part, figures.parts[part]) for part in PARTS)
    ]
    return table(["on disk", "a patent", "by vector", "beside"], rows)


def collection_rows(milvus: MilvusFigures) -> str:
    """Table of the bytes of a row in Milvus."""
    rows = [(f"`{field}`", bytes_(milvus.row_bytes[field])) for field in FIELDS]
    rows.append(("all", bytes_(sum(milvus.row_bytes.values()))))
    return table(["a row in Milvus", "bytes"], rows)


def forms(by_dimension: Mapping[int, Mapping[str, float]]) -> str:
    """Table of the bytes of a vector in each form."""
    names = next(iter(by_dimension.values()))
    rows = [
        (name, *(f"{by_dimension[dimension][name]:,.0f}" for dimension in by_dimension))
        for name in names
    ]
    return table(["bytes of a vector", *(f"d = {own:,}" for own in by_dimension)], rows)


def memory(figures: Figures) -> str:
    """Table of memory at the measured sizes, and for each million patents."""
    sizes = figures.extent.sizes
    lines = {
        "peak of `matcher index`": figures.index_memory,
        "an open index, without mapped files": figures.held,
        "columns of the catalogue": figures.columns,
        "values of all patents, read by `matcher index` for Milvus": figures.values,
    }
    rows = [
        (name, *(bytes_(line.at(size)) for size in sizes), bytes_(1e6 * line.each))
        for name, line in lines.items()
    ]
    heading = ["memory", *(f"{size:,} patents" for size in sizes), "each million more"]
    return table(heading, rows)


def embedding(figures: Figures) -> str:
    """Table of the hours of embedding by model and size."""
    heading = ["hours", "weights a token", "patents", "1 core", f"{ASSUMED_CORES} cores"]
    heading += [f"{gpu.name} (computed)" for gpu in GPUS]
    rows = []
    for number, model in enumerate(MODELS):
        for size in SIZES:
            own = Outlook(figures, size)
            cells = [own.cpu_hours(number, cores) for cores in (1, ASSUMED_CORES)]
            cells += [own.gpu_hours(number, gpu) for gpu in range(len(GPUS))]
            name = [model.name, f"{model.weights / 1e6:,.1f} million", count(size)]
            rows.append([*name, *map(hours, cells)])
    return table(heading, rows)


def rates(figures: Figures) -> str:
    """Sentence on the measured rates of the built-in model."""
    each = [
        f"{rate:,.0f} tokens a second on {cores} core{'s' if cores > 1 else ''}"
        for cores, rate in figures.rates.items()
    ]
    shared = core_rate(figures, max(figures.rates))
    return (
        f"The built-in model reads {', '.join(each)}; {shared:,.0f} on each of all, which the "
        f"figures for {ASSUMED_CORES} cores are made of."
    )


def an_answer(figures: Figures) -> str:
    """Table of an answer at both measured sizes, in files."""
    lines = {
        "the engine's own part": ("own", seconds),
        "the model": ("model", seconds),
        "search for vectors": ("dense", seconds),
        "search for words": ("lexical", seconds),
        "vectors searched for": ("queries", count),
        "texts searched for": ("texts", count),
        "postings of their terms": ("postings", count),
        "vectors read to score candidates": ("rows", count),
    }
    rows = [
        (name, *(shown(float(own[field])) for own in figures.answers))
        for name, (field, shown) in lines.items()
    ]
    rows.append(
        (
            "patents that the filter on legal status allows, read once",
            *(seconds(float(own["filter"])) for own in figures.answers),
        )
    )
    rows.append(
        (
            "search for one vector, of processor time",
            *(
                f"{seconds(figures.dense.at(size))} ({size:,} vectors)"
                for size in figures.extent.vectors
            ),
        )
    )
    rows.append(
        (
            "search for words with 0.1 and 4 million postings, filter of half",
            *(seconds(figures.words.at(postings)) for postings in (1e5, 4e6)),
        )
    )
    return table(["an answer", *(f"{size:,} patents" for size in figures.extent.sizes)], rows)


def search_check(figures: Figures) -> str:
    """Sentence that compares the rule for searches with what was measured of many vectors."""
    plain = figures.dense.at(vectors_read(CHECKED))
    filtered = figures.dense.at(2 * vectors_read(CHECKED)) + figures.marking.at(CHECKED)
    return (
        f"By the rule one search among {count(CHECKED)} vectors takes {seconds(plain)}, and "
        f"{seconds(filtered)} with a filter that allows half; measured were {MEASURED} "
        "([performance.md](performance.md#size))."
    )


def calls(milvus: MilvusFigures) -> str:
    """Table of the calls of an answer."""
    lines = {
        "searches": ("searches", count),
        "calls for rows": ("gets", count),
        "hits": ("hits", count),
        "rows with vector and terms": ("fetched", count),
        "sent": ("sent", bytes_),
        "received": ("received", bytes_),
    }
    rows = [(name, shown(milvus.answer[field])) for name, (field, shown) in lines.items()]
    return table([f"an answer from {milvus.patents:,} patents in Milvus", "median"], rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
