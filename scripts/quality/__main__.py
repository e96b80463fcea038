"""How good the answers are: one table, compared with the one of the last commit.

    python scripts/quality/__main__.py --data FOLDER          # print the table
    python scripts/quality/__main__.py --data FOLDER --write  # and make it the table of record

Without --data (or MATCHER_DATA) only the samples are measured. The model and the ways of fusing
are those of the settings (MATCHER_...). Prints Markdown; progress goes to stderr.
"""

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matcher.commands.terminal.progress import progress_line  # noqa: E402
from matcher.errors import InputError, MatcherError  # noqa: E402
from matcher.settings import Settings  # noqa: E402
from matcher.wiring import open as wiring  # noqa: E402 - found by the line above
from scripts.quality.caching_encoder import RememberingEncoder  # noqa: E402
from scripts.quality.measure import NEEDS_DATA, measure_everything  # noqa: E402
from scripts.quality.record import (  # noqa: E402
    Record,
    lost_by_writing,
    previous_record,
    write_record,
)
from scripts.quality.report import put_into, report  # noqa: E402


def main() -> None:
    """Measure, print, and write where asked to."""
    options = _options()
    try:
        # Before the minutes of measuring, not after them.
        before = previous_record(options.table)
        record = _measure(options.data)
        lost = lost_by_writing(options.table, record) if options.write else ()
        told = report(record, *(before or (None, None)))
        print(told)
        if lost:
            raise InputError(
                f"{options.table} was not written: it has figures on {', '.join(lost)}, which "
                "this run left out; give --data, or another --table"
            )
        if options.write:
            _write(options.table, record, told)
    except MatcherError as problem:
        print(f"error: {problem}", file=sys.stderr)
        sys.exit(problem.exit_code)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    given = os.environ.get("MATCHER_DATA")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(given) if given else None,
        help="folder with need-achievement, chinese and parallel (default: MATCHER_DATA)",
    )
    parser.add_argument(
        "--table",
        type=Path,
        default=ROOT / "docs" / "quality.json",
        help="the table of record; the Markdown file of the same name beside it is its report",
    )
    parser.add_argument("--write", action="store_true", help="write both of them")
    options = parser.parse_args()
    if options.data is not None and not options.data.is_dir():
        parser.error(f"{options.data} does not exist")
    if not options.table.parent.is_dir():
        parser.error(f"{options.table.parent} does not exist")
    return options


def _measure(data: Path | None) -> Record:
    start = time.monotonic()

    def say(what: str) -> None:
        print(f"== {what} ({time.monotonic() - start:.0f} s)", file=sys.stderr, flush=True)

    settings = Settings()
    say("loading the model")
    encoder = RememberingEncoder(wiring.load_encoder(settings))
    with progress_line() as step:
        figures = tuple(measure_everything(settings, encoder, data, say, step))
    say("differences")
    model = f"{encoder.name} ({encoder.fingerprint})"
    return Record(model, () if data else (NEEDS_DATA,), figures)


def _write(table: Path, record: Record, told: str) -> None:
    document = table.with_suffix(".md")
    if document.is_file():
        put_into(document, told)
    write_record(table, record)
    print(f"== wrote {table.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
