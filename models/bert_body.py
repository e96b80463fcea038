"""BERT body of a sentence-transformers folder, run by OpenVINO: texts to token vectors.

It needs neither torch nor sentence-transformers, which take most of a process's start to import.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Encoding, Tokenizer

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Vectors
from models.bert_graph import BertShape, bert_graph
from models.openvino_runtime import Core

_DTYPES = {"float32": "f32", "bfloat16": "bf16"}
"""Compute types by their names in the settings, as OpenVINO names them."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Tokens of one text, t of them, special ones included."""

    vectors: Vectors
    """(t, d)."""
    weights: Vectors
    """(t,): share of each token in the mean."""
    offsets: NDArray[np.int64]
    """(t, 2): half-open character span of each token, empty for special tokens."""


class BertBody:
    """Loaded model; may be used from several threads, each of which computes on one core."""

    def __init__(self, folder: Path, compute_dtype: str, cores: int) -> None:
        """Load a folder; `compute_dtype` is as in `LoadOptions`. Raises ModelError."""
        try:
            graph = self._load(folder)
        except Exception as problem:  # each of the libraries that read it has its own errors
            raise ModelError(
                _(
                    "the model folder {folder} cannot be read ({name}): its files are not those "
                    "that were installed; install matcher again",
                    folder=folder,
                    name=type(problem).__name__,
                )
            ) from problem
        core = Core()
        if compute_dtype == "auto":
            native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
            compute_dtype = "bfloat16" if native else "float32"
        self.compute_dtype = compute_dtype
        self.cores = cores
        # A stream computes one request with one thread: threads that share a request wait for
        # one another as soon as something else uses a core.
        options = {
            "INFERENCE_PRECISION_HINT": _DTYPES[compute_dtype],
            "NUM_STREAMS": self.cores,
            "INFERENCE_NUM_THREADS": self.cores,
            "ENABLE_CPU_PINNING": False,
        }
        model = core.compile_model(graph, "CPU", options)
        self._requests = SimpleQueue[Any]()
        for _request in range(self.cores):
            self._requests.put(model.create_infer_request())

    def _load(self, folder: Path) -> Any:
        """Read the files of a folder; return its graph."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        weights = load_file(folder / "model.safetensors")
        self._words = weights["embeddings.word_embeddings.weight"]
        self._positions = weights["embeddings.position_embeddings.weight"].astype(np.float32)
        self._positions += weights["embeddings.token_type_embeddings.weight"][0]
        self._weights = _word_weights(folder, len(self._words))
        self.width = self._words.shape[1]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
        self.window = min(settings["model_max_length"], len(self._positions))
        return bert_graph(weights, BertShape.of(config))

    def encode(self, encodings: Sequence[Encoding]) -> list[TokenVectors]:
        """Compute the token vectors of texts in one batch; longer ones are cut at the window.

        All of them have the same number of tokens.
        """
        ids = np.array([_cut(encoding.ids, self.window) for encoding in encodings])
        embeddings = self._words[ids].astype(np.float32) + self._positions[: ids.shape[1]]
        with self._request() as request:
            vectors = request.infer([embeddings])[0]
        return [
            TokenVectors(
                vectors[row],
                self._weights[ids[row]],
                np.array(_cut(encoding.offsets, self.window), dtype=np.int64),
            )
            for row, encoding in enumerate(encodings)
        ]

    @contextmanager
    def _request(self) -> Iterator[Any]:
        """Lend a free inference request; the one that waited longest gets the next."""
        request = self._requests.get()
        try:
            yield request
        finally:
            self._requests.put(request)


def _word_weights(folder: Path, words: int) -> Vectors:
    """Weight of each word in the mean of its text, (w,); ones for a model without them."""
    for module in json.loads((folder / "modules.json").read_text("utf-8")):
        if module["type"].endswith(".WordWeights"):
            table = load_file(folder / module["path"] / "model.safetensors")["emb_layer.weight"]
            weights: Vectors = table[:, 0].astype(np.float32)
            return weights
    return np.ones(words, dtype=np.float32)


def _cut(tokens: list[Any], window: int) -> list[Any]:
    """Cut tokens at the window; the special token at the end stays."""
    return tokens if len(tokens) <= window else [*tokens[: window - 1], tokens[-1]]
