"""Batches: of one source each, of like length, drawn by the seed."""

import itertools

from scripts.training import batches
from scripts.training.batches import Batch, TextBatch, TranslationBatch, draw_batches
from scripts.training.training_set import GLOSSES, TrainingSet

IPC = [(f"第{n}个组", f"group {n}") for n in range(2_000)]
PAIRS = [(f"第{n}段文字" + "长" * (n % 40), f"part {n}") for n in range(2_000)]
TRAINING_SET = TrainingSet(
    {"ipc": IPC, "pydocs": PAIRS, GLOSSES: [("阀门", "valve"), ("阀门", "tap"), ("水泵", "pump")]},
    [f"第{n}个标题" for n in range(500)],
    [f"第{n}篇摘要" + "很" * 60 for n in range(200)],
)


def drawn(steps: int, seed: int) -> list[Batch]:
    return list(draw_batches(TRAINING_SET, steps, seed))


def test_the_seed_decides_the_batches() -> None:
    assert drawn(60, 1) == drawn(60, 1) != drawn(60, 2)
    assert drawn(60, 1)[:20] != drawn(20, 1), "a run's order depends on its length"


def test_sources_come_by_their_shares_and_those_without_texts_not() -> None:
    found = drawn(2_000, 3)
    kinds = [
        "text" if isinstance(batch, TextBatch) else GLOSSES if len(batch.chinese) == 2 else "pairs"
        for batch in found
    ]
    there = sum(batches.MIX[name] for name in ("ipc", "pydocs", GLOSSES, "long", "short"))
    expected = {
        "text": batches.MIX["long"] + batches.MIX["short"],
        GLOSSES: batches.MIX[GLOSSES],
        "pairs": batches.MIX["ipc"] + batches.MIX["pydocs"],
    }
    for kind, share in expected.items():
        assert abs(kinds.count(kind) / len(kinds) - share / there) < 0.03


def test_texts_of_a_batch_have_like_lengths_and_are_its_own() -> None:
    spreads = []
    for batch in drawn(300, 4):
        if isinstance(batch, TranslationBatch) and batch.chinese[0].endswith(("字", "长")):
            assert set(zip(batch.chinese, batch.english, strict=True)) <= set(PAIRS)
            spreads.append(max(map(len, batch.chinese)) - min(map(len, batch.chinese)))
    assert max(spreads) < 20


def test_a_word_stands_once_in_a_batch() -> None:
    glosses = [b for b in drawn(300, 5) if isinstance(b, TranslationBatch) and len(b.chinese) < 9]
    assert glosses and all(sorted(batch.chinese) == ["水泵", "阀门"] for batch in glosses)


def test_a_batch_of_a_classification_has_neighbours() -> None:
    place = {pair: n for n, pair in enumerate(IPC)}
    for batch in drawn(300, 6):
        if isinstance(batch, TranslationBatch) and batch.english[0].startswith("group"):
            places = [place[pair] for pair in zip(batch.chinese, batch.english, strict=True)]
            steps = [after - before for before, after in itertools.pairwise(places)]
            assert len(places) == batches.SIZES["ipc"]
            assert steps.count(1) >= len(places) - len(places) // batches.SIBLINGS["ipc"]
