"""Encoders timed by turns, so that other work on the machine hits all alike."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from matcher.ports import Encoder, Vectors

ROUNDS = 5


@dataclass(frozen=True)
class Turns:
    """Times that an encoder needed for some texts, and its vectors of them."""

    seconds: Sequence[float]
    vectors: Vectors

    @property
    def rate(self) -> float:
        """Texts a second, in the median round."""
        return len(self.vectors) / statistics.median(self.seconds)


def timed_by_turns(encoders: Mapping[str, Encoder], texts: Sequence[str]) -> dict[str, Turns]:
    """Let each encoder encode the texts as passages, one after another, in five rounds.

    What an encoder does only once, it does before.
    """
    vectors = {name: encoder.encode(texts, "passage") for name, encoder in encoders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in encoders}
    for _ in range(ROUNDS):
        for name, encoder in encoders.items():
            began = perf_counter()
            vectors[name] = encoder.encode(texts, "passage")
            seconds[name].append(perf_counter() - began)
    return {name: Turns(seconds[name], vectors[name]) for name in encoders}
