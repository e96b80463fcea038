"""Print the figures of catalogues of 0.1, 1, 10 and 50 million patents.

    python -m scripts.scale                       # varied samples
    python -m scripts.scale --data FILE           # other patents that matcher can import
    python -m scripts.scale --write               # and put the tables into docs/scale.md

Everything is measured here, at sizes that take a few minutes, and carried on by the rules that
docs/scale.md states. Vectors of the indexes are random; those of the embedding rate are not.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from scripts.bench.catalogue import need_texts
from scripts.bench.process import run_stage
from scripts.scale import stages
from scripts.scale.catalogue import read_documents
from scripts.scale.measure import Extent, measure
from scripts.scale.report import DOCUMENT, replace_report, report


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, and write them if asked for."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="matcher scale ") as name:
        folder = Path(name)
        documents = read_documents(options.data, options.sizes[1], folder)
        if len(documents) < options.sizes[1]:
            options.sizes = [max(1, len(documents) // 10), len(documents)]
        extent = Extent(
            (options.sizes[0], options.sizes[1]),
            min(options.milvus, len(documents)),
            (options.vectors[0], options.vectors[1]),
            (options.words[0], options.words[1]),
            min(options.embedded, options.sizes[0]),
            options.needs,
        )
        figures = measure(documents, need_texts(), extent, folder, _tell)
    source = "Varied samples" if options.data is None else "Patents of a file"
    markdown = report(figures, source)
    print(markdown)
    if options.write:
        replace_report(DOCUMENT, markdown)


def _tell(stage: str) -> None:
    print(stage, file=sys.stderr, flush=True)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.scale", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, help="a file of patents that matcher can import")
    parser.add_argument("--sizes", type=int, nargs=2, default=[1_000, 10_000], help="patents")
    parser.add_argument("--milvus", type=int, default=500, help="patents in milvus-lite")
    parser.add_argument(
        "--vectors", type=int, nargs=2, default=[10_000, 100_000], help="vectors searched"
    )
    parser.add_argument(
        "--words", type=int, nargs=2, default=[50_000, 100_000], help="passages searched for words"
    )
    parser.add_argument("--embedded", type=int, default=40, help="patents that are embedded")
    parser.add_argument("--needs", type=int, default=20, help="sample needs that are answered")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scale.md")
    options = parser.parse_args(arguments)
    for small, large in (options.sizes, options.vectors, options.words):
        if not 0 < small < large:
            parser.error("of two sizes the first is the smaller, and at least 1")
    if min(options.milvus, options.embedded, options.needs) < 1:
        parser.error("--milvus, --embedded and --needs must be at least 1")
    return options


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in stages.STAGES:
        run_stage(stages.STAGES)
    else:
        main()
