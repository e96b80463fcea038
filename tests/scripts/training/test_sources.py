"""Readers of the training texts, on a small data folder."""

import gzip
from pathlib import Path

import pytest

from scripts.training import sources
from scripts.training.training_set import read_training_set
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
def test_mark_up_is_removed(marked: str, plain: str) -> None:
    assert sources.strip_markup(marked) == plain


def test_evaluation_texts_are_not_in_the_training_set(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_OUT_PAIRS", 4)
    held_out = sources.held_out_documents(data)
    subclasses = [document for document in held_out if len(document) == 4]
    assert 0 < len(subclasses) < 8
    held_out_pairs = sources.held_out_pairs(data, held_out)
    assert {name: len(pairs) for name, pairs in held_out_pairs.items()} == dict.fromkeys(
        sources.PARALLEL, 4
    )
    training_set = read_training_set(data, {"阀门", "轴承"}, seed=3)
    pairs = [pair for own in training_set.translations.values() for pair in own]
    assert len(pairs) > 20 and len(training_set.short) > 5
    texts = {*training_set.short, *training_set.long, *(text for pair in pairs for text in pair)}
    assert not texts & {text for own in held_out_pairs.values() for pair in own for text in pair}
    assert not [text for text in texts if any(code in text for code in subclasses)]
    assert not [text for text in texts if "csl_ts" in text]
    assert any("csl_SUMM" in text for text in texts)


def test_a_measured_text_of_another_source_is_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_OUT_PAIRS", 4)
    data = write_data(tmp_path)
    own = sources.held_out_pairs(data, sources.held_out_documents(data))["d2l"][0]
    with gzip.open(data / "parallel/pydocs_zh_en.tsv.gz", "at", encoding="utf-8") as out:
        out.write(f"{own[0]}\tanother translation of it\ta file\n")
    with gzip.open(data / "patents/titles_ipc.csv.gz", "at", encoding="utf-8") as out:
        out.write(f"CN0,{own[0]},H01M\n")
    training_set = read_training_set(data, set(), seed=3)
    assert own[0] not in training_set.short
    assert own[0] not in {zh for zh, _ in training_set.translations["pydocs"]}


def test_held_out_documents_are_always_the_same(data: Path) -> None:
    assert sources.held_out_documents(data) == sources.held_out_documents(data)


def test_a_text_of_a_held_out_document_is_trained_on_from_no_other_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_OUT_PAIRS", 4)
    data = write_data(tmp_path)
    held_out = sources.held_out_documents(data)
    own = sources.held_out_pairs(data, held_out)["d2l"][0]
    with gzip.open(data / "parallel/d2l_zh_en.tsv.gz", "at", encoding="utf-8") as out:
        out.write(f"{own[0]}\tanother translation of it\tanother document\n")
    trained = sources.parallel(data, held_out)["d2l"]
    assert trained and own[0] not in {zh for zh, _ in trained}


def test_glosses_come_in_order_without_notes(tmp_path: Path) -> None:
    write_data(tmp_path)
    with gzip.open(tmp_path / "terms/cedict_zh_en.tsv.gz", "wt", encoding="utf-8") as out:
        out.write("锻造\tto forge (metal)/forging/CL:個|个[ge4]\t鍛造\n")
    assert sources.dictionary(tmp_path)["锻造"] == ["forge", "forging"]
