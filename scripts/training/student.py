"""The student: a BERT body under a mean of its token vectors that rare words weigh more in."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from scripts.training.transplant import as_transformers, transplanted
from scripts.training.vocabulary import build_tokenizer

LEAST_WEIGHT, MOST_WEIGHT = 0.3, 7.0
"""Bounds of a token's weight, the logarithm of one over the share of texts that hold it."""


class Student(torch.nn.Module):
    """Token ids to unit vectors; the same computation as the saved sentence-transformers model."""

    weights: torch.Tensor

    def __init__(self, body: Any, weights: torch.Tensor) -> None:
        """`weights` (v,) is how much each token counts in the mean."""
        super().__init__()
        self.body = body
        self.register_buffer("weights", weights)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors (n, d) of padded token ids (n, t); a GPU computes in bfloat16."""
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=ids.is_cuda):
            states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        states = states.float()
        share = mask * self.weights[ids]
        return torch.nn.functional.normalize((states * share[..., None]).sum(dim=1), dim=1)


class Batches:
    """Texts as padded ids, cut at `longest` tokens; a text is read once and kept."""

    def __init__(
        self, tokenizer: Any, longest: int, *, prefix: str = "", device: str = "cpu"
    ) -> None:
        """`prefix` goes before each text; ids come on `device`."""
        self._tokenizer = tokenizer
        self._longest = longest
        self._prefix = prefix
        self._device = device
        self._known: dict[str, NDArray[np.int32]] = {}

    def __call__(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask (n, t), the mask in floats."""
        self._read(texts)
        listed = [self._known[text] for text in texts]
        lengths = np.array([len(ids) for ids in listed])
        mask = np.arange(lengths.max()) < lengths[:, None]
        padded = np.full(mask.shape, self._tokenizer.pad_token_id, dtype=np.int32)
        padded[mask] = np.concatenate(listed)
        ids = torch.from_numpy(padded).to(self._device, non_blocking=True).long()
        return ids, torch.from_numpy(mask).to(self._device, non_blocking=True).float()

    def _read(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(new), 10_000):
            some = new[start : start + 10_000]
            read = self._tokenizer(
                [self._prefix + text for text in some], truncation=True, max_length=self._longest
            )["input_ids"]
            for text, ids in zip(some, read, strict=True):
                self._known[text] = np.array(ids, dtype=np.int32)


def token_weights(tokenizer: Any, languages: Iterable[Sequence[str]], size: int) -> torch.Tensor:
    """How much each of `size` tokens tells: by the language in which it is the more frequent."""
    shares = np.zeros(size)
    for texts in languages:
        counted: Counter[int] = Counter()
        for start in range(0, len(texts), 1000):
            batch = tokenizer(list(texts[start : start + 1000]), add_special_tokens=False)
            for ids in batch["input_ids"]:
                counted.update(set(ids))
        share = np.zeros(size)
        share[list(counted)] = list(counted.values())
        shares = np.maximum(shares, (share + 1) / (len(texts) + 1))
    weights = np.clip(-np.log(shares), LEAST_WEIGHT, MOST_WEIGHT)
    weights[tokenizer.all_special_ids] = 1.0
    return torch.tensor(weights, dtype=torch.float32)


def encoder(student: Student, batches: Batches, at_once: int = 32) -> Any:
    """A function from texts to unit vectors (n, d), for measuring."""

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        student.eval()
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        vectors: NDArray[np.float32] | None = None
        with torch.inference_mode():
            for start in range(0, len(order), at_once):
                places = order[start : start + at_once]
                batch = student(*batches([texts[n] for n in places])).cpu().numpy()
                if vectors is None:
                    vectors = np.empty((len(texts), batch.shape[1]), dtype=np.float32)
                vectors[places] = batch
        assert vectors is not None
        return vectors

    return encode


def save(student: Student, tokenizer: Any, folder: Path, window: int) -> None:
    """Write a folder that plain SentenceTransformer(folder) loads, the weights in halves."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    words = tokenizer.convert_ids_to_tokens(list(range(len(student.weights))))
    weights = {
        word: round(weight, 3) for word, weight in zip(words, student.weights.tolist(), strict=True)
    }
    with tempfile.TemporaryDirectory() as body:
        student.body.half().save_pretrained(body)
        tokenizer.save_pretrained(body)
        model = SentenceTransformer(
            modules=[
                modules.Transformer(body, max_seq_length=window),
                modules.WordWeights(words, weights),
                modules.Pooling(student.body.config.hidden_size, "mean"),
                modules.Normalize(),
            ]
        )
        model.save(str(folder), create_model_card=False)


def opened(folder: Path) -> tuple[Any, Student]:
    """The tokenizer and the student that `save` wrote, to be taught further."""
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"dtype": torch.float32}
    )
    return model.tokenizer, Student(model[0].auto_model, model[1].emb_layer.weight.detach()[:, 0])


def without_unseen(student: Student, tokenizer: Any, texts: Sequence[str]) -> tuple[Student, Any]:
    """The student without the pieces of several characters that no text holds.

    They were never taught, and take room. What is left is tokenised as before.
    """
    seen = set(tokenizer.all_special_ids)
    for start in range(0, len(texts), 1000):
        for ids in tokenizer(list(texts[start : start + 1000]))["input_ids"]:
            seen.update(ids)
    pieces = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    kept = [n for n, piece in enumerate(pieces) if n in seen or len(piece) == 1]
    table = student.body.embeddings.word_embeddings.weight.detach()[kept]
    layers = range(student.body.config.num_hidden_layers)
    body = transplanted(student.body, table, layers)
    smaller = as_transformers(build_tokenizer([pieces[n] for n in kept]))
    return Student(body, student.weights[kept]), smaller
