"""Student model: a BERT body, and a mean of its token vectors weighted by inverse frequency."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.fingerprints import write_checksums

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""A function from n texts to unit vectors (n, d)."""
WINDOW = 256
"""Limit of a saved model in tokens."""
GROUP_TOKENS = 4_096
"""Tokens that a student reads at once, padding included."""
TOKENIZER_CHUNK = 1000
"""Texts that are tokenized in one call."""


def multiplies_bfloat16() -> bool:
    """True if this processor has instructions for products of bfloat16 numbers."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def fast_products() -> AbstractContextManager[object]:
    """Return a context in which matrices are multiplied in bfloat16 where that is faster."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=multiplies_bfloat16())


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
        return self.pooled(self.token_vectors(ids, mask), self.token_weights(ids, mask))

    def token_vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Vectors (n, t, d) of the tokens in their context."""
        states: torch.Tensor = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def token_weights(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Weights (n, t) of the tokens in the mean."""
        return mask * self.weights[ids]

    @staticmethod
    def pooled(states: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """Unit vectors (n, d): means of the token vectors by their weights."""
        return torch.nn.functional.normalize((states * weights[..., None]).sum(dim=1), dim=1)


class PaddedTokenizer:
    """Texts to groups of padded token ids, cut at `max_tokens`; the ids of a text are cached."""

    def __init__(self, tokenizer: Any, max_tokens: int) -> None:
        """`tokenizer` is a transformers tokenizer."""
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._cache: dict[str, NDArray[np.int32]] = {}

    def groups(
        self, texts: Sequence[str]
    ) -> Iterator[tuple[Sequence[int], torch.Tensor, torch.Tensor]]:
        """Yield rows (m,), ids (m, t) and mask (m, t), in floats, of texts of like length.

        So there is little padding. A group has at most GROUP_TOKENS tokens, or one text.
        """
        self._fill_cache(texts)
        ids = [self._cache[text] for text in texts]
        rows: list[int] = []
        for row in sorted(range(len(ids)), key=lambda row: len(ids[row])):
            if rows and (len(rows) + 1) * len(ids[row]) > GROUP_TOKENS:
                yield rows, *self._padded([ids[own] for own in rows])
                rows = []
            rows.append(row)
        if rows:
            yield rows, *self._padded([ids[own] for own in rows])

    def _padded(self, ids: Sequence[NDArray[np.int32]]) -> tuple[torch.Tensor, torch.Tensor]:
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


def encoder_of(student: Student, tokenizer: PaddedTokenizer) -> Encode:
    """Return an encoding function for evaluation."""

    def encode(texts: Sequence[str]) -> Vectors:
        student.eval()
        vectors = np.empty((len(texts), student.body.config.hidden_size), dtype=np.float32)
        with torch.inference_mode():
            for rows, ids, mask in tokenizer.groups(texts):
                vectors[rows] = student(ids, mask).numpy()
        return vectors

    return encode


def save_student(student: Student, tokenizer: Any, folder: Path) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, with weights in float16.

    A folder of this name is replaced when the new one is whole. The student itself is in float16
    afterwards.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    pieces = tokenizer.convert_ids_to_tokens(list(range(len(student.weights))))
    weights = {
        piece: round(weight, 3)
        for piece, weight in zip(pieces, student.weights.tolist(), strict=True)
    }
    new, old = (folder.with_name(f".{folder.name}.{state}") for state in ("new", "old"))
    shutil.rmtree(new, ignore_errors=True)
    with tempfile.TemporaryDirectory() as body:
        student.body.half().save_pretrained(body)
        tokenizer.save_pretrained(body)
        model = SentenceTransformer(
            modules=[
                modules.Transformer(body, max_seq_length=WINDOW),
                modules.WordWeights(pieces, weights),
                modules.Pooling(student.body.config.hidden_size, "mean"),
                modules.Normalize(),
            ]
        )
        model.save(str(new), create_model_card=False)
    for weights_file in new.rglob("*.safetensors"):
        weights_file.chmod(0o644)  # the library lets its owner alone read it
    write_checksums(new)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_student(folder: Path) -> tuple[Any, Student]:
    """Tokenizer and student of a folder that `save_student` wrote, in float32."""
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"dtype": torch.float32}
    )
    return model.tokenizer, Student(model[0].auto_model, model[1].emb_layer.weight.detach()[:, 0])
