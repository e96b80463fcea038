"""The words of a text as a model's tokenizer sees them, and a vector for each word by itself.

A sentence vector says what a text is about, the vectors of its words say which of them say so.
A word is read alone and not in its sentence: it can then be read once for all texts, and words of
like meaning in two texts are as near as in their sentences.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from matcher.ports import Vectors
from matcher.text.highlights import Span


def word_spans(tokenizer: Any, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
    """The character spans of the words of each text, in order, however long the text is.

    A word is one or several tokens: a Latin word or a number is put together from its pieces, a
    Chinese token stands for itself; punctuation is left out. None where the tokenizer gives no
    offsets.
    """
    if not getattr(tokenizer, "is_fast", False):
        return None
    if not texts:
        return []
    encoded = tokenizer(
        list(texts), add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    return [
        _words(text, offsets)
        for text, offsets in zip(texts, encoded["offset_mapping"], strict=True)
    ]


def word_vectors(
    model: Any, words: Sequence[str], *, prefix: str = "", batch_size: int = 128
) -> Vectors | None:
    """For each word the mean of its tokens' vectors as a unit float32 row of (n, d).

    `model` is a loaded SentenceTransformer with a fast tokenizer, `prefix` is put before each word
    and does not count. What has no token gets a row of zeros. None where the model's first module
    gives no token vectors.
    """
    rows = np.zeros((len(words), int(model.get_embedding_dimension() or 0)), dtype=np.float32)
    order = sorted(range(len(words)), key=lambda place: len(words[place]))
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        means = _means(model, [prefix + words[place] for place in places], len(prefix))
        if means is None:
            return None
        if means.shape[1] != rows.shape[1]:  # a later module changes the dimension
            rows = np.zeros((len(words), means.shape[1]), dtype=np.float32)
        rows[places] = means
    return rows


def _means(model: Any, texts: list[str], prefix: int) -> Vectors | None:
    """The unit mean of the token vectors (n, d) of each text behind its prefix."""
    import torch

    encoded = model.tokenizer(
        texts,
        padding=True,
        truncation=True,
        max_length=int(model.max_seq_length or 512),
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = encoded.pop("offset_mapping")
    counts = (offsets[:, :, 1] > offsets[:, :, 0]) & (offsets[:, :, 0] >= prefix)
    with torch.inference_mode():
        output = model[0]({name: rows.to(model.device) for name, rows in encoded.items()})
        if "token_embeddings" not in output:
            return None
        tokens = output["token_embeddings"].float().cpu()
        sums = (tokens * counts[:, :, None]).sum(dim=1)
        means: Vectors = torch.nn.functional.normalize(sums, dim=1).numpy()
    return means


def _words(text: str, tokens: Sequence[Span]) -> tuple[Span, ...]:
    """The tokens put together to words, without those that have no letter or digit."""
    spans: list[Span] = []
    before = 0
    for start, end in _written(text, tokens):
        if spans and _goes_on(text, before, start):
            before = max(end, before)
            spans[-1] = (spans[-1][0], before)
        else:
            before = end
            spans.append((start, end))
    return tuple((a, b) for a, b in spans if _says(text[a:b]))


def _written(text: str, tokens: Sequence[Span]) -> Iterator[Span]:
    """Start and end of each token without blanks around it."""
    for start, end in tokens:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            yield start, end


def _goes_on(text: str, before: int, start: int) -> bool:
    """Whether a token goes on with the word that ended at `before`.

    Tokens of bytes can share a character; they start before the one before them ends.
    """
    if start < before:
        return True
    return start == before and _is_spelt(text[start - 1]) and _is_spelt(text[start])


def _says(word: str) -> bool:
    """Whether it has a letter or digit."""
    return word.isalnum() or any(map(str.isalnum, word))


def _is_spelt(character: str) -> bool:
    """A letter or digit of a script that spells words out, unlike Chinese."""
    return character.isalnum() and not "\u3400" <= character <= "\u9fff"
