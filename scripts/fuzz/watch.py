"""The look at each input while a target runs: errors that are no refusal, and the time it takes.

Counts stand in a small file that another process reads, so that they are there however a run ends.
"""

import mmap
import struct
import time
import traceback
from pathlib import Path

import matcher
from matcher.errors import MatcherError
from scripts.fuzz.finds import Find, keep
from scripts.fuzz.target import Run

CURRENT = "current"
"""File with the input that runs."""
_COUNTS = "counts"
_LAYOUT = "<Qd"
"""Number of inputs, and the longest CPU time in seconds."""
_ROOT = Path(matcher.__file__).parents[1]
_OURS = tuple(f"{_ROOT / name}/" for name in ("matcher", "api", "models", "indexes"))
_MAX_SLOW = 20
"""Slow inputs that are kept of a run, to be tried again alone."""


class Watch:
    """Caller of a target's function, which keeps what should not happen."""

    def __init__(self, run: Run, folder: Path, seconds: float) -> None:
        """Take the function, a folder for what is kept, and the CPU time of a slow input."""
        self._run = run
        self._folder = folder
        self._seconds = seconds
        self._known: set[tuple[str, str]] = set()
        self._slow = 0
        self._count, self._slowest = read_counts(folder)
        counts = struct.pack(_LAYOUT, self._count, self._slowest)
        (folder / _COUNTS).write_bytes(counts)
        with (folder / _COUNTS).open("r+b") as file:
            self._counts = mmap.mmap(file.fileno(), 0)

    def __call__(self, data: bytes) -> None:
        """Run one input."""
        (self._folder / CURRENT).write_bytes(data)
        begun = time.process_time()
        try:
            self._run(data)
        except MatcherError as told:
            if not str(told).strip():
                self._keep(Find("told nothing", _place(told), ""), data)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._keep(Find(type(error).__name__, _place(error), str(error)[:300]), data)
        spent = time.process_time() - begun
        self._count += 1
        self._slowest = max(self._slowest, spent)
        self._write_counts()
        if spent > self._seconds and self._slow < _MAX_SLOW:
            self._slow += 1
            (self._folder / f"slow-{self._slow}").write_bytes(data)

    def _keep(self, find: Find, data: bytes) -> None:
        if (find.kind, find.place) not in self._known:
            self._known.add((find.kind, find.place))
            keep(self._folder, find, data)

    def _write_counts(self) -> None:
        struct.pack_into(_LAYOUT, self._counts, 0, self._count, self._slowest)


def read_counts(folder: Path) -> tuple[int, float]:
    """Return the number of inputs of a run so far, and the longest CPU time of one, in seconds."""
    file = folder / _COUNTS
    written = file.read_bytes() if file.exists() else b""
    if len(written) != struct.calcsize(_LAYOUT):  # it is just made
        return 0, 0.0
    count, slowest = struct.unpack(_LAYOUT, written)
    return int(count), float(slowest)


def _place(error: BaseException) -> str:
    """Return the innermost place in our code, or in any where none is ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)]
    frame = (ours or frames)[-1]
    file = Path(frame.filename)
    name = file.relative_to(_ROOT).as_posix() if ours else file.name
    return f"{name}:{frame.name}"
