"""Encoder over a BERT that pools by the mean, run by OpenVINO (`ports.Encoder`).

It gives the vectors that sentence-transformers gives for the same folder, without torch.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tokenizers import Encoding

from matcher.cores import available_cores
from matcher.ports import Progress, Spans, TextKind, Vectors
from matcher.text.characters import nfkc
from matcher.text.highlights import Span
from models.batches import equal_batches
from models.bert_body import BertBody, TokenVectors
from models.chunking import Chunker
from models.fingerprints import check_unchanged, checked_files, file_states, fingerprint
from models.vectors import check_texts, unit
from models.word_vectors import words_of_tokens

BATCH_TOKENS = 512
"""Tokens of a batch. Larger ones are no faster on one core, and a need that comes while a catalogue
is embedded waits for one batch."""


class OpenVinoEncoder:
    """Encoder with one loaded model; may be used from several threads.

    The vector of a text is the same to the bit, whatever is encoded with it and on how many cores:
    no text is padded, and each request computes in one thread.
    """

    def __init__(
        self, name: str, folder: Path, compute_dtype: str = "auto", cores: int | None = None
    ) -> None:
        """Load a folder; the options are as in `LoadOptions`. Raises ModelError."""
        self.name = name
        before = file_states(folder)
        files = checked_files(folder)
        self._body = BertBody(folder, compute_dtype, cores or available_cores())
        check_unchanged(folder, before)
        self._tokenizer = self._body.tokenizer
        self.dimension = self._body.width
        self.compute_dtype = self._body.compute_dtype
        use = ("openvino", "no padding", self._body.window, self.compute_dtype)
        self.fingerprint = fingerprint(files, use)
        special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._chunker = Chunker(self._count, self._body.window - special, at_most=at_most)
        self._threads = ThreadPoolExecutor(self._body.cores, "encoder")

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces that fit the window, at sentence ends if possible."""
        return self._chunker.split(text, kind)

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Cut a text into pieces that fit behind the title, which gets half the window at most."""
        return self._chunker.split_with_title(title, text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        """Return unit float32 vectors (n, d). Raises ModelError for an empty text."""
        spans: list[list[Span | None]] = [[None]] * len(texts)
        vectors = self.encode_spans(texts, spans, kind, progress)
        return np.concatenate([np.empty((0, self.dimension), dtype=np.float32), *vectors])

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Return unit float32 vectors (s, d) of the s spans of each text (late chunking).

        Raises ModelError for an empty text.
        """
        check_texts(texts)
        encodings = self._tokenizer.encode_batch(texts)
        encoded: dict[int, Vectors] = {}
        for indices, batch in self._token_vectors(encodings):
            for index, tokens in zip(indices, batch, strict=True):
                encoded[index] = unit(_span_means(tokens, spans[index]))
            if progress is not None:
                progress(len(encoded))
        return [encoded[index] for index in range(len(texts))]

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return the spans of the words of each text, in order."""
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [
            words_of_tokens(text, encoding.offsets)
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def word_vectors(self, words: Sequence[str]) -> Vectors:
        """Return the unit vector (n, d) of each word alone; zeros for one without a token."""
        vectors = np.zeros((len(words), self.dimension), dtype=np.float32)
        for indices, batch in self._token_vectors(self._tokenizer.encode_batch(words)):
            for index, tokens in zip(indices, batch, strict=True):
                own = tokens.vectors[tokens.offsets[:, 1] > tokens.offsets[:, 0]]
                if len(own):
                    vectors[index] = unit(own.sum(axis=0, keepdims=True))[0]
        return vectors

    def _token_vectors(
        self, encodings: Sequence[Encoding]
    ) -> Iterator[tuple[list[int], list[TokenVectors]]]:
        """Yield the indices of the texts of each batch and their tokens, batches side by side."""
        lengths = [min(len(encoding.ids), self._body.window) for encoding in encodings]
        batches = list(equal_batches(lengths, BATCH_TOKENS))

        def compute(batch: list[int]) -> list[TokenVectors]:
            return self._body.encode([encodings[index] for index in batch])

        each = map if len(batches) == 1 else self._threads.map
        return zip(batches, each(compute, batches), strict=True)

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)


def at_most(text: str) -> int:
    """Return the most tokens that a text can have: each is a character or more in NFKC."""
    return len(nfkc(text))


def _span_means(tokens: TokenVectors, spans: Sequence[Span | None]) -> Vectors:
    """Weighted mean (s, d) of the tokens of each span; None is the whole text.

    A token counts to each span that it shares a character with; a span without any has all.
    """
    starts, ends = tokens.offsets.T
    shares: Vectors = np.ones((len(spans), len(starts)), dtype=np.float32)
    for row, span in enumerate(spans):
        if span is not None:
            own = (ends > starts) & (starts < span[1]) & (ends > span[0])
            if own.any():
                shares[row] = own
    means: Vectors = np.matmul(shares * tokens.weights, tokens.vectors)
    return means
