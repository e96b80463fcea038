"""Weights between and beyond two states of a model."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from scripts.blend_models import blend


def state(folder: Path, values: list[float]) -> Path:
    (folder / "1_Part").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    weights = {"w": torch.tensor(values, dtype=torch.float16), "places": torch.arange(2)}
    save_file(weights, folder / "1_Part" / "model.safetensors")
    return folder


def test_weights_lie_between_or_beyond_and_the_rest_is_kept(tmp_path: Path) -> None:
    before, after = state(tmp_path / "a", [0, 2]), state(tmp_path / "b", [4, 2])
    for share, wanted in ((0.5, [2, 2]), (1.25, [5, 2]), (0.0, [0, 2])):
        out = tmp_path / f"{share}"
        blend(before, after, share, out)
        found = load_file(out / "1_Part" / "model.safetensors")
        assert found["w"].dtype == torch.float16 and found["w"].tolist() == wanted
        assert found["places"].tolist() == [0, 1] and (out / "config.json").is_file()


def test_states_of_two_models_are_refused(tmp_path: Path) -> None:
    before, after = state(tmp_path / "a", [0, 2, 3]), state(tmp_path / "b", [4, 2])
    with pytest.raises(ValueError, match="other weights"):
        blend(before, after, 0.5, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_words_can_go_another_way_than_the_rest(tmp_path: Path) -> None:
    for name, value in (("a", 0.0), ("b", 4.0)):
        (tmp_path / name).mkdir()
        weights = {"embeddings.word_embeddings.weight": torch.full((2,), value)}
        save_file(weights | {"body": torch.full((2,), value)}, tmp_path / name / "w.safetensors")
    blend(tmp_path / "a", tmp_path / "b", 0.5, tmp_path / "out", words=1.5)
    found = load_file(tmp_path / "out" / "w.safetensors")
    assert found["body"].tolist() == [2, 2]
    assert found["embeddings.word_embeddings.weight"].tolist() == [6, 6]
