"""Give every reader, parser and route bad input at volume, and look for what should not happen.

    python -m scripts.fuzz --seed 22 --inputs 2000 --unguided     # half a minute
    python -m scripts.fuzz --seed 22 --inputs 100000              # needs pip install -e ".[fuzz]"
    python -m scripts.fuzz --only xlsx --again FILE               # a kept input, with its traceback

Each input may be read, or refused by an error for users. A find is any other error, a request
answered with 500 or above, more CPU time than --seconds (tried again alone before it counts), a
process that hangs, dies or grows by more than 1,000 MB. Ends with 1 after a find; its
inputs are kept.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

_NO_ATHERIS = (
    'atheris is not installed: pip install -e ".[fuzz]", or choose --unguided, which goes by the '
    "seed alone"
)


def main(arguments: list[str] | None = None) -> int:
    """Run the targets, print them and the table, and return the exit status."""
    options = _options(arguments)
    is_guided = not options.unguided and options.again is None
    with _traced(is_guided):
        from scripts.fuzz.report import lines, table
        from scripts.fuzz.runs import Plan, run, warm_up
        from scripts.fuzz.targets import TARGETS, shares

        names = options.only or list(TARGETS)
        if unknown := set(names) - set(TARGETS):
            sys.exit(f"there is no target {', '.join(unknown)}; {', '.join(TARGETS)}")
        if options.again is None:
            warm_up()
    folder = Path(tempfile.mkdtemp(prefix="matcher-fuzz-", dir=options.folder))
    if options.again is not None:
        return _again(names, options.again, folder)
    has_finds = True
    try:
        runs = []
        plans = [
            Plan(name, options.seed, inputs, options.seconds, is_guided)
            for name, inputs in shares(options.inputs, names).items()
        ]
        folders = [folder / str(number) for number in range(len(plans))]
        with ThreadPoolExecutor(options.jobs) as threads:
            for ran in threads.map(run, plans, folders):
                print(lines(ran), flush=True)
                runs.append(ran)
        has_finds = any(ran.finds or ran.inputs == 0 for ran in runs)
        guide = "the seed alone" if options.unguided else "coverage"
        total = sum(ran.inputs for ran in runs)
        print(f"\nseed {options.seed}, {total:,} inputs, guided by {guide}\n\n{table(runs)}")
    finally:
        if has_finds:
            print(f"\nthe inputs lie in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    return int(has_finds)


@contextmanager
def _traced(is_guided: bool) -> Iterator[None]:
    """Let atheris see the branches of our modules that are imported within; it names each."""
    if not is_guided:
        yield
        return
    if find_spec("atheris") is None:
        sys.exit(_NO_ATHERIS)
    import atheris

    with redirect_stderr(StringIO()), atheris.instrument_imports(include=["matcher", "api"]):
        yield


def _again(names: list[str], file: Path, folder: Path) -> int:
    """Run one kept input; its error is shown with its traceback."""
    from scripts.fuzz.runs import run_file

    if len(names) != 1:
        sys.exit("--again needs --only TARGET")
    try:
        print(run_file(names[0], file, folder))
    finally:
        shutil.rmtree(folder)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.fuzz", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seed", type=int, default=1, help="decides the inputs")
    parser.add_argument("--inputs", type=int, default=2_000, help="how many, of all targets")
    parser.add_argument("--only", action="append", help="a target; may be repeated")
    parser.add_argument(
        "--unguided", action="store_true", help="by the seed alone, without coverage (atheris)"
    )
    parser.add_argument(
        "--seconds", type=float, default=2.0, help="CPU time above which an input is slow"
    )
    parser.add_argument("--jobs", type=int, default=1, help="targets that run at once")
    parser.add_argument("--again", type=Path, help="run one kept input of the target")
    parser.add_argument("--folder", type=Path, help="where files and homes are made")
    options = parser.parse_args(arguments)
    if min(options.inputs, options.jobs) < 1:
        parser.error("--inputs and --jobs must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
