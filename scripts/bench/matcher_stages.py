"""What scripts/bench/speed.py measures of matcher, each stage in a process of its own."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from matcher.ports import Encoder, Progress, Spans, TextKind, Vectors, WordEncoder
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.patent_json import passages
from matcher.text.highlights import Span
from matcher.types import Need
from matcher.wiring import build as index_wiring
from matcher.wiring import open as wiring
from scripts.bench.catalogue import needs
from scripts.bench.process import (
    ENCODED,
    answer,
    asked,
    peak_memory,
    seconds,
)


class TimedEncoder:
    """An encoder that adds up how long it works."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self.seconds = 0.0

    def split(self, text: str, kind: TextKind) -> list[str]:
        with self._counted():
            return self._encoder.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        with self._counted():
            return self._encoder.encode(texts, kind, progress)

    def split_behind(self, head: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        with self._counted():
            return self._encoder.split_behind(head, text, kind)

    def encode_within(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        with self._counted():
            return self._encoder.encode_within(texts, spans, kind, progress)

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        with self._counted():
            return self._encoder.words(texts) if isinstance(self._encoder, WordEncoder) else None

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        if not isinstance(self._encoder, WordEncoder):
            return None
        with self._counted():
            return self._encoder.word_vectors(words)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


def import_data(options: dict[str, Any]) -> dict[str, Any]:
    """Import the data into a fresh home several times; the last one stays for the other stages."""
    rates = []
    for run in range(options["runs"]):
        home = Path(options["home"] if run == 0 else f"{options['home']}-{run}")
        start = time.perf_counter()
        result = wiring.import_files(
            _settings(options, home), [Path(options["data"])], today=date.today()
        )
        rates.append(result.files[0].rows / (time.perf_counter() - start))
    with wiring.open_store(_settings(options)) as store, store.reading() as connection:
        texts = [p.text for row, one in patents.each(connection) for p in passages(row, one)]
        count = patents.count(connection)
    Path(options["passages"]).write_text(json.dumps(texts), encoding="utf-8")
    return {"rates": rates, "patents": count, "passages": len(texts)}


def index(options: dict[str, Any]) -> dict[str, Any]:
    """Encode some passages, then build the whole index, each several times."""
    settings = _settings(options)
    encoder = wiring.load_encoder(settings)
    texts = json.loads(Path(options["passages"]).read_text("utf-8"))
    pieces = [piece for text in texts[:ENCODED] for piece in encoder.split(text, "passage")]
    pieces = pieces[:ENCODED]
    encoder.encode(pieces[:8], "passage")
    runs = range(options["runs"])
    encoding = [seconds(lambda: encoder.encode(pieces, "passage")) for _ in runs]
    indexing = [
        seconds(lambda: index_wiring.build_index(settings, full=True, encoder=encoder))
        for _ in runs
    ]
    return {
        "rates": [len(pieces) / taken for taken in encoding],
        "seconds": indexing,
        "memory": peak_memory(),
        "computes": getattr(encoder, "compute_dtype", "float32"),
    }


def query(options: dict[str, Any]) -> dict[str, Any]:
    """Answer every sample need several times; encoding apart from the rest."""
    settings = _settings(options)
    encoder = TimedEncoder(wiring.load_encoder(settings))
    encoding, searching = [], []
    with wiring.open_matcher(settings, encoder=encoder) as matcher:
        matcher.match(Need(needs()[0]), today=date.today())
        for _ in range(options["runs"]):
            for text in needs():
                encoder.seconds = 0.0
                start = time.perf_counter()
                matcher.match(Need(text), today=date.today())
                encoding.append(encoder.seconds)
                searching.append(time.perf_counter() - start - encoder.seconds)
    return {"encoding": encoding, "searching": searching, "memory": peak_memory()}


def _settings(options: dict[str, Any], home: Path | None = None) -> Settings:
    own = {"home": home or options["home"], "database_url": None, "model": options["model"]}
    return Settings(**own)


STAGES = {"import": import_data, "index": index, "query": query}

if __name__ == "__main__":
    stage, given = asked()
    answer(STAGES[stage](given))
