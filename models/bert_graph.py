"""BERT as an OpenVINO graph, built from the weights that sentence-transformers saves.

The layers are those of Devlin, Chang, Lee and Toutanova 2019 (arXiv:1810.04805), in the names of
the transformers library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.openvino_runtime import Model, Node, Type, opset15

Weights = Mapping[str, Any]
"""Arrays by their names in `model.safetensors`."""


@dataclass(frozen=True, slots=True)
class BertShape:
    """Numbers of a BERT body, from its `config.json`."""

    layers: int
    heads: int
    width: int
    epsilon: float
    """Added to the variance by layer normalisation."""

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "BertShape":
        """Read the numbers of a configuration. Raises KeyError."""
        return cls(
            config["num_hidden_layers"],
            config["num_attention_heads"],
            config["hidden_size"],
            config["layer_norm_eps"],
        )


def bert_graph(weights: Weights, shape: BertShape) -> Model:
    """Build the graph: embeddings (n, t, d) of n texts of t tokens to token vectors (n, t, d).

    The embeddings are the sums of word, position and type. There is no padding.
    """
    embeddings = opset15.parameter([-1, -1, shape.width], Type.f32)
    layers = _Layers(weights, shape)
    hidden = layers.normalize(embeddings, "embeddings.LayerNorm")
    for layer in range(shape.layers):
        hidden = layers.encode(hidden, f"encoder.layer.{layer}")
    return Model([hidden], [embeddings], "bert")


@dataclass(frozen=True, slots=True)
class _Layers:
    """Layers of a graph, each named as its weights are."""

    weights: Weights
    shape: BertShape

    def encode(self, hidden: Any, name: str) -> Node:
        """Attention and feed-forward of one layer, each added to what it reads."""
        attended = self.attend(hidden, f"{name}.attention.self")
        attended = self.linear(attended, f"{name}.attention.output.dense")
        hidden = self.normalize(opset15.add(hidden, attended), f"{name}.attention.output.LayerNorm")
        wide = opset15.gelu(self.linear(hidden, f"{name}.intermediate.dense"), "erf")
        narrow = self.linear(wide, f"{name}.output.dense")
        return self.normalize(opset15.add(hidden, narrow), f"{name}.output.LayerNorm")

    def attend(self, hidden: Any, name: str) -> Node:
        """Attention of several heads."""
        query, key, value = (
            self._split_heads(self.linear(hidden, f"{name}.{part}"))
            for part in ("query", "key", "value")
        )
        mixed = opset15.scaled_dot_product_attention(query, key, value)
        joined = opset15.transpose(mixed, _ORDER)
        return opset15.reshape(joined, np.array([0, 0, self.shape.width]), special_zero=True)

    def linear(self, hidden: Any, name: str) -> Node:
        """Product with a weight matrix, plus a bias."""
        product = opset15.matmul(hidden, self._constant(f"{name}.weight"), False, True)
        return opset15.add(product, self._constant(f"{name}.bias"))

    def normalize(self, hidden: Any, name: str) -> Node:
        """Layer normalisation over the last axis."""
        unit = opset15.mvn(hidden, np.array([-1]), True, self.shape.epsilon, "inside_sqrt")
        scaled = opset15.multiply(unit, self._constant(f"{name}.weight"))
        return opset15.add(scaled, self._constant(f"{name}.bias"))

    def _split_heads(self, hidden: Any) -> Node:
        """(n, t, d) to (n, heads, t, d / heads)."""
        heads, width = self.shape.heads, self.shape.width
        split = np.array([0, 0, heads, width // heads])
        return opset15.transpose(opset15.reshape(hidden, split, special_zero=True), _ORDER)

    def _constant(self, name: str) -> Node:
        return opset15.convert(opset15.constant(self.weights[name]), Type.f32)


_ORDER = np.array([0, 2, 1, 3])
"""Axes with tokens and heads exchanged."""
