from pathlib import Path

import numpy as np
import pytest

from scripts.training import batches as lessons
from scripts.training import sources
from tests.support.training_data import write_data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("参见 :ref:`安装 <install>` 一节", "参见 安装 一节"),
        ("Use ``open()`` or **close** now", "Use open() or close now"),
        ("[手册](https://sample.example/x) 说明", "手册 说明"),
        ("见 https://sample.example/page 。", "见 。"),
        ("厚度 <0.02% 的涂层", "厚度 <0.02% 的涂层"),
    ],
)
def test_documentation_loses_its_mark_up(marked: str, plain: str) -> None:
    assert sources.plain(marked) == plain


def test_what_measures_is_never_learned_from(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "HELD_OUT_TITLES", 4)
    held_out = sources.held_out_subclasses(data)
    assert 0 < len(held_out) < 8
    held_titles = sources.held_out_titles(data, held_out)
    assert len(held_titles) == 4
    learn = lessons.gather(data, {"阀门", "轴承"}, seed=3)
    assert len(learn.bilingual) > 20 and len(learn.field) > 5
    learned = {text for pair in [*learn.bilingual, *learn.field] for text in pair}
    assert not learned & {text for pair in held_titles for text in pair}
    assert not [text for text in learned if any(code in text for code in held_out)]
    measuring = [text for text in learned if "csl_ts" in text]
    assert measuring == []
    assert any("csl_SUMM" in text for text in learned)


def test_the_held_out_subclasses_are_always_the_same(data: Path) -> None:
    assert sources.held_out_subclasses(data) == sources.held_out_subclasses(data)


def test_glosses_come_in_order_without_notes(tmp_path: Path) -> None:
    write_data(tmp_path)
    import gzip

    with gzip.open(tmp_path / "terms/cedict_zh_en.tsv.gz", "wt", encoding="utf-8") as out:
        out.write("锻造\tto forge (metal)/forging/CL:個|个[ge4]\t鍛造\n")
    assert sources.dictionary(tmp_path)["锻造"] == ["forge", "forging"]


def test_an_epoch_has_every_lesson_once_and_depends_on_the_seed() -> None:
    pairs = [(f"文{n}", f"text {n}") for n in range(400)]
    learn = lessons.Lessons(pairs, pairs[:96])
    taught = [n for b in learn.epoch(1) if isinstance(b, lessons.Bilingual) for n in b.targets]
    assert sorted(taught) == list(range(400))
    assert list(learn.epoch(1)) == list(learn.epoch(1))
    assert list(learn.epoch(1)) != list(learn.epoch(2))


def test_refinement_draws_near_titles_and_whole_topics() -> None:
    pairs = [(f"标题{n}号的文字", f"text of title {n}") for n in range(1600)]
    topics = tuple(tuple(f"主题{t}第{n}篇" for n in range(6)) for t in range(30))
    learn = lessons.Lessons(pairs, pairs[:96], frozenset(range(1200)), topics)
    generator = np.random.default_rng(0)
    centres = np.repeat(np.eye(4, dtype=np.float32), 400, axis=0)
    targets = centres + 0.01 * generator.standard_normal((1600, 4)).astype(np.float32)
    plan = list(learn.mixed(lessons.REFINED, 60, 1, targets))
    assert len(plan) == 60
    kinds = {type(batch).__name__ for batch in plan}
    assert kinds == {"Bilingual", "Pairs", "Siblings", "Topics"}
    for batch in plan:
        if isinstance(batch, lessons.Siblings):
            assert set(batch.targets) <= set(range(1200))
            assert batch.chinese == [pairs[n][0] for n in batch.targets]
        if isinstance(batch, lessons.Topics):
            assert len(set(batch.topics)) == lessons.TOPICS_AT_ONCE
            topic_of = [int(text[2:].split("第")[0]) for text in batch.texts]
            assert len(set(zip(topic_of, batch.topics, strict=True))) == lessons.TOPICS_AT_ONCE
    assert [type(b) for b in learn.mixed(lessons.REFINED, 60, 1, targets)] == [
        type(b) for b in plan
    ]
