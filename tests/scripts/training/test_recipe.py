"""The whole recipe on a small data folder and tiny models."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from matcher.errors import InputError
from models.fingerprints import checked_files
from scripts.training import earlier, recipe, sources
from scripts.training import run as training_run
from scripts.training.student import load_student, save_student
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


@pytest.mark.parametrize(
    "options",
    [
        ("--steps", "0"),
        ("--layers", "1,1"),
        ("--name", "deep"),
        ("--name", ""),
        ("--name", "a/b"),
        ("--out", "."),
    ],
    ids=" ".join,
)
def test_what_no_run_can_use_is_refused_before_it_begins(
    options: tuple[str, str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(folder, *options)
    assert options[0] in capsys.readouterr().err
    assert not (folder / "work").exists()


def test_the_smaller_body_does_not_take_the_place_of_the_larger(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(folder, "--out", f"{folder}/out/../work/deep")
    assert "the folder of the larger body" in capsys.readouterr().err


def test_layers_that_the_larger_body_lacks_are_refused_before_training(folder: Path) -> None:
    with pytest.raises(InputError, match="layers 0 to 1"):
        run(folder, "--layers", "2")
    assert not (folder / "work/state-deep.pt").exists()


def test_a_source_without_texts_is_named(folder: Path) -> None:
    with gzip.open(folder / "data/parallel/d2l_zh_en.tsv.gz", "wt", encoding="utf-8"):
        pass
    with pytest.raises(InputError, match="no texts to train on of: d2l"):
        run(folder)


def test_a_run_with_another_teacher_does_not_go_on_from_the_checkpoint(folder: Path) -> None:
    run(folder)
    torch.manual_seed(1)
    tokenizer, other = load_student(folder / "earlier")
    torch.nn.init.normal_(other.body.embeddings.word_embeddings.weight)
    save_student(other, tokenizer, folder / "other")
    with pytest.raises(InputError, match=r"state-deep\.pt is of another run"):
        run(folder, "--teacher", f"{folder}/other")


def test_a_damaged_checkpoint_is_named(folder: Path) -> None:
    run(folder)
    (folder / "work/state-three.pt").write_bytes(b"PK\3\4")
    with pytest.raises(InputError, match=r"state-three\.pt is damaged: delete it"):
        run(folder)


def test_a_model_takes_the_place_of_the_one_before_as_a_whole(folder: Path) -> None:
    out = run(folder)
    (out / "left.txt").write_text("of the model before", encoding="utf-8")
    assert run(folder) == out
    checked_files(out)
    assert not (out / "left.txt").exists()
    assert not [file for file in folder.iterdir() if file.name.startswith(".out")]
    assert all(file.stat().st_mode & 0o044 == 0o044 for file in out.rglob("*.safetensors"))
