"""A student with the teacher's body and embeddings for the new vocabulary.

A Chinese token starts as the mean of the teacher's input embeddings of its dictionary glosses, or
of its parts' where it has none; so the body can read it before any training.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch
from tokenizers import Tokenizer

from scripts.training.vocabulary import SPECIAL


def embeddings(
    pieces: Sequence[str],
    english: Mapping[str, list[int]],
    glosses: Mapping[str, list[str]],
    teacher_tokenizer: Any,
    teacher_weights: torch.Tensor,
) -> torch.Tensor:
    """Input embeddings (v, d) for the pieces, in order."""
    norm = float(teacher_weights.norm(dim=1).median())
    known: dict[str, torch.Tensor] = {}
    for special in SPECIAL:
        known[special] = teacher_weights[teacher_tokenizer.convert_tokens_to_ids(special)]
    for piece, forms in english.items():
        known[piece] = teacher_weights[forms].mean(dim=0)
    chinese = [piece for piece in pieces if piece not in known]
    for piece in sorted(chinese, key=len):
        if piece in glosses:
            meant = _of_glosses(glosses[piece], teacher_tokenizer, teacher_weights)
            known[piece] = _scaled(meant, norm)
        else:
            known[piece] = _of_parts(piece, known, norm, teacher_weights)
    return torch.stack([known[piece] for piece in pieces])


def _of_glosses(glosses: Sequence[str], tokenizer: Any, weights: torch.Tensor) -> torch.Tensor:
    listed = [tokenizer(gloss, add_special_tokens=False)["input_ids"] for gloss in glosses]
    means = [weights[ids].mean(dim=0) for ids in listed if ids]
    return torch.stack(means).mean(dim=0) if means else torch.zeros(weights.shape[1])


def _of_parts(
    piece: str, known: Mapping[str, torch.Tensor], norm: float, weights: torch.Tensor
) -> torch.Tensor:
    parts = [known[part] for part in _longest_parts(piece, known)]
    if not parts:
        return _scaled(weights.mean(dim=0), norm)
    return _scaled(torch.stack(parts).mean(dim=0), norm)


def _longest_parts(piece: str, known: Mapping[str, torch.Tensor]) -> Iterator[str]:
    start = 0
    while start < len(piece):
        for end in range(len(piece), start, -1):
            if piece[start:end] in known:
                yield piece[start:end]
                start = end
                break
        else:
            start += 1


def _scaled(vector: torch.Tensor, norm: float) -> torch.Tensor:
    length = float(vector.norm())
    return vector * (norm / length) if length > 0 else vector


def transplanted(body: Any, table: torch.Tensor, layers: Sequence[int]) -> Any:
    """A copy of a BERT body with other input embeddings (v, d) and only the listed layers."""
    copy = deepcopy(body)
    copy.embeddings.word_embeddings = torch.nn.Embedding(
        len(table), table.shape[1], padding_idx=0, _weight=table
    )
    copy.config.vocab_size = len(table)
    copy.encoder.layer = torch.nn.ModuleList([copy.encoder.layer[n] for n in layers])
    copy.config.num_hidden_layers = len(layers)
    return copy


def as_transformers(tokenizer: Tokenizer) -> Any:
    """The tokenizer as transformers loads it."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=512,
    )
