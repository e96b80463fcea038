"""Report of the figures in Markdown, and its place in docs/scale.md."""

from pathlib import Path

from scripts.bench.machine import ROOT, describe_commit, describe_machine
from scripts.scale import tables
from scripts.scale.four_sizes import four_sizes
from scripts.scale.limits import markdown as limits_markdown
from scripts.scale.measure import Figures

DOCUMENT = ROOT / "docs" / "scale.md"
BEGIN_MARKER = "<!-- measured: written by python -m scripts.scale --write -->"
END_MARKER = "<!-- end of measured -->"
HEADINGS = (
    "Four sizes",
    "What breaks next",
    "A patent",
    "Bytes on disk",
    "Bytes of a vector",
    "Memory",
    "Embedding",
    "An answer",
)


def report(figures: Figures, source: str) -> str:
    """Return the report; `source` says which patents were measured."""
    extent = figures.extent
    head = (
        f"Commit {describe_commit()}; {describe_machine()}. {source}: {extent.sizes[0]:,} and "
        f"{extent.sizes[1]:,} patents in files, {extent.milvus:,} in milvus-lite, the texts of "
        f"{extent.embedded:,} embedded; searches among {extent.vectors[0]:,} and "
        f"{extent.vectors[1]:,} vectors, and {extent.words[0]:,} and {extent.words[1]:,} passages."
    )
    bodies = (
        four_sizes(figures),
        limits_markdown(figures),
        tables.a_patent(figures),
        f"{tables.parts(figures)}\n\n{tables.collection_rows(figures.milvus)}",
        tables.forms(figures.forms),
        tables.memory(figures),
        f"{tables.rates(figures)}\n\n{tables.embedding(figures)}",
        "\n\n".join(
            (
                tables.an_answer(figures),
                tables.search_check(figures),
                tables.calls(figures.milvus),
            )
        ),
    )
    sections = [f"## {name}\n\n{body}" for name, body in zip(HEADINGS, bodies, strict=True)]
    return "\n\n".join([head, *sections])


def replace_report(document: Path, markdown: str) -> None:
    """Replace what is between the two markers of a document. Raises ValueError without them."""
    text = document.read_text("utf-8")
    head, begin, rest = text.partition(BEGIN_MARKER)
    _, end, tail = rest.partition(END_MARKER)
    if not (begin and end):
        raise ValueError(f"{document} needs the lines {BEGIN_MARKER} and {END_MARKER}")
    document.write_text(f"{head}{begin}\n\n{markdown}\n\n{end}{tail}", encoding="utf-8")
