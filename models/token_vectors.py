"""The words of a text with a vector each, from the first module of a sentence-transformers model.

A sentence vector says what a text is about, the vectors of its words say which of them say so.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from matcher.evidence import Span
from matcher.ports import Vectors, WordVectors


def word_vectors(
    model: Any, texts: Sequence[str], *, prefix: str = "", batch_size: int = 32
) -> list[WordVectors] | None:
    """For each text its words in order: character spans and unit float32 vectors (t, d).

    `model` is a loaded SentenceTransformer, `prefix` is put before each text and has no words.
    A word is one or several tokens of the model: a Latin word or a number is put together from its
    pieces, a Chinese token stands for itself; punctuation is left out. A text longer than the
    window is read in windows, so that no word is lost. None where the model cannot tell: its
    tokenizer gives no offsets, or its first module no token vectors.
    """
    tokenizer = getattr(model, "tokenizer", None)
    if not getattr(tokenizer, "is_fast", False):
        return None
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    listed: dict[int, WordVectors] = {}
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        batch = _batch(model, [prefix + texts[place] for place in places])
        if batch is None:
            return None
        for place, (text, spans, rows) in zip(places, batch, strict=True):
            listed[place] = _words(text, spans, rows, len(prefix))
    return [listed[place] for place in range(len(texts))]


def _batch(model: Any, texts: list[str]) -> list[tuple[str, list[Span], Vectors]] | None:
    """Each text with the spans and the vectors of its tokens, over all its windows."""
    import torch

    encoded = model.tokenizer(
        texts,
        padding=True,
        truncation=True,
        max_length=int(model.max_seq_length or 512),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = encoded.pop("offset_mapping").tolist()
    owners = encoded.pop("overflow_to_sample_mapping").tolist()
    with torch.inference_mode():
        output = model[0]({name: rows.to(model.device) for name, rows in encoded.items()})
    if "token_embeddings" not in output:
        return None
    vectors = output["token_embeddings"].float().cpu().numpy()
    found: list[tuple[str, list[Span], Vectors]] = []
    for place, text in enumerate(texts):
        rows = [row for row, owner in enumerate(owners) if owner == place]
        spans = [(a, b) for row in rows for a, b in offsets[row]]
        found.append((text, spans, np.concatenate([vectors[row] for row in rows])))
    return found


def _words(text: str, tokens: Sequence[Span], vectors: Vectors, prefix: int) -> WordVectors:
    """The tokens' vectors put together to words; special tokens and the prefix have no place."""
    spans: list[Span] = []
    sums: list[Vectors] = []
    for place, start, end in _written(text, tokens, prefix):
        if spans and _goes_on(text, spans[-1][1], start):
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            sums[-1] = sums[-1] + vectors[place]
        else:
            spans.append((start, end))
            sums.append(vectors[place])
    kept = [place for place, (a, b) in enumerate(spans) if any(map(str.isalnum, text[a:b]))]
    unit = np.zeros((len(kept), vectors.shape[1]), dtype=np.float32)
    for row, place in enumerate(kept):
        unit[row] = sums[place] / max(float(np.linalg.norm(sums[place])), 1e-12)
    shifted = tuple((spans[place][0] - prefix, spans[place][1] - prefix) for place in kept)
    return WordVectors(shifted, unit)


def _written(text: str, tokens: Sequence[Span], prefix: int) -> Iterator[tuple[int, int, int]]:
    """Position, start and end of each token after the prefix that has letters; without blanks."""
    for place, (start, end) in enumerate(tokens):
        written = text[start:end]
        start += len(written) - len(written.lstrip())
        end -= len(written) - len(written.rstrip())
        if prefix <= start < end:
            yield place, start, end


def _goes_on(text: str, before: int, start: int) -> bool:
    """Whether a token goes on with the word that ended at `before`.

    Tokens of bytes can share a character; they start before the one before them ends.
    """
    if start < before:
        return True
    return start == before and _is_spelt(text[start - 1]) and _is_spelt(text[start])


def _is_spelt(character: str) -> bool:
    """A letter or digit of a script that spells words out, unlike Chinese."""
    return character.isalnum() and not "\u3400" <= character <= "\u9fff"
