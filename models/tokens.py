"""Tokens of texts: counted by a tokenizer, encoded by the first module of a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DEFAULT_WINDOW = 512
"""Window, in tokens, of a model that names none."""


@dataclass(frozen=True)
class EncodedTokens:
    """Tokens of n texts, padded or cut to t tokens each, as torch tensors."""

    output: dict[str, Any]
    """Output of the model's first module, with `token_embeddings` (n, t, d) if it has them."""
    attention_mask: Any
    """(n, t), on the CPU: 1 for a token, 0 for padding."""
    offsets: Any
    """(n, t, 2), on the CPU: half-open character span of each token, empty for special tokens."""


def encode_tokens(model: Any, texts: Sequence[str]) -> EncodedTokens:
    """Encode the tokens of texts with the first module of a SentenceTransformer.

    Its tokenizer must have offsets.
    """
    import torch

    inputs = model.tokenizer(
        list(texts),
        padding=True,
        truncation=True,
        max_length=window(model),
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = inputs.pop("offset_mapping")
    with torch.inference_mode():
        output = model[0]({name: tensor.to(model.device) for name, tensor in inputs.items()})
    return EncodedTokens(output, inputs["attention_mask"], offsets)


def token_count(tokenizer: Any, text: str) -> int:
    """Count the tokens of a text, special tokens excluded."""
    return len(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])


def window(model: Any) -> int:
    """Return the number of tokens that a model takes, special tokens included."""
    return int(model.max_seq_length or DEFAULT_WINDOW)


def has_offsets(tokenizer: Any) -> bool:
    """True if a tokenizer gives the character span of each token."""
    return bool(getattr(tokenizer, "is_fast", False))
