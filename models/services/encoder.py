"""Encoder that asks an OpenAI-compatible embedding service (`ports.Encoder`)."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Progress, TextKind, Vectors
from models.batches import token_batches
from models.chunking import Chunker
from models.fingerprints import fingerprint
from models.late_chunking import NoLateChunking
from models.services.address import ServiceAddress
from models.services.client import (
    Patience,
    ServiceClient,
    ServiceRefusalError,
    UnusableAnswerError,
)
from models.services.embeddings import ask_vectors
from models.services.options import ServiceOptions
from models.services.probe import PROBES, is_same, probe_id
from models.services.token_estimate import SPECIAL_TOKENS, token_estimate
from models.tokens import DEFAULT_WINDOW
from models.vectors import check_texts

REQUEST_TOKENS = 32_768
"""Tokens of a request at most, padding included, by our estimate."""
MIN_WINDOW = 32
CHECK_SECONDS = 60.0
"""Time after which a service is probed again before it is used: it may serve another model now."""
READY_SECONDS = 5.0
"""Time for which an answer about the service's state holds."""
READY_LIMIT_SECONDS = 5.0
"""Time limit of asking for it."""


class ServiceEncoder(NoLateChunking):
    """Encoder of a service; may be used from several threads."""

    def __init__(
        self,
        address: ServiceAddress,
        options: ServiceOptions,
        *,
        batch_size: int,
        query_prefix: str,
        passage_prefix: str,
    ) -> None:
        """Ask the service for its window and for a probe. Raises ModelError."""
        self.name = address.name
        self._client = ServiceClient(address, options, "MATCHER_MODEL")
        self._batch_size = batch_size
        self._prefixes: dict[TextKind, str] = {"query": query_prefix, "passage": passage_prefix}
        served = _served_window(self._client)
        window = options.window or served or DEFAULT_WINDOW
        self._reference = self._probe(None, self._client.waiting)
        self.dimension = self._reference.shape[1]
        reference = probe_id(address.model, self._reference, options.probes)
        use = ("service", address.model, self.dimension, self._prefixes, window)
        self.fingerprint = fingerprint({"probe": reference}, use)
        self._chunker = Chunker(
            token_estimate, window - SPECIAL_TOKENS, self._prefixes, at_most=token_estimate
        )
        self._checking = threading.Lock()
        self._checked = time.monotonic()
        self._failure: tuple[float, str] | None = None

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces that fit the window by the estimate, at sentence ends if possible.

        A text that fits comes back whole.
        """
        return self._chunker.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        """Return unit float32 vectors (n, d). Raises ModelError, also for an empty text."""
        check_texts(texts)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        patience = self._client.waiting if kind == "query" else self._client.patient
        self._check_model(CHECK_SECONDS, patience)
        prefixed = [self._prefixes[kind] + text for text in texts]
        lengths = [token_estimate(text) + SPECIAL_TOKENS for text in prefixed]
        batches = token_batches(lengths, REQUEST_TOKENS, self._batch_size)

        def ask(batch: list[int]) -> Vectors:
            own = [prefixed[index] for index in batch]
            return ask_vectors(self._client, own, self.dimension, patience)

        done = 0
        for batch, rows in self._client.each(ask, batches):
            vectors[batch] = rows
            done += len(batch)
            if progress is not None:
                progress(done)
        return vectors

    def check(self) -> None:
        """Raise ModelError while the service cannot be used; asked often, it asks seldom."""
        patience = Patience(1, min(READY_LIMIT_SECONDS, self._client.waiting.seconds))
        with self._checking:
            if self._failure is not None and time.monotonic() - self._failure[0] < READY_SECONDS:
                raise ModelError(self._failure[1])
        try:
            self._check_model(READY_SECONDS, patience)
        except ModelError as problem:
            with self._checking:
                self._failure = (time.monotonic(), str(problem))
            raise

    def _check_model(self, seconds: float, patience: Patience) -> None:
        """Probe the service again if the last probe is older than some seconds.

        Raises ModelError if it computes otherwise now, as vectors of two models cannot be compared.
        """
        with self._checking:
            if time.monotonic() - self._checked < seconds:
                return
        probe = self._probe(self.dimension, patience)
        if not is_same(probe, self._reference):
            raise ModelError(
                _(
                    "the service of the model {model} computes otherwise than when it was first "
                    "asked: it serves another model now; restart matcher, and run matcher index",
                    model=self._client.model,
                )
            )
        with self._checking:
            self._checked, self._failure = time.monotonic(), None

    def _probe(self, dimension: int | None, patience: Patience) -> Vectors:
        return ask_vectors(self._client, PROBES, dimension, patience)


def _served_window(client: ServiceClient) -> int | None:
    """Window that the service's list of models tells, as vLLM's does; None if it tells none.

    Raises ModelError for a service that lists models, but not this one: some answer with
    whatever they have.
    """
    try:
        answer: Any = client.get("models", client.waiting)
        listed = {item["id"]: item for item in answer["data"]}
    except ServiceRefusalError as refusal:
        if refusal.status in (401, 403):
            raise
        return None  # it has no list
    except (UnusableAnswerError, KeyError, TypeError):
        return None
    own = listed.get(client.model) or listed.get(f"{client.model}:latest")
    if listed and own is None:
        names = ", ".join(sorted(map(str, listed))[:10])
        raise ModelError(
            _(
                "the service has no model {model}; it has: {names}",
                model=client.model,
                names=names,
            )
        )
    window = own.get("max_model_len") if own else None
    return window if isinstance(window, int) and window >= MIN_WINDOW else None
