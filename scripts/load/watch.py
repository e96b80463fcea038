"""Memory and open files of a process over time, and whether they grow."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psutil

from scripts.load.report import Growth

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Sample:
    """State of the process at a moment."""

    seconds: float
    """Since the first sample."""
    megabytes: float
    files: int
    threads: int


@contextmanager
def watching(process: int, every: float) -> Iterator[list[Sample]]:
    """Sample a process until the end of the block."""
    watched, over = psutil.Process(process), Event()
    samples: list[Sample] = []
    began = time.monotonic()

    def look() -> None:
        with watched.oneshot():
            memory = watched.memory_info().rss / MEGABYTE
            files, threads = watched.num_fds(), watched.num_threads()
        samples.append(Sample(time.monotonic() - began, memory, files, threads))

    def loop() -> None:
        look()
        while not over.wait(every):
            look()
        look()

    thread = Thread(target=loop)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def growth(samples: Sequence[Sample], figure: Callable[[Sample], float]) -> Growth:
    """Compare the second quarter of the time with the last: the first one warms up."""
    end = samples[-1].seconds
    early = [figure(s) for s in samples if end / 4 <= s.seconds < end / 2]
    late = [figure(s) for s in samples if s.seconds >= end * 3 / 4]
    return Growth(_median(early or [figure(samples[0])]), _median(late))


def _median(figures: Sequence[float]) -> float:
    ordered = sorted(figures)
    return ordered[len(ordered) // 2]
