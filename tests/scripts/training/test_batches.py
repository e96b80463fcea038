"""Batches of the first phase and of the refinement."""

import numpy as np

from scripts.training import batches
from scripts.training.batches import (
    DistillationBatch,
    HardNegativeBatch,
    TopicBatch,
    epoch_batches,
    refinement_batches,
)
from scripts.training.training_set import TrainingSet


def test_an_epoch_has_every_pair_once_in_an_order_of_the_seed() -> None:
    pairs = [(f"文{n}", f"text {n}") for n in range(400)]
    training_set = TrainingSet(pairs, pairs[:96])
    rows = [
        row
        for batch in epoch_batches(training_set, 1)
        if isinstance(batch, DistillationBatch)
        for row in batch.targets
    ]
    assert sorted(rows) == list(range(400))
    assert list(epoch_batches(training_set, 1)) == list(epoch_batches(training_set, 1))
    assert list(epoch_batches(training_set, 1)) != list(epoch_batches(training_set, 2))


def test_refinement_has_every_kind_of_batch() -> None:
    pairs = [(f"标题{n}号的文字", f"text of title {n}") for n in range(1600)]
    topics = tuple(tuple(f"主题{t}第{n}篇" for n in range(6)) for t in range(30))
    training_set = TrainingSet(pairs, pairs[:96], frozenset(range(1200)), topics)
    rng = np.random.default_rng(0)
    centres = np.repeat(np.eye(4, dtype=np.float32), 400, axis=0)
    targets = centres + 0.01 * rng.standard_normal((1600, 4)).astype(np.float32)
    drawn = list(refinement_batches(training_set, 60, 1, targets))
    assert len(drawn) == 60
    assert {type(batch).__name__ for batch in drawn} == {
        "DistillationBatch", "PairBatch", "HardNegativeBatch", "TopicBatch"
    }  # fmt: skip
    for batch in drawn:
        if isinstance(batch, HardNegativeBatch):
            assert set(batch.targets) <= set(range(1200))
            assert batch.chinese == [pairs[n][0] for n in batch.targets]
        if isinstance(batch, TopicBatch):
            assert len(set(batch.topics)) == batches.TOPICS_PER_BATCH
            topic_of = [int(text[2:].split("第")[0]) for text in batch.texts]
            assert len(set(zip(topic_of, batch.topics, strict=True))) == batches.TOPICS_PER_BATCH
    assert list(refinement_batches(training_set, 60, 1, targets)) == drawn


def test_hard_negatives_of_a_batch_have_near_vectors() -> None:
    pairs = [(f"标题{n}号的文字", f"text of title {n}") for n in range(1600)]
    training_set = TrainingSet(pairs, [], frozenset(range(1600)))
    targets = np.eye(4, dtype=np.float32)[np.arange(1600) % 4]
    cosines = [
        float((targets[batch.targets] @ targets[batch.targets].T).mean())
        for batch in refinement_batches(training_set, 40, 1, targets)
        if isinstance(batch, HardNegativeBatch)
    ]
    assert len(cosines) > 10 and np.mean(cosines) > 0.4  # 0.25 in batches drawn at random


def test_without_topics_refinement_has_no_topic_batches() -> None:
    pairs = [(f"标题{n}号的文字", f"text of title {n}") for n in range(40)]
    drawn = refinement_batches(TrainingSet(pairs, pairs), 20, 1, np.eye(40, dtype=np.float32))
    assert not any(isinstance(batch, TopicBatch) for batch in drawn)
