"""Transplant of the teacher's body to a new vocabulary.

The input embedding of a Chinese token starts as the mean of the teacher's embeddings of its
dictionary glosses, or of its parts if it has no gloss. So the body can read it before any training.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import torch

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LATIN_PIECE = re.compile(r"[\x21-\x7e]+|[\u00a1-\u00ff\u0370-\u03ff\u2000-\u22ff\u2460-\u24ff]")
_MARK = re.compile(r"\[.*\]")


def initial_embeddings(
    pieces: Sequence[str],
    english: Mapping[str, list[int]],
    glosses: Mapping[str, list[str]],
    teacher_tokenizer: Any,
    teacher_weights: torch.Tensor,
) -> torch.Tensor:
    """Input embeddings (v, d) of the pieces, in order.

    `english` gives the teacher's ids of each English piece; `teacher_weights` (u, d) are the
    teacher's input embeddings. Chinese pieces get the median norm of these.
    """
    norm = float(teacher_weights.norm(dim=1).median())
    known: dict[str, torch.Tensor] = {}
    for special in SPECIAL:
        known[special] = teacher_weights[teacher_tokenizer.convert_tokens_to_ids(special)]
    for piece, ids in english.items():
        known[piece] = teacher_weights[ids].mean(dim=0)
    chinese = [piece for piece in pieces if piece not in known]
    for piece in sorted(chinese, key=len):
        if piece in glosses:
            mean = _gloss_mean(glosses[piece], teacher_tokenizer, teacher_weights)
        else:
            mean = _part_mean(piece, known, teacher_weights)
        known[piece] = _scaled(mean, norm)
    return torch.stack([known[piece] for piece in pieces])


def transplant_body(body: Any, table: torch.Tensor, layers: Sequence[int]) -> Any:
    """Copy a BERT body with other input embeddings (v, d) and only the given layers."""
    copy = deepcopy(body)
    copy.embeddings.word_embeddings = torch.nn.Embedding(
        len(table), table.shape[1], padding_idx=0, _weight=table.clone()
    )
    copy.config.vocab_size = len(table)
    copy.encoder.layer = torch.nn.ModuleList([copy.encoder.layer[n] for n in layers])
    copy.config.num_hidden_layers = len(layers)
    return copy


def english_pieces(teacher: Mapping[str, int], pieces: Container[str]) -> dict[str, list[int]]:
    """Return the pieces that the teacher knows, each with the teacher's ids, the lowest first.

    A piece that the teacher knows at the start and in the middle of words has two.
    """
    ids: dict[str, list[int]] = {}
    for piece, number in sorted(teacher.items(), key=lambda entry: entry[1]):
        bare = piece.removeprefix("##") if len(piece) > 2 else piece
        if bare in pieces and _LATIN_PIECE.fullmatch(bare) and not _MARK.fullmatch(bare):
            ids.setdefault(bare, []).append(number)
    return ids


def _gloss_mean(glosses: Sequence[str], tokenizer: Any, weights: torch.Tensor) -> torch.Tensor:
    ids_of_glosses = [tokenizer(gloss, add_special_tokens=False)["input_ids"] for gloss in glosses]
    means = [weights[ids].mean(dim=0) for ids in ids_of_glosses if ids]
    return torch.stack(means).mean(dim=0) if means else torch.zeros(weights.shape[1])


def _part_mean(
    piece: str, known: Mapping[str, torch.Tensor], weights: torch.Tensor
) -> torch.Tensor:
    """Mean of the longest known parts; of all embeddings if no part is known."""
    parts = [known[part] for part in _longest_parts(piece, known)]
    return torch.stack(parts).mean(dim=0) if parts else weights.mean(dim=0)


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
