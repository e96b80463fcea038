"""The whole recipe on a small data folder and tiny models."""

import json
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import InputError
from scripts.training import earlier, recipe, sources
from scripts.training import run as training_run
from scripts.training.student import load_student
from tests.support.training_data import write_data, write_earlier, write_english

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
    write_data(tmp_path / "data")
    write_english(tmp_path)
    write_earlier(tmp_path)
    return tmp_path


def run(folder: Path, *options: str) -> Path:
    """Run the recipe for a few steps; the folder of the model that it wrote."""
    models = ["--english", f"{folder}/english", "--teacher", f"{folder}/earlier"]
    fixed = ["--work", f"{folder}/work", "--out", f"{folder}/out", "--layers", "1"]
    steps = ["--steps", "6", "--compact-steps", "4"]
    recipe.main([f"{folder}/data", *models, *fixed, *steps, *options])
    return folder / "out"


def test_one_command_trains_both_bodies_and_measures_them(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    out = run(folder, "--name", "one")
    model = SentenceTransformer(str(out), device="cpu").float()
    vectors = model.encode(["阀门的密封", "a valve"])
    assert vectors.shape == (2, 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    deep = load_student(folder / "work/deep")[1].body
    assert load_student(out)[1].body.config.num_hidden_layers == 1
    assert deep.config.num_hidden_layers == 2
    teacher = load_student(folder / "earlier")[1].body
    assert not deep.embeddings.word_embeddings.weight.equal(
        teacher.embeddings.word_embeddings.weight
    )
    figures = json.loads((folder / "work/figures-one.json").read_text("utf-8"))
    assert figures.keys() == {"deep", "one"}
    for own in figures.values():
        assert own.keys() == FIGURES and all(-1 <= value <= 1 for value in own.values())


def test_a_finished_run_is_resumed_and_gives_the_same_model(folder: Path) -> None:
    first = load_student(run(folder))[1].body.state_dict()
    again = load_student(run(folder))[1].body.state_dict()
    assert all(weights.equal(again[name]) for name, weights in first.items())
    assert {file.name for file in (folder / "work").iterdir()} == {
        "state-deep.pt", "state-three.pt", "figures-three.json", "deep"
    }  # fmt: skip


def test_a_checkpoint_of_another_plan_is_refused(folder: Path) -> None:
    run(folder)
    for option, value, file in (
        ("--steps", "9", "state-deep"),
        ("--seed", "12", "state-deep"),
        ("--layers", "0", "state-three"),
    ):
        with pytest.raises(InputError, match=rf"{file}\.pt is of another run \(.*layers"):
            run(folder, option, value)


def test_a_log_has_a_line_from_time_to_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training_run, "CHECKPOINT_INTERVAL", 2)
    run(folder)
    lines = [line for line in capsys.readouterr().out.splitlines() if "batches; losses" in line]
    assert [line.split(" batches")[0] for line in lines] == [
        "deep: 2 of 6", "deep: 4 of 6", "deep: 6 of 6", "three: 2 of 4", "three: 4 of 4"
    ]  # fmt: skip


def test_a_history_without_the_earlier_weights_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "COMMIT", "0" * 40)
    with pytest.raises(InputError, match="git fetch --unshallow"):
        earlier.earlier_weights(tmp_path)
