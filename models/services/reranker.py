"""Reranker that asks a rerank service (`ports.Reranker`).

Two dialects are spoken. `openai+http://…/v1#NAME` posts {model, query, documents} to …/rerank and
reads {results: [{index, relevance_score}]}, as Jina, Cohere, vLLM and infinity have it.
`tei+http://HOST#NAME` posts {query, texts, raw_scores} and reads [{index, score}], as
text-embeddings-inference has it.
"""

import threading
import time
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import FloatArray, Scores
from models.batches import token_batches
from models.pair_chunking import score_pieces
from models.services.address import ServiceAddress
from models.services.client import Patience, ServiceClient
from models.services.encoder import READY_LIMIT_SECONDS, READY_SECONDS, REQUEST_TOKENS
from models.services.options import ServiceOptions
from models.services.token_estimate import SPECIAL_TOKENS, token_estimate
from models.tokens import DEFAULT_WINDOW

SURE = 1e-7
"""Least distance from 0 and 1 of a relevance: what is nearer was rounded by the service."""


class ServiceReranker:
    """Reranker of a service; may be used from several threads."""

    def __init__(
        self, address: ServiceAddress, options: ServiceOptions, *, batch_size: int
    ) -> None:
        """Take the address; nothing is asked yet. Raises ModelError."""
        self.name = address.name
        self._dialect = address.dialect
        self._client = ServiceClient(address, options, "MATCHER_RERANKER")
        self._batch_size = batch_size
        self._room = (options.window or DEFAULT_WINDOW) - SPECIAL_TOKENS
        self._checking = threading.Lock()
        self._checked: tuple[float, str | None] | None = None
        """Time and fault of the last look at the service's state."""

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        """Return the scores (n,), float32, higher is better: log-odds of a relevance from 0 to 1.

        Texts that do not fit the window by the estimate are cut, and nothing is dropped. Raises
        ModelError, also for an empty text.
        """
        return score_pieces(need, passages, self._room, token_estimate, self._score_all)

    def check(self) -> None:
        """Raise ModelError while the service cannot be used; asked often, it asks seldom."""
        with self._checking:
            checked = self._checked
        fault = checked[1] if checked else None
        if checked is None or time.monotonic() - checked[0] >= READY_SECONDS:
            fault = self._fault()
            with self._checking:
                self._checked = (time.monotonic(), fault)
        if fault is not None:
            raise ModelError(fault)

    def _fault(self) -> str | None:
        patience = Patience(1, min(READY_LIMIT_SECONDS, self._client.waiting.seconds))
        try:
            self._ask("隔膜", ["隔膜"], patience)
        except ModelError as problem:
            return str(problem)
        return None

    def _score_all(self, needs: Sequence[str], passages: Sequence[str]) -> Scores:
        """Return the score (n, p) of each piece of a need with each piece of a passage."""
        pairs = list(product(range(len(needs)), range(len(passages))))
        need_tokens = [token_estimate(need) + SPECIAL_TOKENS for need in needs]
        lengths = [token_estimate(passage) for passage in passages]
        scores = np.empty((len(needs), len(passages)), dtype=np.float64)
        batches = [
            [number * len(passages) + index for index in batch]
            for number, tokens in enumerate(need_tokens)
            for batch in token_batches(
                [tokens + length for length in lengths], REQUEST_TOKENS, self._batch_size
            )
        ]

        def ask(batch: list[int]) -> FloatArray:
            own = [passages[pairs[pair][1]] for pair in batch]
            return self._ask(needs[pairs[batch[0]][0]], own, self._client.waiting)

        for batch, own in self._client.each(ask, batches):
            scores.flat[batch] = own
        return self._raw(scores)

    def _ask(self, need: str, passages: Sequence[str], patience: Patience) -> FloatArray:
        """Scores of passages as the service gives them. Raises ModelError."""
        body: dict[str, Any]
        if self._dialect == "tei":
            body = {"query": need, "texts": list(passages), "raw_scores": True}
        else:
            body = {"model": self._client.model, "query": need, "documents": list(passages)}
        answer = self._client.post("rerank", body, patience)
        results = answer.get("results") if isinstance(answer, dict) else answer
        return self._read(results, len(passages))

    def _read(self, results: Any, count: int) -> FloatArray:
        """Scores in the order of the passages. Raises ModelError."""
        field = "score" if self._dialect == "tei" else "relevance_score"
        try:
            by_index = {int(result["index"]): float(result[field]) for result in results}
        except (TypeError, KeyError, ValueError, OverflowError):
            raise self._client.unusable(
                _("it has no list of results with index and {field}", field=field)
            ) from None
        if len(results) != count or sorted(by_index) != list(range(count)):
            raise self._client.unusable(
                _(
                    "texts sent: {sent}, scores received: {received}",
                    received=len(results),
                    sent=count,
                )
            )
        scores = np.array([by_index[index] for index in range(count)], dtype=np.float64)
        if not np.isfinite(scores).all():
            raise self._client.unusable(_("a score of it is no number"))
        return scores

    def _raw(self, scores: FloatArray) -> Scores:
        """Log-odds of relevances; what is no relevance from 0 to 1 stays as it is.

        A relevance presses the surest answers together.
        """
        if self._dialect == "openai" and scores.min() >= 0 and scores.max() <= 1:
            sure = np.clip(scores, SURE, 1 - SURE)
            scores = np.log(sure) - np.log1p(-sure)
        raw: Scores = scores.astype(np.float32)
        return raw
