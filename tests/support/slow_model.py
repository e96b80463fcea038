"""A model that encodes only when a test lets it."""

import threading
from collections.abc import Callable, Sequence

from matcher.ports import TextKind, Vectors
from models.fake import FakeEncoder


class SlowEncoder(FakeEncoder):
    """Encodes once `go_on` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.encoding = threading.Semaphore(0)
        self.go_on = threading.Event()

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.encoding.release()
        assert self.go_on.wait(timeout=120)
        return super().encode(texts, kind, progress)
