"""Measure the time for the shortlists of an event: many needs against a large catalogue.

    python -m scripts.bench.event                       # 500 needs, 100,000 patents, two cores
    python -m scripts.bench.event --needs 20 --patents 2000

The patents are varied sample patents. Their vectors are random, except with --encode-patents:
encoding them would take hours, and is not what is measured. The needs, and the words of the
passages shown, are always encoded by the model. --home FOLDER keeps the catalogue for later runs;
the folder must serve this benchmark alone. Prints a Markdown table with the commit and the machine.
Run it in the project folder.
"""

import argparse
import json
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from matcher.access.roles import COMMAND_CALLER
from matcher.commands.terminal.progress import progress_line
from matcher.events.record import Event
from matcher.ports import Encoder, TextKind, Vectors, WordEncoder
from matcher.search.answer_json import answer_json
from matcher.settings import Settings
from matcher.store import events
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.text.highlights import Span
from matcher.wiring.build import build_index
from matcher.wiring.open import (
    import_files,
    load_encoder,
    open_matcher,
    open_store,
)
from matcher.workflows.events import import_sheets
from matcher.workflows.events import match as event_matching
from models.late_chunking import NoLateChunking
from scripts.bench.catalogue import need_records, write_catalogue
from scripts.bench.machine import describe_commit, describe_machine
from scripts.bench.timed_encoder import TimedEncoder

FORM_FIELDS = ("title", "text", "problem", "indicators", "goal")


class RandomVectors(NoLateChunking):
    """Stand-in for the model: its name, pieces and words, but random vectors of texts."""

    def __init__(self, encoder: Encoder) -> None:
        """`encoder` is the model."""
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces, as the model does."""
        return self._encoder.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Random unit vectors (n, d); equal texts have equal vectors."""
        vectors: Vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            rng = np.random.default_rng(zlib.crc32(text.encode()))
            vector = rng.standard_normal(self.dimension)
            vectors[row] = vector / np.linalg.norm(vector)
        if progress is not None:
            progress(len(texts))
        return vectors

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        """Words of each text, as the model has them."""
        return self._encoder.words(texts) if isinstance(self._encoder, WordEncoder) else None

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """Vectors of the words by the model: there are few of them, unlike passages."""
        return self._encoder.word_vectors(words) if isinstance(self._encoder, WordEncoder) else None


class TimedStore(Store):
    """A store that measures the time of its write transactions in `seconds`."""

    seconds = 0.0

    @contextmanager
    def writing(self, *names: str) -> Iterator[Any]:
        """Open a transaction; its time includes the commit."""
        start = time.perf_counter()
        with super().writing(*names) as connection:
            yield connection
        self.seconds += time.perf_counter() - start


@dataclass(frozen=True)
class StageTimes:
    """Seconds of the stages."""

    encode: float
    present: float
    """Time to build the JSON of the answers."""
    store: float
    total: float
    cpu: float
    """CPU time of all cores, which other load on the machine does not lengthen."""
    matched: int
    """Needs with a shortlist."""
    failed: int

    @property
    def search(self) -> float:
        """Retrieval, scoring and evidence: the rest of the total."""
        return self.total - self.encode - self.present - self.store


def main() -> None:
    """Make the catalogue and the event, match its needs, print the table."""
    options = _options()
    machine = describe_machine()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    with tempfile.TemporaryDirectory(prefix="matcher bench ") as folder:
        home = options.home or Path(folder)
        settings = Settings(home=home, database_url=None, model=options.model)
        encoder = load_encoder(settings)
        if not (home / "matcher.sqlite").is_file():
            _make_catalogue(settings, options, encoder)
        name = _make_event(settings, options.needs, home)
        times = _match(settings, TimedEncoder(encoder), name)
    print(f"Commit {describe_commit()}; {machine}")
    kind = "encoded by the model" if options.encode_patents else "drawn at random"
    print(f"Model {options.model}; {options.patents:,} patents, vectors {kind}", end="; ")
    print(f"{options.cores} cores\n")
    print(_table(options.needs, times))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.event", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--needs", type=int, default=500)
    parser.add_argument("--patents", type=int, default=100_000)
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--home", type=Path, help="folder of this benchmark alone, which is kept")
    parser.add_argument(
        "--encode-patents", action="store_true", help="encode the patents by the model"
    )
    options = parser.parse_args()
    if min(options.needs, options.patents, options.cores) < 1:
        parser.error("--needs, --patents and --cores must be at least 1")
    return options


def _make_catalogue(settings: Settings, options: argparse.Namespace, encoder: Encoder) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    data = settings.home / "varied.jsonl"
    write_catalogue(data, options.patents)
    with progress_line() as report:
        import_files(settings, [data], today=date.today(), report=report)
        passage_encoder = encoder if options.encode_patents else RandomVectors(encoder)
        build_index(settings, full=True, encoder=passage_encoder, report=report)


def _make_event(settings: Settings, count: int, home: Path) -> str:
    """Create an event with so many needs, all different; its name."""
    records = need_records()
    moment = now()
    name = f"bench {moment.isoformat()}"
    path = home / "needs.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            source = records[number % len(records)]
            row = {key: source[key] for key in FORM_FIELDS if source.get(key)}
            row["title"] = f"{row.get('title', '')}（{number + 1}号产线）"
            row |= {"enterprise": f"样例企业{number}（样例）", "id": f"{name} {number}"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    sheets = import_sheets.read_event_input(path, None)
    with open_store(settings) as store, store.writing() as connection:
        events.create(connection, Event(name=name, created_at=moment, updated_at=moment))
        import_sheets.save_event_input(connection, name, sheets, settings)
    return name


def _match(settings: Settings, encoder: TimedEncoder, name: str) -> StageTimes:
    presenting = 0.0

    def timed_answer_json(*arguments: Any) -> Any:
        nonlocal presenting
        start = time.perf_counter()
        answer = answer_json(*arguments)
        presenting += time.perf_counter() - start
        return answer

    with (
        mock.patch.object(event_matching, "answer_json", timed_answer_json),
        open_matcher(settings, encoder=encoder) as matcher,
        TimedStore(settings.url) as store,
        progress_line() as report,
    ):
        encoder.seconds = 0.0
        start, cpu = time.perf_counter(), time.process_time()
        done = event_matching.match_event(
            matcher, store, name, caller=COMMAND_CALLER, today=date.today(), report=report
        )
        total = time.perf_counter() - start
        cpu = time.process_time() - cpu
    storing = store.seconds - presenting  # the JSON is built within the transaction
    return StageTimes(encoder.seconds, presenting, storing, total, cpu, done.matched, done.failed)


def _table(needs: int, times: StageTimes) -> str:
    rows = [
        ("encode the needs, and the words shown", times.encode),
        ("search, score and find the evidence", times.search),
        ("present", times.present),
        ("store", times.store),
        ("total", times.total),
        ("total, of the processor", times.cpu),
    ]
    lines = ["| stage | s | ms a need |", "|---|---|---|"]
    lines += [f"| {name} | {taken:.1f} | {1000 * taken / needs:.0f} |" for name, taken in rows]
    return "\n".join([*lines, "", f"{times.matched} needs matched, {times.failed} failed."])


if __name__ == "__main__":
    main()
