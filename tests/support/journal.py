"""Encoders that note in a file which texts they begin to encode, whatever process they run in."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from matcher.ports import Progress, Spans, TextKind, Vectors
from models.fake import FakeEncoder
from models.loading import BUILTIN, BUILTIN_FOLDER
from models.openvino_encoder import OpenVinoEncoder

DEADLY = "deadly"
"""Beginning of a text that kills the process that encodes it."""


def note(journal: Path, text: str) -> None:
    """Add a line: the process, and the first text of what it begins."""
    with journal.open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\t{text}\n")


def noted(journal: Path) -> list[tuple[int, str]]:
    """Lines of a journal: process and first text, in order."""
    lines = journal.read_text("utf-8").splitlines() if journal.exists() else []
    return [(int(line.split("\t")[0]), line.split("\t")[1]) for line in lines]


class NotingEncoder(OpenVinoEncoder):
    """Built-in model in float32 on a core that notes what it begins."""

    def __init__(self, journal: Path) -> None:
        super().__init__(BUILTIN, BUILTIN_FOLDER, "float32", 1)
        self._journal = journal

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        note(self._journal, texts[0])
        return super().encode_spans(texts, spans, kind, progress)


class WideEncoder(FakeEncoder):
    """Fake encoder of large vectors that notes what it begins."""

    def __init__(self, journal: Path, dimension: int = 65_536) -> None:
        super().__init__(dimension)
        self._journal = journal

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        note(self._journal, texts[0])
        if texts[0].startswith(DEADLY):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts, kind, progress)


def wait_until_quiet(journal: Path, seconds: float = 3) -> int:
    """Wait until nothing was begun for a while; return the number of lines."""
    count, since = -1, time.monotonic()
    while time.monotonic() < since + seconds:
        if len(noted(journal)) != count:
            count, since = len(noted(journal)), time.monotonic()
        time.sleep(0.1)
    return count
