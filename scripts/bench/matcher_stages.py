"""Stages of matcher that scripts/bench/speed.py measures, each in a process of its own."""

import json
import time
from datetime import date
from pathlib import Path

from matcher.patents.passages import passages
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Need
from matcher.wiring.build import build_index
from matcher.wiring.open import (
    import_files,
    load_encoder,
    open_matcher,
    open_store,
)
from scripts.bench.process import (
    PASSAGES_ENCODED,
    Measured,
    Options,
    peak_memory,
    run_stage,
    seconds,
)
from scripts.bench.timed_encoder import TimedEncoder


def import_data(options: Options) -> Measured:
    """Import the data into a new home in each run; the first home serves the other stages."""
    rates = []
    for run in range(options["runs"]):
        home = Path(options["home"] if run == 0 else f"{options['home']}-{run}")
        start = time.perf_counter()
        result = import_files(_settings(options, home), [Path(options["data"])], today=date.today())
        rates.append(result.files[0].rows / (time.perf_counter() - start))
    with open_store(_settings(options)) as store, store.reading() as connection:
        texts = [
            passage.text
            for row, patent in patents.each(connection)
            for passage in passages(row, patent)
        ]
        count = patents.count(connection)
    Path(options["passages"]).write_text(json.dumps(texts), encoding="utf-8")
    return {"rates": rates, "patents": count, "passages": len(texts)}


def index(options: Options) -> Measured:
    """Encode some passages in each run, then build the whole index in each run."""
    settings = _settings(options)
    encoder = load_encoder(settings)
    texts = json.loads(Path(options["passages"]).read_text("utf-8"))[:PASSAGES_ENCODED]
    pieces = [piece for text in texts for piece in encoder.split(text, "passage")]
    pieces = pieces[:PASSAGES_ENCODED]
    encoder.encode(pieces[:8], "passage")
    runs = range(options["runs"])
    encoding = [seconds(lambda: encoder.encode(pieces, "passage")) for _ in runs]
    indexing = [seconds(lambda: build_index(settings, full=True, encoder=encoder)) for _ in runs]
    return {
        "rates": [len(pieces) / taken for taken in encoding],
        "seconds": indexing,
        "memory": peak_memory(),
        "computes": getattr(encoder, "compute_dtype", "float32"),
    }


def query(options: Options) -> Measured:
    """Answer every sample need in each run; encoding and search are timed separately."""
    settings = _settings(options)
    encoder = TimedEncoder(load_encoder(settings))
    encoding, searching = [], []
    with open_matcher(settings, encoder=encoder) as matcher:
        matcher.match(Need(options["needs"][0]), today=date.today())
        for _ in range(options["runs"]):
            for text in options["needs"]:
                encoder.seconds = 0.0
                start = time.perf_counter()
                matcher.match(Need(text), today=date.today())
                encoding.append(encoder.seconds)
                searching.append(time.perf_counter() - start - encoder.seconds)
    whole = [sum(parts) for parts in zip(encoding, searching, strict=True)]
    return {
        "encoding": encoding,
        "searching": searching,
        "whole": whole,
        "memory": peak_memory(),
    }


def _settings(options: Options, home: Path | None = None) -> Settings:
    own = {"home": home or options["home"], "database_url": None, "model": options["model"]}
    return Settings(**own)


if __name__ == "__main__":
    run_stage({"import": import_data, "index": index, "query": query})
