"""How long the shortlists of an event take: many needs against a large catalogue.

    python scripts/bench/event.py                       # 500 needs, 100,000 patents, two cores
    python scripts/bench/event.py --needs 20 --patents 2000

The patents are varied samples. Encoding them would take hours and is not what is measured, so their
vectors are drawn at random by their texts, unless --encode-patents; the needs, and the words of the
passages that are shown, are encoded by the model as ever. With --home FOLDER, which
holds nothing else, the catalogue stays there and is used again. Prints a Markdown table with the
commit and the machine.
"""

import argparse
import json
import os
import sys
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

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matcher.access.roles import COMMAND_CALLER  # noqa: E402
from matcher.commands.terminal.progress import progress_line  # noqa: E402
from matcher.events.record import Event  # noqa: E402
from matcher.ports import Encoder, TextKind, Vectors, WordEncoder  # noqa: E402
from matcher.search.answer_json import answer_json  # noqa: E402
from matcher.settings import Settings  # noqa: E402
from matcher.store import events  # noqa: E402
from matcher.store.database import Store  # noqa: E402
from matcher.store.schema.times import now  # noqa: E402
from matcher.text.highlights import Span  # noqa: E402
from matcher.wiring import build as index_wiring  # noqa: E402 - found by the line above
from matcher.wiring import open as wiring  # noqa: E402
from matcher.workflows.events import import_sheets as sheets  # noqa: E402
from matcher.workflows.events import match as matching  # noqa: E402
from models.late_chunking import ReadsAlone  # noqa: E402
from scripts.bench import catalogue  # noqa: E402
from scripts.bench import machine as circumstances  # noqa: E402
from scripts.bench.matcher_stages import TimedEncoder  # noqa: E402

FORM_FIELDS = ("title", "text", "problem", "indicators", "goal")


class RandomVectors(ReadsAlone):
    """An encoder with the model's name, pieces and words; vectors of texts only tell them apart."""

    def __init__(self, encoder: Encoder) -> None:
        """`encoder` stands for the model."""
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint

    def split(self, text: str, kind: TextKind) -> list[str]:
        """As the model does."""
        return self._encoder.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors, the same for the same text."""
        made: Vectors = np.empty((len(texts), self.dimension), np.float32)
        for place, text in enumerate(texts):
            drawn = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dimension)
            made[place] = drawn / np.linalg.norm(drawn)
        if progress is not None:
            progress(len(texts))
        return made

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        """As the model tells them."""
        assert isinstance(self._encoder, WordEncoder)
        return self._encoder.words(texts)

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """As the model has them: words are few, unlike passages."""
        assert isinstance(self._encoder, WordEncoder)
        return self._encoder.word_vectors(words)


class TimedStore(Store):
    """A store that adds up how long it writes."""

    seconds = 0.0

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction, and what it takes until it is kept."""
        start = time.perf_counter()
        with super().writing() as connection:
            yield connection
        self.seconds += time.perf_counter() - start


@dataclass(frozen=True)
class Measured:
    """Seconds of the stages; searching is what the others leave of the whole."""

    encode: float
    present: float
    store: float
    total: float
    processor: float
    """Seconds of all cores together, which do not grow when others use them too."""
    matched: int
    failed: int

    @property
    def search(self) -> float:
        """Retrieval, scoring, evidence."""
        return self.total - self.encode - self.present - self.store


def main() -> None:
    """Make the catalogue and the event, match it, print the table."""
    options = _options()
    machine = circumstances.machine()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    with tempfile.TemporaryDirectory(prefix="matcher bench ") as folder:
        home = options.home or Path(folder)
        settings = Settings(home=home, database_url=None, model=options.model)
        encoder = wiring.load_encoder(settings)
        if not (home / "matcher.sqlite").is_file():
            _make_catalogue(settings, options, encoder)
        name = _make_event(settings, options.needs, home)
        measured = _match(settings, TimedEncoder(encoder), name)
    print(f"Commit {circumstances.commit()}; {machine}")
    kind = "encoded by the model" if options.encode_patents else "drawn at random"
    print(f"Model {options.model}; {options.patents:,} patents, vectors {kind}", end="; ")
    print(f"{options.cores} cores\n")
    print(_table(options.needs, measured))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--needs", type=int, default=500)
    parser.add_argument("--patents", type=int, default=100_000)
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--home", type=Path, help="a folder for the bench alone, to be kept")
    parser.add_argument("--encode-patents", action="store_true", help="by the model, for real")
    options = parser.parse_args()
    if min(options.needs, options.patents, options.cores) < 1:
        parser.error("--needs, --patents and --cores must be at least 1")
    return options


def _make_catalogue(settings: Settings, options: argparse.Namespace, encoder: Encoder) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    data = settings.home / "varied.jsonl"
    catalogue.write_varied(data, options.patents)
    with progress_line() as report:
        wiring.import_files(settings, [data], today=date.today(), report=report)
        chosen = encoder if options.encode_patents else RandomVectors(encoder)
        index_wiring.build_index(settings, full=True, encoder=chosen, report=report)


def _make_event(settings: Settings, count: int, home: Path) -> str:
    """An event with so many needs, all different."""
    lines = (catalogue.SAMPLES / "queries.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
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
    read = sheets.read(path, None)
    with wiring.open_store(settings) as store, store.writing() as connection:
        events.create(connection, Event(name=name, created_at=moment, updated_at=moment))
        sheets.save(connection, name, read, settings)
    return name


def _match(settings: Settings, encoder: TimedEncoder, name: str) -> Measured:
    presenting = 0.0

    def timed(*given: Any) -> Any:
        nonlocal presenting
        start = time.perf_counter()
        made = answer_json(*given)
        presenting += time.perf_counter() - start
        return made

    with (
        mock.patch.object(matching, "answer_json", timed),
        wiring.open_matcher(settings, encoder=encoder) as engine,
        TimedStore(settings.url) as store,
        progress_line() as report,
    ):
        encoder.seconds = 0.0
        start, processor = time.perf_counter(), time.process_time()
        done = matching.match_event(
            engine, store, name, caller=COMMAND_CALLER, today=date.today(), report=report
        )
        total = time.perf_counter() - start
        processor = time.process_time() - processor
    storing = store.seconds - presenting  # an answer is made within its transaction
    return Measured(
        encoder.seconds, presenting, storing, total, processor, done.matched, done.failed
    )


def _table(needs: int, measured: Measured) -> str:
    rows = [
        ("encode the needs, and the words shown", measured.encode),
        ("search, score and find the evidence", measured.search),
        ("present", measured.present),
        ("store", measured.store),
        ("total", measured.total),
        ("total, of the processor", measured.processor),
    ]
    lines = ["| stage | s | ms a need |", "|---|---|---|"]
    lines += [f"| {name} | {taken:.1f} | {1000 * taken / needs:.0f} |" for name, taken in rows]
    return "\n".join([*lines, "", f"{measured.matched} needs matched, {measured.failed} failed."])


if __name__ == "__main__":
    main()
