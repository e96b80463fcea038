"""Reranker over any cross-encoder that sentence-transformers loads (`ports.Reranker`)."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Scores
from models.batches import batches
from models.pair_chunking import score_pieces
from models.pretrained import LoadOptions, Wording, load_pretrained
from models.tokens import token_count, window

MAX_PAIR_TOKENS = 8192
"""Tokens of a pair at most, for a model that names no window or one that no memory holds."""
MIN_PAIR_TOKENS = 8
_WORDING = Wording("reranker", "a cross-encoder")


class CrossEncoderReranker:
    """Reranker with one loaded model; thread-safe."""

    def __init__(self, name: str, source: str, options: LoadOptions = LoadOptions()) -> None:
        """Load the model from a folder or hub name `source`. Raises ModelError."""
        from sentence_transformers import CrossEncoder

        self.name = name
        self._batch_size = options.batch_size
        self._lock = threading.Lock()
        model, self.compute_dtype = load_pretrained(CrossEncoder, source, options, _WORDING)
        if not _scores_pairs(model):
            raise ModelError(
                _(
                    "the model {source} gives no single score for a pair of texts; choose a "
                    "cross-encoder made for reranking",
                    source=source,
                )
            )
        self._model = model.eval()
        self._room = self._pair_room()

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        """Return the model's raw scores (n,), float32, higher is better.

        Texts that do not fit the window are cut, and nothing is dropped: for each piece of the need
        the best piece of a passage counts, and the pieces of the need count alike. Raises
        ModelError for an empty text.
        """
        return score_pieces(need, passages, self._room, self._count, self._score_all)

    def _score_all(self, needs: Sequence[str], passages: Sequence[str]) -> Scores:
        scores = self._predict([(need, passage) for need in needs for passage in passages])
        return scores.reshape(len(needs), len(passages))

    def _predict(self, pairs: list[tuple[str, str]]) -> Scores:
        from torch.nn import Identity

        scores = np.empty(len(pairs), dtype=np.float32)
        for indices in batches([sum(map(len, pair)) for pair in pairs], self._batch_size):
            with self._lock:
                # Not through a sigmoid: it presses the surest answers together.
                scores[indices] = self._model.predict(
                    [pairs[index] for index in indices],
                    batch_size=self._batch_size,
                    activation_fn=Identity(),
                    show_progress_bar=False,
                )
        if not np.isfinite(scores).all():
            raise ModelError(
                _(
                    "the reranker {name} gave scores that are no numbers; set "
                    "MATCHER_COMPUTE_DTYPE=float32 or choose another model",
                    name=self.name,
                )
            )
        return scores

    def _pair_room(self) -> int:
        """Tokens of text that fit a pair, beside the model's special tokens and prompt."""
        model = self._model
        prompt = model.prompts.get(model.default_prompt_name)
        pair = model.preprocess([("1", "1")], prompt=prompt)["input_ids"]
        around = int(pair.numel()) - 2 * self._count("1")
        room = min(window(model), MAX_PAIR_TOKENS) - around
        if room < MIN_PAIR_TOKENS:
            raise ModelError(
                _("the window of the reranker {name} is too small for a pair", name=self.name)
            )
        return room

    def _count(self, text: str) -> int:
        with self._lock:
            return token_count(self._model.tokenizer, text)


def _scores_pairs(model: Any) -> bool:
    """True if the model was trained to one score; the library gives others a random new head."""
    if model.num_labels != 1:
        return False
    kinds = getattr(model.config, "architectures", None) or [""]
    return len(model) > 1 or kinds[0].endswith("ForSequenceClassification")
