"""Student model: a BERT body, and a mean of its token vectors weighted by inverse frequency."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.fingerprints import write_checksums
from scripts.training.transplant import to_transformers, transplant_body
from scripts.training.vocabulary import build_tokenizer

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""A function from n texts to unit vectors (n, d)."""
MIN_TOKEN_WEIGHT, MAX_TOKEN_WEIGHT = 0.3, 7.0
"""Bounds of a token's weight, the negative logarithm of the share of texts that contain it."""
TOKENIZER_CHUNK = 1000
"""Texts that are tokenized in one call."""


class Student(torch.nn.Module):
    """Token ids to unit vectors; computes what the saved sentence-transformers model computes."""

    weights: torch.Tensor

    def __init__(self, body: Any, weights: torch.Tensor) -> None:
        """`weights` (v,) is the weight of each token in the mean."""
        super().__init__()
        self.body = body
        self.register_buffer("weights", weights)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors (n, d) of padded token ids (n, t); the mask is in floats."""
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask * self.weights[ids]
        return torch.nn.functional.normalize((states * weights[..., None]).sum(dim=1), dim=1)


class PaddedTokenizer:
    """Texts to padded token ids, cut at `max_tokens`; the ids of a text are cached."""

    def __init__(self, tokenizer: Any, max_tokens: int) -> None:
        """`tokenizer` is a transformers tokenizer."""
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._cache: dict[str, NDArray[np.int32]] = {}

    def __call__(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask, both (n, t); the mask is in floats."""
        self._fill_cache(texts)
        ids = [self._cache[text] for text in texts]
        lengths = np.array([len(row) for row in ids])
        mask = np.arange(lengths.max()) < lengths[:, None]
        padded = np.full(mask.shape, self._tokenizer.pad_token_id, dtype=np.int32)
        padded[mask] = np.concatenate(ids)
        return torch.from_numpy(padded).long(), torch.from_numpy(mask).float()

    def _fill_cache(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._cache]
        for start in range(0, len(new), TOKENIZER_CHUNK):
            chunk = new[start : start + TOKENIZER_CHUNK]
            encoded = self._tokenizer(chunk, truncation=True, max_length=self._max_tokens)
            for text, ids in zip(chunk, encoded["input_ids"], strict=True):
                self._cache[text] = np.array(ids, dtype=np.int32)


def token_weights(tokenizer: Any, languages: Iterable[Sequence[str]], size: int) -> torch.Tensor:
    """Weights (size,) of the tokens by inverse document frequency.

    Of the frequencies in the texts of each language the highest counts.
    """
    shares = np.zeros(size)
    for texts in languages:
        counts: Counter[int] = Counter()
        for start in range(0, len(texts), TOKENIZER_CHUNK):
            chunk = list(texts[start : start + TOKENIZER_CHUNK])
            for ids in tokenizer(chunk, add_special_tokens=False)["input_ids"]:
                counts.update(set(ids))
        frequencies = np.zeros(size)
        frequencies[list(counts)] = list(counts.values())
        shares = np.maximum(shares, (frequencies + 1) / (len(texts) + 1))
    weights = np.clip(-np.log(shares), MIN_TOKEN_WEIGHT, MAX_TOKEN_WEIGHT)
    weights[tokenizer.all_special_ids] = 1.0
    return torch.tensor(weights, dtype=torch.float32)


def encoder_of(student: Student, tokenizer: PaddedTokenizer, batch_size: int = 32) -> Encode:
    """Return an encoding function for evaluation; it encodes texts of like length together."""

    def encode(texts: Sequence[str]) -> Vectors:
        student.eval()
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        vectors = np.empty((len(texts), student.body.config.hidden_size), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), batch_size):
                rows = order[start : start + batch_size]
                vectors[rows] = student(*tokenizer([texts[row] for row in rows])).numpy()
        return vectors

    return encode


def save_student(student: Student, tokenizer: Any, folder: Path, window: int) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, with weights in float16.

    The student itself is in float16 afterwards. `window` is the model's limit in tokens.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    pieces = tokenizer.convert_ids_to_tokens(list(range(len(student.weights))))
    weights = {
        piece: round(weight, 3)
        for piece, weight in zip(pieces, student.weights.tolist(), strict=True)
    }
    with tempfile.TemporaryDirectory() as body:
        student.body.half().save_pretrained(body)
        tokenizer.save_pretrained(body)
        model = SentenceTransformer(
            modules=[
                modules.Transformer(body, max_seq_length=window),
                modules.WordWeights(pieces, weights),
                modules.Pooling(student.body.config.hidden_size, "mean"),
                modules.Normalize(),
            ]
        )
        model.save(str(folder), create_model_card=False)
    write_checksums(folder)


def load_student(folder: Path) -> tuple[Any, Student]:
    """Tokenizer and student of a folder that `save_student` wrote, in float32."""
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"dtype": torch.float32}
    )
    return model.tokenizer, Student(model[0].auto_model, model[1].emb_layer.weight.detach()[:, 0])


def drop_unseen_tokens(
    student: Student, tokenizer: Any, texts: Sequence[str]
) -> tuple[Student, Any]:
    """Copies of student and tokenizer without the unseen tokens of several characters.

    A token is unseen if no text contains it: it was never trained. The texts themselves are
    tokenized as before.
    """
    seen = set(tokenizer.all_special_ids)
    for start in range(0, len(texts), TOKENIZER_CHUNK):
        for ids in tokenizer(list(texts[start : start + TOKENIZER_CHUNK]))["input_ids"]:
            seen.update(ids)
    pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    kept = [n for n, piece in enumerate(pieces) if n in seen or len(piece) == 1]
    table = student.body.embeddings.word_embeddings.weight.detach()[kept]
    layers = range(student.body.config.num_hidden_layers)
    body = transplant_body(student.body, table, layers)
    smaller = to_transformers(build_tokenizer([pieces[n] for n in kept]))
    return Student(body, student.weights[kept]), smaller
