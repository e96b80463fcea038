"""Cost of embedding by model: what was measured, and what follows for other models and GPUs.

    python -m scripts.scale.models --rate 5251    # tokens a second of the built-in model on a core

prints it for the table in docs/models.md. Of other models only the configuration is used, as its
makers publish it on the model hub.
"""

import argparse
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """A transformer by its configuration."""

    name: str
    layers: int
    hidden: int
    inner: int
    """Width of the feed-forward part (intermediate_size)."""
    dimension: int
    """Length of a vector."""
    attention: int = 0
    """Weights of the projections of attention in a layer; 0: four square ones."""
    matrices: int = 2
    """Matrices of the feed-forward part: three where it is gated."""

    @property
    def weights(self) -> int:
        """Weights that each token is multiplied with: all but those of the vocabulary.

        >>> MODELS[0].weights
        5308416
        """
        attention = self.attention or 4 * self.hidden**2
        return self.layers * (attention + self.matrices * self.hidden * self.inner)


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU by its maker's data sheet."""

    name: str
    peak: float
    """Operations a second in bfloat16, without sparsity."""


MODELS = (
    Model("built-in", 3, 384, 1_536, 384),
    Model("multilingual-e5-small", 12, 384, 1_536, 384),
    Model("multilingual-e5-base", 12, 768, 3_072, 768),
    Model("bge-m3", 24, 1_024, 4_096, 1_024),
    # 16 heads of 128 for queries, 8 for keys and for values: (2 * 16 + 2 * 8) * 128 * 1024.
    Model("Qwen3-Embedding-0.6B", 28, 1_024, 3_072, 1_024, attention=6_291_456, matrices=3),
)
OTHERS = (
    Model("paraphrase-multilingual-MiniLM-L12-v2", 12, 384, 1_536, 384),
    # One head of 256 for keys and for values, three for queries: (2 * 3 + 2 * 1) * 256 * 768.
    Model("embeddinggemma-300m", 24, 768, 1_152, 768, attention=1_572_864, matrices=3),
    Model("LaBSE", 12, 768, 3_072, 768),
    Model("gte-multilingual-base", 12, 768, 3_072, 768, matrices=3),
    Model("snowflake-arctic-embed-m-v2.0", 12, 768, 3_072, 768, matrices=3),
    Model("multilingual-e5-large", 24, 1_024, 4_096, 1_024),
)
"""Models that docs/models.md compares besides."""
GPUS = (Gpu("NVIDIA L4", 121e12), Gpu("NVIDIA A100", 312e12))
GPU_SHARE = 0.2
"""Share of the peak that is assumed. Small models and short texts reach less than large ones."""


def cpu_hours(tokens: float, model: Model, rate: float, cores: int) -> float:
    """Return the hours to embed tokens, where one core reads `rate` tokens of the built-in model.

    Time grows with the weights that a token is multiplied with; cores add up.
    """
    return tokens * model.weights / MODELS[0].weights / (rate * cores) / 3_600


def gpu_hours(tokens: float, model: Model, gpu: Gpu) -> float:
    """Return the computed hours: two operations a weight and token, at a share of the peak."""
    return 2 * model.weights * tokens / (GPU_SHARE * gpu.peak) / 3_600


def main() -> None:
    """Print the weights a token of each model, and its rate by that of the built-in model."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.scale.models", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--rate", type=float, required=True, help="tokens a second on a core")
    rate = parser.parse_args().rate
    print("| model | weights a token | time | tokens a second on a core |")
    print("|---|---:|---:|---:|")
    for model in sorted((*MODELS, *OTHERS), key=lambda own: own.weights):
        times = model.weights / MODELS[0].weights
        print(f"| {model.name} | {model.weights / 1e6:.1f} M | {times:.0f} | {rate / times:,.0f} |")


if __name__ == "__main__":
    main()
