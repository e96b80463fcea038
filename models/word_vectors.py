"""Words of a text as a model's tokenizer cuts them, and a vector for each word alone.

A sentence vector gives the meaning of a text, word vectors show which words carry it. A word is
encoded alone and not in its sentence: once for all texts, and words of like meaning in two texts
are as near as they are within their sentences.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from matcher.ports import Vectors
from matcher.text.characters import is_chinese_character
from matcher.text.highlights import Span
from models.batches import batches
from models.tokens import encode_tokens, has_offsets


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
    """Return the spans of the words that tokens make, without those of no letter or digit."""
    spans: list[Span] = []
    word_end = 0
    for start, end in _without_blanks(text, tokens):
        if spans and _continues_word(text, word_end, start):
            word_end = max(end, word_end)
            spans[-1] = (spans[-1][0], word_end)
        else:
            word_end = end
            spans.append((start, end))
    return tuple((start, end) for start, end in spans if _has_letter_or_digit(text[start:end]))


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


def _continues_word(text: str, word_end: int, start: int) -> bool:
    """True if the token at `start` continues the word that ends at `word_end`.

    Tokens of bytes can share a character; they start before the end of the one before them.
    """
    if start < word_end:
        return True
    return start == word_end and _is_alphabetic(text[start - 1]) and _is_alphabetic(text[start])


def _has_letter_or_digit(word: str) -> bool:
    return word.isalnum() or any(map(str.isalnum, word))


def _is_alphabetic(character: str) -> bool:
    """True for a letter or digit of any script but Chinese."""
    return character.isalnum() and not is_chinese_character(character)
