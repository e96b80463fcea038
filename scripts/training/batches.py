"""Training batches, each of one kind and in an order that the seed decides.

The first phase (`epoch_batches`) mixes distillation and related pairs. The refinement
(`refinement_batches`) adds hard negatives (near IPC titles, in both languages) and topics (patent
titles by IPC subclass).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.training.sources import Pair
from scripts.training.training_set import TrainingSet

Vectors = NDArray[np.float32]

DISTILLATION_BATCH_SIZE = 160
PAIR_BATCH_SIZE = 48
HARD_NEGATIVE_BATCH_SIZE = 128
TOPICS_PER_BATCH, TEXTS_PER_TOPIC = 24, 5
MIN_BATCH_SIZE = 9
ENGLISH_SHARE = 0.15
"""Share of distillation texts that are English, so that the student does not forget English."""
REFINEMENT_MIX = {"distillation": 0.3, "pairs": 0.1, "hard negatives": 0.35, "topics": 0.25}
"""Probability of each kind of batch in the refinement."""
LENGTH_CLASSES = 6
"""Classes of length for hard negatives: a batch is padded to its longest text."""
LENGTH_SORT_BATCHES = 20
"""Batches whose texts are sorted by length together."""
MAX_WORD_LENGTH = 6
"""Characters of a dictionary word."""


@dataclass(frozen=True)
class DistillationBatch:
    """Texts of either language, and the rows of their English sides in the teacher's vectors."""

    texts: list[str]
    targets: list[int]


@dataclass(frozen=True)
class PairBatch:
    """Related texts, line by line."""

    left: list[str]
    right: list[str]


@dataclass(frozen=True)
class HardNegativeBatch:
    """Near-by titles in both languages, and their rows in the teacher's vectors."""

    chinese: list[str]
    english: list[str]
    targets: list[int]


@dataclass(frozen=True)
class TopicBatch:
    """Texts, and the number of each text's topic within the batch."""

    texts: list[str]
    topics: list[int]


Batch = DistillationBatch | PairBatch | HardNegativeBatch | TopicBatch


def epoch_batches(training_set: TrainingSet, seed: int) -> Iterator[DistillationBatch | PairBatch]:
    """Every pair once, in shuffled batches of texts of like length; small rests are left out."""
    rng = random.Random(seed)
    parallel, related = training_set.parallel, training_set.related
    batches: list[DistillationBatch | PairBatch] = []
    for rows in _by_length(parallel, DISTILLATION_BATCH_SIZE, rng):
        sides = [int(rng.random() < ENGLISH_SHARE) for _ in rows]
        texts = [parallel[row][side] for row, side in zip(rows, sides, strict=True)]
        batches.append(DistillationBatch(texts, rows))
    for rows in _by_length(related, PAIR_BATCH_SIZE, rng):
        left, right = zip(*(related[row] for row in rows), strict=True)
        batches.append(PairBatch(list(left), list(right)))
    rng.shuffle(batches)
    yield from batches


def refinement_batches(
    training_set: TrainingSet, steps: int, seed: int, targets: Vectors
) -> Iterator[Batch]:
    """`steps` batches drawn by REFINEMENT_MIX.

    `targets` (n, d) are the teacher's vectors of the English side of every parallel pair.
    """
    rng = random.Random(seed)
    batches = [batch for batch in epoch_batches(training_set, seed) if not _is_dictionary(batch)]
    kinds: dict[str, list[Batch]] = {
        "distillation": [batch for batch in batches if isinstance(batch, DistillationBatch)],
        "pairs": [batch for batch in batches if isinstance(batch, PairBatch)],
        "hard negatives": list(_hard_negatives(training_set, targets, rng)),
    }
    has_topics = bool(training_set.topics)
    names = [n for n in REFINEMENT_MIX if (has_topics if n == "topics" else kinds[n])]
    drawn = rng.choices(names, [REFINEMENT_MIX[name] for name in names], k=steps)
    for step, name in enumerate(drawn):
        if name == "topics":
            yield _topic_batch(training_set, rng)
        else:
            yield kinds[name][step % len(kinds[name])]


def _is_dictionary(batch: Batch) -> bool:
    """True for a batch of dictionary words only, which the first phase has taught."""
    return isinstance(batch, DistillationBatch) and max(map(len, batch.texts)) <= MAX_WORD_LENGTH


def _hard_negatives(
    training_set: TrainingSet, targets: Vectors, rng: random.Random
) -> Iterator[HardNegativeBatch]:
    parallel = training_set.parallel
    rows = sorted(training_set.ipc_titles)
    lengths = [sum(map(len, parallel[row])) for row in rows]
    by_length = [rows[n] for n in np.argsort(lengths, kind="stable")]
    batches = [
        batch
        for part in np.array_split(np.array(by_length, dtype=np.int64), LENGTH_CLASSES)
        for batch in _clusters(part, targets[part], HARD_NEGATIVE_BATCH_SIZE, rng)
    ]
    rng.shuffle(batches)
    for batch in batches:
        chinese, english = zip(*(parallel[row] for row in batch), strict=True)
        yield HardNegativeBatch(list(chinese), list(english), batch)


def _topic_batch(training_set: TrainingSet, rng: random.Random) -> TopicBatch:
    topics = training_set.topics
    drawn = rng.sample(topics, min(TOPICS_PER_BATCH, len(topics)))
    texts = [rng.sample(topic, min(TEXTS_PER_TOPIC, len(topic))) for topic in drawn]
    return TopicBatch(
        [text for topic in texts for text in topic],
        [number for number, topic in enumerate(texts) for _ in topic],
    )


def _clusters(
    rows: NDArray[np.int64], vectors: Vectors, size: int, rng: random.Random
) -> Iterator[list[int]]:
    """Batches of rows with near-by vectors (n, d), by k-means; an incomplete last one is dropped.

    Two clusters fill a batch on average.
    """
    import faiss

    if len(rows) < size:
        return
    clusters = 2 * len(rows) // size
    kmeans = faiss.Kmeans(
        vectors.shape[1], clusters, niter=8, seed=rng.randrange(2**31),
        min_points_per_centroid=1, max_points_per_centroid=10**9,
    )  # fmt: skip
    kmeans.train(vectors)
    nearest = kmeans.index.search(vectors, 1)[1][:, 0]
    order = {cluster: n for n, cluster in enumerate(rng.sample(range(clusters), clusters))}
    ranked = sorted(range(len(rows)), key=lambda n: (order[int(nearest[n])], rng.random()))
    for start in range(0, len(ranked) - size + 1, size):
        yield [int(rows[n]) for n in ranked[start : start + size]]


def _by_length(pairs: Sequence[Pair], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Rows in batches of texts of like length; a batch of fewer than MIN_BATCH_SIZE is dropped."""
    order = list(range(len(pairs)))
    rng.shuffle(order)
    span = size * LENGTH_SORT_BATCHES
    for start in range(0, len(order), span):
        by_length = sorted(order[start : start + span], key=lambda n: sum(map(len, pairs[n])))
        for first in range(0, len(by_length), size):
            if len(batch := by_length[first : first + size]) >= MIN_BATCH_SIZE:
                yield batch
