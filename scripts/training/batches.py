"""Training batches, each of one source and of texts of like length; the seed decides them."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scripts.training.sources import Pair
from scripts.training.training_set import GLOSSES, TrainingSet

T = TypeVar("T")

LONG, SHORT = "long", "short"
MIX: Mapping[str, float] = {
    LONG: 0.25,
    SHORT: 0.15,
    GLOSSES: 0.05,
    "ipc": 0.15,
    "ipc path": 0.065,
    "paper titles": 0.065,
    "paper abstracts": 0.035,
    "pydocs": 0.09,
    "espidf": 0.065,
    "kicad": 0.045,
    "d2l": 0.065,
}
"""Share of each source among the batches."""
SIZES = {LONG: 40, SHORT: 160, GLOSSES: 256, "ipc": 240, "ipc path": 80, "paper abstracts": 32}
SIZE = 96
"""Texts or translations of a batch, where SIZES does not say."""
BLOCK_BATCHES = 12
"""Batches that are drawn together, so that each has texts of like length."""


SIBLINGS = {"ipc": 20, "ipc path": 10}
"""Entries of a classification that follow one another, of which a batch has several stretches.

They are near in meaning, so each is a hard negative of the others.
"""


@dataclass(frozen=True)
class TextBatch:
    """Chinese texts."""

    texts: Sequence[str]


@dataclass(frozen=True)
class TranslationBatch:
    """Texts in both languages, line by line."""

    chinese: Sequence[str]
    english: Sequence[str]


Batch = TextBatch | TranslationBatch


def draw_batches(training_set: TrainingSet, steps: int, seed: int) -> Iterator[Batch]:
    """Yield so many batches, drawn by MIX from the sources that have texts."""
    rng = random.Random(seed)
    texts = {LONG: training_set.long, SHORT: training_set.short}
    pairs = training_set.translations
    of_texts = {name: _blocks(own, _size(name), len, rng) for name, own in texts.items()}
    of_pairs = {
        name: _stretches(own, _size(name), SIBLINGS[name], rng)
        if name in SIBLINGS
        else _blocks(own, _size(name), _length, rng)
        for name, own in pairs.items()
    }
    names = [name for name in MIX if texts.get(name) or pairs.get(name)]
    for name in rng.choices(names, [MIX[name] for name in names], k=steps):
        if name in texts:
            yield TextBatch(next(of_texts[name]))
        else:
            chinese, english = zip(*dict(next(of_pairs[name])).items(), strict=True)
            yield TranslationBatch(chinese, english)


def _size(name: str) -> int:
    return SIZES.get(name, SIZE)


def _length(pair: Pair) -> int:
    return len(pair[0]) + len(pair[1]) // 3


def _blocks(
    items: Sequence[T], size: int, length: Callable[[T], int], rng: random.Random
) -> Iterator[list[T]]:
    """Yield batches for ever: a block is drawn, sorted by length, cut and shuffled."""
    while True:
        block = sorted(rng.sample(items, min(len(items), size * BLOCK_BATCHES)), key=length)
        batches = [block[start : start + size] for start in range(0, len(block), size)]
        rng.shuffle(batches)
        yield from batches


def _stretches(items: Sequence[T], size: int, length: int, rng: random.Random) -> Iterator[list[T]]:
    """Yield batches for ever, of stretches of this length at random places."""
    starts = range(0, len(items), length)
    while True:
        drawn = rng.sample(starts, min(len(starts), size // length))
        yield [item for start in drawn for item in items[start : start + length]]
