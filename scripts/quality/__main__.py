"""Measure the quality of the answers, and compare it with the table of record.

    python -m scripts.quality --data FOLDER          # print the report
    python -m scripts.quality --data FOLDER --write  # and make it the table of record
    python -m scripts.quality --data FOLDER --model-only  # only what a model is judged by

Without --data (or MATCHER_DATA) only the samples are measured. Model and fusion are those of the
settings (MATCHER_...). Prints Markdown; progress goes to stderr. Run it in the project folder.
"""

import argparse
import sys
import time
from pathlib import Path

from matcher.commands.terminal.progress import progress_line
from matcher.errors import InputError, MatcherError
from matcher.settings import Settings
from matcher.wiring.open import load_encoder
from scripts.quality.caching_encoder import CachingEncoder
from scripts.quality.measure import MODEL_ONLY, NEEDS_DATA, measure_all
from scripts.quality.options import add_data_option
from scripts.quality.record import (
    Record,
    lost_by_writing,
    previous_record,
    write_record,
)
from scripts.quality.report import replace_report, report_markdown

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Measure, print the report, and write it if `--write` is given."""
    options = _options()
    try:
        # Read before the long measurement, so that a broken table is reported at once.
        previous = previous_record(options.table)
        record = _measure(options.data, options.model_only)
        lost = lost_by_writing(options.table, record) if options.write else ()
        markdown = report_markdown(record, *(previous or (None, None)))
        print(markdown)
        if lost:
            raise InputError(
                f"{options.table} was not written: it has figures on {', '.join(lost)}, which "
                "this run left out; give --data without --model-only, or another --table"
            )
        if options.write:
            _write(options.table, record, markdown)
    except MatcherError as problem:
        print(f"error: {problem}", file=sys.stderr)
        sys.exit(problem.exit_code)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality", description=(__doc__ or "").splitlines()[0]
    )
    add_data_option(parser, "need-achievement, chinese and parallel")
    parser.add_argument(
        "--table",
        type=Path,
        default=ROOT / "docs" / "quality.json",
        help="the table of record; the Markdown file of the same name beside it is its report",
    )
    parser.add_argument("--write", action="store_true", help="write both of them")
    parser.add_argument(
        "--model-only",
        action="store_true",
        help="measure needs and samples in both languages, journals and translations only",
    )
    options = parser.parse_args()
    if options.data is not None and not options.data.is_dir():
        parser.error(f"{options.data} does not exist")
    if not options.table.parent.is_dir():
        parser.error(f"{options.table.parent} does not exist")
    return options


def _measure(data: Path | None, model_only: bool) -> Record:
    start = time.monotonic()

    def say(stage: str) -> None:
        print(f"== {stage} ({time.monotonic() - start:.0f} s)", file=sys.stderr, flush=True)

    settings = Settings()
    say("loading the model")
    encoder = CachingEncoder(load_encoder(settings))
    with progress_line() as report:
        figures = tuple(measure_all(settings, encoder, data, say, report, model_only=model_only))
    say("differences")
    model = f"{encoder.name} ({encoder.fingerprint})"
    left_out = (*(() if data else (NEEDS_DATA,)), *((MODEL_ONLY,) if model_only else ()))
    return Record(model, left_out, figures)


def _write(table: Path, record: Record, markdown: str) -> None:
    document = table.with_suffix(".md")
    if document.is_file():
        replace_report(document, markdown)
    write_record(table, record)
    print(f"== wrote {table.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
