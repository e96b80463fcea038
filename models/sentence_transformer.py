"""Encoder over any sentence-transformers model (`ports.Encoder`)."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Progress, Spans, TextKind, Vectors
from matcher.text.highlights import Span
from models.batches import batches
from models.chunking import Chunker
from models.fingerprints import check_unchanged, checked_files, file_states, fingerprint
from models.late_chunking import NoLateChunking, pools_by_mean, span_vectors
from models.pretrained import LoadOptions, Wording, downloaded_folder, load_pretrained
from models.tokens import token_count, window
from models.vectors import check_texts, unit
from models.word_vectors import word_spans, word_vectors

MAX_PADDING = 150
"""Characters of padding in a batch that cost as much time as a batch of its own, however short:
with the built-in model on two cores about 15 ms, or 80 tokens of a Chinese text."""
_WORDING = Wording("model", "a sentence-transformers model")


class SentenceTransformerEncoder(NoLateChunking):
    """Encoder with one loaded model; thread-safe."""

    def __init__(
        self,
        name: str,
        source: str,
        options: LoadOptions = LoadOptions(),
        *,
        query_prefix: str = "",
        passage_prefix: str = "",
    ) -> None:
        """Load the model from a folder or hub name `source`. Raises ModelError."""
        from sentence_transformers import SentenceTransformer

        self.name = name
        self._prefixes: dict[TextKind, str] = {"query": query_prefix, "passage": passage_prefix}
        self._batch_size = options.batch_size
        self._lock = threading.Lock()
        before = file_states(Path(source))
        self._model, self.compute_dtype = load_pretrained(
            SentenceTransformer, source, options, _WORDING
        )
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise ModelError(
                _(
                    "the model {name} gives no sentence vectors; choose an embedding model",
                    name=name,
                )
            )
        self.dimension = int(dimension)
        folder = Path(source) if Path(source).is_dir() else downloaded_folder(source)
        use = (self._prefixes, self._model.max_seq_length, self.compute_dtype)
        self.fingerprint = fingerprint(checked_files(folder), use)
        check_unchanged(Path(source), before)
        self._pools_by_mean = pools_by_mean(self._model)
        special = int(self._model.tokenizer.num_special_tokens_to_add())
        self._chunker = Chunker(self._count, window(self._model) - special, self._prefixes)

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces that fit the window, at sentence ends if possible."""
        return self._chunker.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        """Return unit float32 vectors (n, d). Raises ModelError for an empty text."""
        check_texts(texts)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        prefix = self._prefixes[kind]
        done = 0
        for indices in batches([len(text) for text in texts], self._batch_size, MAX_PADDING):
            with self._lock:
                batch = self._model.encode(
                    [prefix + texts[index] for index in indices],
                    batch_size=self._batch_size,
                    convert_to_tensor=True,
                    show_progress_bar=False,
                )
            vectors[indices] = batch.float().cpu().numpy()
            done += len(indices)
            if progress is not None:
                progress(done)
        return unit(vectors)

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Cut a text into pieces that fit behind the title, which gets half the window at most."""
        if not self._pools_by_mean:
            return super().split_with_title(title, text, kind)
        return self._chunker.split_with_title(title, text, kind)

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Return unit float32 vectors (s, d) of the s spans of each text (late chunking).

        Raises ModelError for an empty text.
        """
        if not self._pools_by_mean:
            return super().encode_spans(texts, spans, kind, progress)
        check_texts(texts)
        prefix = self._prefixes[kind]
        shifted = [
            [span and (span[0] + len(prefix), span[1] + len(prefix)) for span in own]
            for own in spans
        ]
        encoded: dict[int, Vectors] = {}
        for indices in batches([len(text) for text in texts], self._batch_size, MAX_PADDING):
            with self._lock:
                vectors = span_vectors(
                    self._model,
                    [prefix + texts[index] for index in indices],
                    [shifted[index] for index in indices],
                )
            encoded.update(zip(indices, map(unit, vectors), strict=True))
            if progress is not None:
                progress(len(encoded))
        return [encoded[index] for index in range(len(texts))]

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        """Return the spans of the words of each text, in order; None without a fast tokenizer."""
        with self._lock:
            return word_spans(getattr(self._model, "tokenizer", None), texts)

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """Return the unit vector (n, d) of each word as a passage; None without token vectors."""
        with self._lock:
            return word_vectors(self._model, words, prefix=self._prefixes["passage"])

    def _count(self, text: str) -> int:
        with self._lock:
            return token_count(self._model.tokenizer, text)
