"""Words of a text as a model's tokenizer cuts them, and a vector for each word alone.

A sentence vector gives the meaning of a text, word vectors show which words carry it. A word is
encoded alone and not in its sentence: once for all texts, and words of like meaning in two texts
are as near as they are within their sentences.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from matcher.ports import Vectors
from matcher.text.characters import CHINESE
from matcher.text.highlights import Span
from models.batches import batches
from models.tokens import encode_tokens, has_offsets

_BLANK = re.compile(r"\s")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_RUN = re.compile(rf"[^\W_{CHINESE}]{{2,}}")
"""Letters and digits side by side, none of them Chinese."""


def word_spans(tokenizer: Any, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
    """Return the character spans of the words of each text, in order, whatever its length.

    A word is one or several tokens: a Latin word or a number is put together from its pieces, a
    Chinese token is a word; punctuation is left out. None for a tokenizer without offsets.
    """
    if not has_offsets(tokenizer):
        return None
    if not texts:
        return []
    encoded = tokenizer(
        list(texts), add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    return [
        words_of_tokens(text, offsets)
        for text, offsets in zip(texts, encoded["offset_mapping"], strict=True)
    ]


def words_of_tokens(text: str, tokens: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans of the words that tokens make, without those of no letter or digit.

    A token continues the word before it within a run of letters or digits, none of them Chinese.
    Tokens of bytes can share a character; they start before the end of the one before them.
    """
    in_run = {place for run in _RUN.finditer(text) for place in range(run.start() + 1, run.end())}
    spans: list[Span] = []
    word_end = 0
    for start, end in tokens if _BLANK.search(text) is None else _without_blanks(text, tokens):
        if spans and (start < word_end or (start == word_end and start in in_run)):
            word_end = max(end, word_end)
            spans[-1] = (spans[-1][0], word_end)
        elif start < end:
            word_end = end
            spans.append((start, end))
    return tuple(span for span in spans if _LETTER_OR_DIGIT.search(text, *span))


def word_vectors(
    model: Any, words: Sequence[str], *, prefix: str = "", batch_size: int = 128
) -> Vectors | None:
    """Encode words: the mean of the token vectors of each, as unit float32 rows (n, d).

    `model` is a SentenceTransformer whose tokenizer has offsets; `prefix` is put before each word
    and left out of the mean. A word without a token gets a row of zeros. None if the model's first
    module gives no token vectors.
    """
    vectors = np.zeros((len(words), int(model.get_embedding_dimension() or 0)), dtype=np.float32)
    for indices in batches([len(word) for word in words], batch_size):
        means = _token_means(model, [prefix + words[index] for index in indices], len(prefix))
        if means is None:
            return None
        if means.shape[1] != vectors.shape[1]:  # a later module changes the dimension
            vectors = np.zeros((len(words), means.shape[1]), dtype=np.float32)
        vectors[indices] = means
    return vectors


def _token_means(model: Any, texts: list[str], prefix: int) -> Vectors | None:
    """Unit mean (n, d) of the token vectors of each text behind a prefix of so many characters."""
    import torch

    tokens = encode_tokens(model, texts)
    if "token_embeddings" not in tokens.output:
        return None
    starts, ends = tokens.offsets.unbind(dim=2)
    is_counted = (ends > starts) & (starts >= prefix)
    with torch.inference_mode():
        embeddings = tokens.output["token_embeddings"].float().cpu()
        sums = (embeddings * is_counted[:, :, None]).sum(dim=1)
        means: Vectors = torch.nn.functional.normalize(sums, dim=1).numpy()
    return means


def _without_blanks(text: str, tokens: Sequence[Span]) -> Iterator[Span]:
    """Yield the span of each token without the blanks around it."""
    for start, end in tokens:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            yield start, end
