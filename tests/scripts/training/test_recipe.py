"""The whole recipe on a small data folder and a tiny teacher."""

import json
from pathlib import Path

import numpy as np
import pytest

from scripts.training import batches, bilingual, sources
from scripts.training.student import load_student
from tests.support.training_data import write_data, write_teacher

FIGURES = {
    "needs ndcg@10",
    "needs spearman",
    *(f"{name} {way}" for name in sources.PARALLEL for way in ("zh-en", "en-zh")),
    "csl_ts_dev mrr@10",
    "csl_ts_test mrr@10",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sources, "HELD_OUT_PAIRS", 4)
    monkeypatch.setattr(batches, "MIN_BATCH_SIZE", 1)
    monkeypatch.setattr(batches, "HARD_NEGATIVE_BATCH_SIZE", 2)
    write_data(tmp_path / "data")
    write_teacher(tmp_path)
    return tmp_path


def run(folder: Path, name: str, *options: str) -> Path:
    """Run the recipe; the folder of the model that it wrote."""
    fixed = ["--teacher", f"{folder}/teacher", "--work", f"{folder}/work"]
    out = ["--name", name, "--out", f"{folder}/{name}"]
    bilingual.main([f"{folder}/data", *fixed, *out, *options])
    return folder / name


def test_the_recipe_writes_a_model_that_loads_and_can_be_refined(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    start = load_student(run(folder, "start", "--steps", "0"))[1].body.state_dict()
    trained = run(folder, "trained", "--steps", "6")
    model = SentenceTransformer(str(trained), device="cpu").float()
    vectors = model.encode(["阀门的密封", "a valve"])
    assert vectors.shape == (2, 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert {"阀门", "轴承"} <= model.tokenizer.get_vocab().keys()
    weights = load_student(trained)[1].body.state_dict()
    assert any(not weights[name].equal(value) for name, value in start.items())
    figures = json.loads((folder / "work/figures-trained.json").read_text("utf-8"))
    assert figures.keys() == FIGURES and all(-1 <= value <= 1 for value in figures.values())

    refined = run(
        folder, "refined", "--begin", str(trained), "--refine", "--steps", "12", "--layers", "1"
    )
    body = load_student(refined)[1].body
    assert body.config.num_hidden_layers == 1
    assert not body.embeddings.word_embeddings.weight.equal(
        weights["embeddings.word_embeddings.weight"]
    )


def test_a_finished_run_is_resumed_and_gives_the_same_model(folder: Path) -> None:
    first = load_student(run(folder, "trained", "--steps", "3"))[1].body.state_dict()
    again = load_student(run(folder, "trained", "--steps", "3"))[1].body.state_dict()
    assert all(weights.equal(again[name]) for name, weights in first.items())
    assert {file.name for file in (folder / "work").iterdir()} == {
        "teacher.pt", "state-trained.pt", "figures-trained.json"
    }  # fmt: skip
