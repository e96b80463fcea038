"""Stages that are measured in processes of their own, so that their memory is theirs alone.

Vectors of texts are random, for a model would take hours; everything else is as it always is.
Times are of the processor, so that other work on the machine counts little.
"""

import gc
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from indexes.forward import ForwardIndex
from indexes.query_terms import weighted_terms
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.store.filter_values import read_values
from matcher.types import Filters, Need
from matcher.wiring.build import build_index
from matcher.wiring.open import load_encoder, open_catalogue, open_matcher
from scripts.bench.event import RandomVectors
from scripts.bench.machine import ROOT
from scripts.bench.process import Measured, Options, peak_memory
from scripts.bench.timed_encoder import TimedEncoder
from scripts.scale.parts import part_bytes

TODAY = date(2026, 11, 28)
"""Day of the answers, so that the same patents are in force in every run."""
REPEATS = 5


def run(stage: str, options: Options) -> Measured:
    """Run a stage in a process of its own. Raises CalledProcessError."""
    command = [sys.executable, "-m", "scripts.scale", stage, json.dumps(options)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    measured: Measured = json.loads(ran.stdout.splitlines()[-1])
    return measured


def index(options: Options) -> Measured:
    """Build an index with random vectors; returns memory, time and bytes of its parts."""
    settings = _settings(options)
    encoder = RandomVectors(load_encoder(settings))
    before, start = peak_memory(), time.process_time()
    published = build_index(settings, encoder=encoder)
    return {
        "memory": peak_memory(),
        "before": before,
        "seconds": time.process_time() - start,
        "patents": published.patents,
        "passages": published.passages,
        "vectors": published.vectors,
        "bytes": part_bytes(settings),
    }


def opened(options: Options) -> Measured:
    """Open an index and the catalogue as a server does; returns what is held in memory, in bytes.

    Files that are mapped into memory are not counted. `values` are those of all patents that
    filters compare, which `matcher index` reads for Milvus after a change of the database.
    """
    settings = _settings(options)
    with open_matcher(settings) as first:
        first.match(Need(options["needs"][0]), today=TODAY)  # what every process holds
    tracemalloc.start()
    with open_matcher(settings) as matcher, open_catalogue(settings) as catalogue:
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
        catalogue.search.snapshot(TODAY)
        gc.collect()
        columns = tracemalloc.get_traced_memory()[0] - held
        with catalogue.store.reading() as connection:
            values = read_values(connection, None)
        read = tracemalloc.get_traced_memory()[0] - held - columns
        del values, matcher
    tracemalloc.stop()
    return {"index": held, "columns": columns, "values": read}


def answers(options: Options) -> Measured:
    """Answer needs; returns times in seconds, and what an answer reads, as medians.

    `filter` is the time in which the patents that a filter allows are read, once for each version
    of the database; the filter on legal status is there by default.
    """
    with open_matcher(_settings(options)) as matcher:
        noted = [_answer(matcher, text) for text in options["needs"]]
        version = matcher.catalogue.store.version()
        filtering = median(
            _seconds(partial(matcher._read_restriction, Filters(), TODAY, version))
            for _repeat in range(REPEATS)
        )
        first = noted.pop(0)  # it pays for what is read once
        medians = {name: median(own[name] for own in noted or [first]) for name in first}
        return {**medians, "filter": filtering, "memory": peak_memory()}


def _answer(matcher: Matcher, text: str) -> dict[str, float]:
    """Times and counts of one answer."""
    noted: dict[str, float] = dict.fromkeys(
        ("dense", "lexical", "queries", "rows", "postings", "texts"), 0.0
    )
    encoder = _Encoder(matcher.encoder)
    with _noting(matcher, encoder, noted):
        start = time.process_time()
        matcher.match(Need(text), today=TODAY)
        noted["all"] = time.process_time() - start
    noted["model"] = encoder.seconds
    noted["own"] = noted["all"] - noted["model"] - noted["dense"] - noted["lexical"]
    return noted


@contextmanager
def _noting(matcher: Matcher, encoder: TimedEncoder, noted: dict[str, float]) -> Iterator[None]:
    """Note the searches of an answer, and the vectors that it reads."""
    retriever, before = matcher._retriever, matcher._retriever.index
    forward = getattr(before.lexical, "_forward", None)

    def dense(queries: Any, *_rest: Any) -> None:
        noted["queries"] += len(queries)

    def rows(wanted: Any) -> None:
        noted["rows"] += len(wanted)

    def lexical(text: str, *_rest: Any) -> None:
        noted["texts"] += 1
        if isinstance(forward, ForwardIndex):
            noted["postings"] += int(
                forward.passages_with(weighted_terms(text).hashed.hashes).sum()
            )

    retriever.index = replace(
        before,
        dense=_Noted(before.dense, {"search": dense, "vectors": rows}, noted, "dense"),
        lexical=_Noted(before.lexical, {"search": lexical}, noted, "lexical"),
    )
    held, matcher.encoder = matcher.encoder, encoder
    try:
        yield
    finally:
        retriever.index, matcher.encoder = before, held


class _Encoder(TimedEncoder):
    """Another encoder whose calls are timed, by processor time."""

    @contextmanager
    def _timed(self) -> Iterator[None]:
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds += time.process_time() - start


class _Noted:
    """Another object; calls of some of its methods are noted, and the time of its searches."""

    def __init__(
        self, target: Any, notes: dict[str, Callable[..., None]], noted: dict[str, float], name: str
    ) -> None:
        self._target, self._notes, self._noted, self._name = target, notes, noted, name

    def __len__(self) -> int:
        return len(self._target)

    def __getattr__(self, method: str) -> Any:
        called = getattr(self._target, method)
        if method not in self._notes:
            return called

        def noting(*arguments: Any) -> Any:
            self._notes[method](*arguments)
            start = time.process_time()
            result = called(*arguments)
            if method == "search":
                self._noted[self._name] += time.process_time() - start
            return result

        return noting


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _settings(options: Options) -> Settings:
    return Settings(home=Path(options["home"]), database_url=None, index="files")


STAGES = {"index": index, "opened": opened, "answers": answers}
