"""Any sentence-transformers model behind ports.Encoder."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import ModelError
from matcher.ports import Progress, Spans, TextKind, Vectors
from matcher.text.highlights import Span
from models.chunking import cut
from models.late_chunking import ReadsAlone, pools_by_mean, span_vectors
from models.word_vectors import word_spans, word_vectors

HUB_SECONDS = 10.0

WORTH_A_BATCH = 150
"""How many characters are read in the time that a batch takes however short it is: by the built-in
model on two cores about 15 ms, or 80 tokens of a Chinese text."""


class SentenceTransformerEncoder(ReadsAlone):
    """Encodes with one loaded model; may be called from several threads."""

    def __init__(
        self,
        name: str,
        source: str,
        *,
        query_prefix: str = "",
        passage_prefix: str = "",
        device: str | None = None,
        compute_dtype: str = "auto",
        batch_size: int = 8,
        trust_remote_code: bool = False,
    ) -> None:
        """Load the model from a folder or hub name `source`. Raises ModelError."""
        self.name = name
        self._prefixes: dict[TextKind, str] = {"query": query_prefix, "passage": passage_prefix}
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._model, self.compute_dtype = _load(source, device, compute_dtype, trust_remote_code)
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise ModelError(
                f"the model {name} gives no sentence vectors; choose an embedding model"
            )
        self.dimension = int(dimension)
        self.fingerprint = self._fingerprint(source)
        self._pools_by_mean = pools_by_mean(self._model)
        # The claims of a patent follow each other, all behind one title.
        self._behind = lru_cache(maxsize=32)(self._room_behind)

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Pieces that fit the window, cut at sentence ends where there are any."""
        return cut(text, self._room(kind), self._count)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit float32 vectors (n, d). Raises ModelError for an empty text."""
        _check(texts)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        prefix = self._prefixes[kind]
        done = 0
        for places in self._batches(texts):
            with self._lock:
                batch = self._model.encode(
                    [prefix + texts[place] for place in places],
                    batch_size=self._batch_size,
                    convert_to_tensor=True,
                    show_progress_bar=False,
                )
            vectors[places] = batch.float().cpu().numpy()
            done += len(places)
            if progress is not None:
                progress(done)
        return _unit(vectors)

    def split_behind(self, head: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Pieces behind a head that takes half of the window at most, if it is of any use."""
        if not self._pools_by_mean:
            return super().split_behind(head, text, kind)
        front, room = self._behind(head, kind)
        pieces = cut(text, room, self._count)
        return [(front + piece, (len(front), len(front) + len(piece))) for piece in pieces]

    def encode_within(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Unit float32 vectors (s, d) of the s spans of each text. Raises ModelError for an empty
        text."""
        if not self._pools_by_mean:
            return super().encode_within(texts, spans, kind, progress)
        _check(texts)
        prefix = self._prefixes[kind]
        shifted = [
            [span and (span[0] + len(prefix), span[1] + len(prefix)) for span in own]
            for own in spans
        ]
        found: dict[int, Vectors] = {}
        for places in self._batches(texts):
            with self._lock:
                read = span_vectors(
                    self._model,
                    [prefix + texts[place] for place in places],
                    [shifted[place] for place in places],
                )
            found.update(zip(places, map(_unit, read), strict=True))
            if progress is not None:
                progress(len(found))
        return [found[place] for place in range(len(texts))]

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        """Where the words of each text stand, in order; None where the model cannot tell."""
        with self._lock:
            return word_spans(getattr(self._model, "tokenizer", None), texts)

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """The unit vector (n, d) of each word as a passage has it; None where there is none."""
        with self._lock:
            return word_vectors(self._model, words, prefix=self._prefixes["passage"])

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The places of texts that are read together, shortest first.

        What is shorter is filled up to the longest of its batch, so a text starts a batch of its
        own where that costs less than to fill up the others.
        """
        batch: list[int] = []
        for place in sorted(range(len(texts)), key=lambda place: len(texts[place])):
            filled = len(batch) * (len(texts[place]) - len(texts[batch[-1]])) if batch else 0
            if len(batch) == self._batch_size or filled > WORTH_A_BATCH:
                yield batch
                batch = []
            batch.append(place)
        if batch:
            yield batch

    def _room(self, kind: TextKind) -> int:
        """How many tokens of text a piece may have, beside prefix and special tokens."""
        window = int(self._model.max_seq_length or 512)
        special = int(self._model.tokenizer.num_special_tokens_to_add())
        return max(8, window - special - self._count(self._prefixes[kind]))

    def _room_behind(self, head: str, kind: TextKind) -> tuple[str, int]:
        """What is kept of a head, and how many tokens of text there may be behind it."""
        room = self._room(kind)
        front = "".join(f"{piece}\n" for piece in cut(head, room // 2, self._count)[:1])
        return front, room - self._count(front)

    def _count(self, text: str) -> int:
        with self._lock:
            counted = self._model.tokenizer(text, add_special_tokens=False, verbose=False)
        return len(counted["input_ids"])

    def _fingerprint(self, source: str) -> str:
        """Over every file of the model's folder, the prefixes, the window and the type."""
        digest = hashlib.sha256()
        folder = Path(source)
        if not folder.is_dir():
            folder = _snapshot(source)
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            if file.suffix in (".md", ".png") or file.name.startswith("."):
                continue
            digest.update(file.relative_to(folder).as_posix().encode())
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        use = (self._prefixes, self._model.max_seq_length, self.compute_dtype)
        digest.update(repr(use).encode())
        return digest.hexdigest()[:16]


def _check(texts: Sequence[str]) -> None:
    if any(not text.strip() for text in texts):
        raise ModelError("an empty text has no vector; leave it out")


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _load(
    source: str, device: str | None, compute_dtype: str, trust_remote_code: bool
) -> tuple[Any, str]:
    """The model, and the name of the type that it computes in."""
    from sentence_transformers import SentenceTransformer

    return load_with(
        SentenceTransformer,
        source,
        device,
        compute_dtype,
        trust_remote_code,
        words=("model", "a sentence-transformers model"),
    )


def load_with(
    library: Any,
    source: str,
    device: str | None,
    compute_dtype: str,
    trust_remote_code: bool,
    *,
    words: tuple[str, str],
) -> tuple[Any, str]:
    """A model of a class of sentence-transformers, and the name of the type that it computes in.

    `words` are what an error calls it, and what a folder should hold. From then on numpy multiplies
    in one thread. Raises ModelError.
    """
    import torch
    from sentence_transformers.util import get_device_name
    from threadpoolctl import threadpool_limits
    from transformers.utils import logging

    place = torch.device(device or get_device_name())
    if compute_dtype == "auto":
        compute_dtype = "bfloat16" if computes_bfloat16(place) else "float32"
    # Weights kept in halves would load as float16, which CPUs compute very slowly.
    dtype = getattr(torch, compute_dtype)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    name, wanted = words
    try:
        model = library(
            at_hand(source),
            device=str(place),
            trust_remote_code=trust_remote_code,
            model_kwargs={"dtype": dtype},
        )
    except (OSError, ValueError, RuntimeError, ImportError, AttributeError) as problem:
        raise ModelError(
            f"the {name} {source} cannot be loaded ({type(problem).__name__}): give a folder that "
            f"holds {wanted}, or a hub name while the hub can be reached "
            "(HF_HOME says where downloaded models are kept)"
        ) from problem
    # Numpy's own threads, which products as small as ours do not need, wait for more work in a busy
    # loop and so take the processor from the model.
    threadpool_limits(1, user_api="blas")
    return model.to(dtype), compute_dtype


def at_hand(source: str) -> str:
    """The folder of the model: the one given, or the downloaded one, downloading it if need be.

    A hub that does not answer is asked once: its own client would try for minutes.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    if Path(source).is_dir():
        return source
    try:
        return str(_snapshot(source))
    except LocalEntryNotFoundError:
        pass
    try:
        HfApi().model_info(source, timeout=HUB_SECONDS)
    except HfHubHTTPError as problem:
        raise OSError(f"the hub refuses {source}") from problem
    except Exception as problem:  # each version of the hub's client has its own connection errors
        raise OSError("the hub cannot be reached") from problem
    return snapshot_download(source)


def computes_bfloat16(device: Any) -> bool:
    """Whether a torch device computes in bfloat16 natively."""
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return device.type == "cpu" and ("avx512_bf16" in flags or "amx_bf16" in flags)


def _snapshot(name: str) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, local_files_only=True))
