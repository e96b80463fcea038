"""Work of the operator during the test: imports, publishing of an index, runs of an event."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from scripts.load.home import EVENT, CommandError, Home


@dataclass
class OperatorWork:
    """Seconds of each command by kind of work, and what failed."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[tuple[str, str]] = field(default_factory=list)
    """Kind of work and what the command said."""


@contextmanager
def operating(home: Home, patents: int) -> Iterator[OperatorWork]:
    """Work again and again until the end of the block, at least once."""
    over, work = Event(), OperatorWork()

    def loop() -> None:
        edition = 0
        while not (edition and over.is_set()):
            edition += 1
            _do(work, "import", lambda: home.import_patents(patents, edition))  # noqa: B023
            _do(work, "publish", lambda: home.run("index"))
            _do(work, "event", lambda: _run_event(home))

    thread = Thread(target=loop)
    thread.start()
    try:
        yield work
    finally:
        over.set()
        thread.join()


def _run_event(home: Home) -> None:
    home.run("event", "match", EVENT, "--again")
    home.run("event", "plan", EVENT)
    home.run("event", "review", EVENT)
    home.run("event", "publish", EVENT)


def _do(work: OperatorWork, kind: str, step: Callable[[], None]) -> None:
    began = time.monotonic()
    try:
        step()
    except CommandError as problem:
        work.failures.append((kind, str(problem)))
    work.seconds[kind].append(time.monotonic() - began)
