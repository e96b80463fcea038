"""Any cross-encoder that sentence-transformers loads, behind ports.Reranker."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.errors import ModelError
from matcher.ports import Scores
from models.chunking import cut
from models.sentence_transformer import load_with

LONGEST = 8192
"""Tokens of a pair at most, where a model names no window or one that no memory holds."""


class CrossEncoderReranker:
    """Scores with one loaded model; may be called from several threads."""

    def __init__(
        self,
        name: str,
        source: str,
        *,
        device: str | None = None,
        compute_dtype: str = "auto",
        batch_size: int = 8,
        trust_remote_code: bool = False,
    ) -> None:
        """Load the model from a folder or hub name `source`. Raises ModelError."""
        self.name = name
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._model, self.compute_dtype = _load(source, device, compute_dtype, trust_remote_code)
        self._room = self._measure_room()

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        """The model's raw scores (n,), float32, higher is better. Raises ModelError for no text.

        What does not fit the window is cut, and nothing is dropped: of a passage the best piece
        counts for each piece of the need, and the pieces of the need count alike.
        """
        if not need.strip() or any(not passage.strip() for passage in passages):
            raise ModelError("an empty text cannot be compared; leave it out")
        if not passages:
            return np.empty(0, dtype=np.float32)
        asked = cut(need, self._room // 2, self._count)
        room = self._room - max(self._count(piece) for piece in asked)
        told = [cut(passage, room, self._count) for passage in passages]
        starts = np.cumsum([0, *(len(pieces) for pieces in told[:-1])])
        flat = [piece for pieces in told for piece in pieces]
        scored = self._predict([(piece, other) for piece in asked for other in flat])
        best = np.maximum.reduceat(scored.reshape(len(asked), len(flat)), starts, axis=1)
        means: Scores = best.mean(axis=0)
        return means

    def _predict(self, pairs: list[tuple[str, str]]) -> Scores:
        from torch.nn import Identity

        scored = np.empty(len(pairs), dtype=np.float32)
        order = sorted(range(len(pairs)), key=lambda place: sum(map(len, pairs[place])))
        for start in range(0, len(order), self._batch_size):
            places = order[start : start + self._batch_size]
            with self._lock:
                # Not through a sigmoid: it presses the surest answers together.
                scored[places] = self._model.predict(
                    [pairs[place] for place in places],
                    batch_size=self._batch_size,
                    activation_fn=Identity(),
                    show_progress_bar=False,
                )
        if not np.isfinite(scored).all():
            raise ModelError(
                f"the reranker {self.name} gave scores that are no numbers; set "
                "MATCHER_COMPUTE_DTYPE=float32 or choose another model"
            )
        return scored

    def _measure_room(self) -> int:
        """How many tokens of text fit a pair, beside the model's special tokens and prompt."""
        model = self._model
        prompt = model.prompts.get(model.default_prompt_name)
        pair = model.preprocess([("1", "1")], prompt=prompt)["input_ids"]
        around = int(pair.numel()) - 2 * self._count("1")
        room = min(int(model.max_seq_length or 512), LONGEST) - around
        if room < 8:
            raise ModelError(f"the window of the reranker {self.name} is too small for a pair")
        return room

    def _count(self, text: str) -> int:
        with self._lock:
            counted = self._model.tokenizer(text, add_special_tokens=False, verbose=False)
        return len(counted["input_ids"])


def _load(
    source: str, device: str | None, compute_dtype: str, trust_remote_code: bool
) -> tuple[Any, str]:
    """The model, and the name of the type that it computes in."""
    from sentence_transformers import CrossEncoder

    model, compute_dtype = load_with(
        CrossEncoder,
        source,
        device,
        compute_dtype,
        trust_remote_code,
        words=("reranker", "a cross-encoder"),
    )
    if not _scores_pairs(model):
        raise ModelError(
            f"the model {source} gives no single score for a pair of texts; "
            "choose a cross-encoder made for reranking"
        )
    return model.eval(), compute_dtype


def _scores_pairs(model: Any) -> bool:
    """Whether the model was taught one score; the library gives any other a random new head."""
    if model.num_labels != 1:
        return False
    kinds = getattr(model.config, "architectures", None) or [""]
    return len(model) > 1 or kinds[0].endswith("ForSequenceClassification")
