"""Compare this build with an older one: commands and the server, in turns on the same machine.

    python -m scripts.bench.compare                                # varied sample patents
    python -m scripts.bench.compare --data FILE --needs FILE       # other patents and needs

FILE of patents is any that `matcher import` reads; FILE of needs has a need in each line. The older
build (--older COMMIT) gets an environment of its own, with its own pins, under var/bench. Prints a
Markdown table of medians with the commit and the machine. Linux only.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scripts.bench.builds import OLDER, Build, Served, older_build, this_build
from scripts.bench.catalogue import need_texts, write_catalogue
from scripts.bench.machine import describe_commit, describe_machine

Figures = dict[str, float]


@dataclass(frozen=True)
class Work:
    """Inputs of a measurement."""

    data: Path
    one_more: Path
    """One patent that `data` does not hold."""
    needs: Sequence[str]
    clients: int


def main() -> None:
    """Measure both builds in turns and print the table."""
    options = _options()
    machine = describe_machine()
    # Every need is answered, however long it waits: the older build refuses none.
    settings = {"MATCHER_COMPUTE_DTYPE": options.dtype, "MATCHER_WAIT_SECONDS": "120"}
    builds = [older_build(options.older, settings), this_build(settings)]
    rounds: dict[str, list[Figures]] = {build.name: [] for build in builds}
    with tempfile.TemporaryDirectory(prefix="matcher compare ") as folder:
        work = _work(options, Path(folder))
        for number in range(options.runs):
            for build in builds:
                home = Path(folder) / f"{build.name} {number}"
                rounds[build.name].append(measure(build, home, work))
    print(
        f"Commit {describe_commit()}, beside {options.older}; {machine}\n"
        f"{work.data.name}, {len(work.needs)} needs, {options.clients} clients; medians of "
        f"{options.runs} runs in turns; built-in model, {options.dtype}\n"
    )
    older, now = (rounds[build.name] for build in builds)
    print(comparison(older, now, options.older))


def measure(build: Build, home: Path, work: Work) -> Figures:
    """Measure one build once, in an empty home."""

    def say(stage: str) -> None:
        print(f"== {build.name}: {stage}", file=sys.stderr, flush=True)

    say("import and index")
    imported = build.run(home, "import", work.data)
    indexed = build.run(home, "index")
    say("first answer")
    first = build.run(home, "match", work.needs[0])
    say("one more patent")
    build.run(home, "import", work.one_more)
    again = build.run(home, "index")
    figures = {
        "import, s": imported.wall,
        "index all, s": indexed.wall,
        "index all, processor s": indexed.processor,
        "index again after one new patent, s": again.wall,
        "first answer in a fresh process, s": first.wall,
        "first answer in a fresh process, processor s": first.processor,
    }
    say("server")
    started = time.perf_counter()
    with build.serving(home) as served:
        served.match(work.needs[0])
        figures["first answer of a fresh server, s"] = time.perf_counter() - started
        figures.update(_alone(served, work.needs))
        say(f"{work.clients} clients")
        figures.update(_together(served, work, "many clients"))
        say(f"{work.clients} clients beside an indexing run")
        with _indexing(build, home):
            figures.update(_together(served, work, "beside indexing"))
        figures["peak memory of the server, MB"] = served.peak_memory()
    return figures


def _alone(served: Served, needs: Sequence[str]) -> Figures:
    """One need after the other, each for the first time, after a warm-up."""
    for text in needs[:3]:
        served.match(f"{text}\n预热")
    used = served.processor_seconds()
    times = [_timed(served, text) for text in needs]
    processor = (served.processor_seconds() - used) / len(needs)
    return {
        "one answer over HTTP p50, ms": 1000 * _quantile(times, 0.5),
        "one answer over HTTP p95, ms": 1000 * _quantile(times, 0.95),
        "one answer, processor ms": 1000 * processor,
    }


@contextmanager
def _indexing(build: Build, home: Path) -> Iterator[None]:
    """Index everything anew, again and again, until the block ends."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            build.run(home, "index", "--full")

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(run)
        yield
        is_over.set()
    running.result()


def _together(served: Served, work: Work, name: str) -> Figures:
    """Many clients at once, every need distinct."""
    texts = [f"{text}\n第{n}家企业，{name}" for n in range(1, 5) for text in work.needs]
    texts = texts[: max(200, 2 * work.clients)]
    started = time.perf_counter()
    with ThreadPoolExecutor(work.clients) as clients:
        times = list(clients.map(lambda text: _timed(served, text), texts))
    return {
        f"{name}: answers/s": len(texts) / (time.perf_counter() - started),
        f"{name}: p50, s": _quantile(times, 0.5),
        f"{name}: p95, s": _quantile(times, 0.95),
    }


def _timed(served: Served, text: str) -> float:
    start = time.perf_counter()
    served.match(text)
    return time.perf_counter() - start


def _quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def comparison(older: list[Figures], now: list[Figures], commit: str) -> str:
    """Return the medians of two builds' runs side by side, as a Markdown table."""
    lines = [f"| | {commit} | now | now / {commit} |", "|---|---:|---:|---:|"]
    for name in now[0]:
        before, after = (median(figures[name] for figures in runs) for runs in (older, now))
        lines.append(f"| {name} | {before:,.2f} | {after:,.2f} | {after / before:.2f} |")
    return "\n".join(lines)


def _work(options: argparse.Namespace, folder: Path) -> Work:
    data, needs = bench_data(options, folder)
    more = folder / "one more.jsonl"
    write_catalogue(more, options.patents + 1)
    more.write_text(more.read_text("utf-8").splitlines()[-1] + "\n", "utf-8")
    return Work(data, more, needs, options.clients)


def bench_data(options: argparse.Namespace, folder: Path) -> tuple[Path, list[str]]:
    """Return the file of patents and the needs of a bench; without options, of the samples."""
    data = options.data
    if data is None:
        data = folder / "varied.jsonl"
        write_catalogue(data, options.patents)
    needs = need_texts()
    if options.needs is not None:
        needs = [line for line in options.needs.read_text("utf-8").splitlines() if line.strip()]
    return data.resolve(), needs


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `bench_data` reads."""
    parser.add_argument("--data", type=_file, help="a file of patents that matcher can import")
    parser.add_argument(
        "--patents", type=int, default=500, help="varied sample patents, without --data"
    )
    parser.add_argument("--needs", type=_file, help="a file with a need in each line")


def _file(name: str) -> Path:
    if not Path(name).is_file():
        raise argparse.ArgumentTypeError(f"{name} does not exist")
    return Path(name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.compare", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--older", default=OLDER, help="commit of the older build")
    add_data_options(parser)
    parser.add_argument("--clients", type=int, default=50, help="clients at once")
    parser.add_argument("--runs", type=int, default=3, help="runs; the table has their medians")
    parser.add_argument("--dtype", default="auto", help="compute type of both (auto, float32)")
    options = parser.parse_args()
    if min(options.runs, options.patents, options.clients) < 1:
        parser.error("--runs, --patents and --clients must be at least 1")
    return options


if __name__ == "__main__":
    main()
