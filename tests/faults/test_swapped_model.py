"""A model folder that is swapped under a running server is never used half."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.errors import IndexUnavailableError, ModelError
from matcher.settings import Settings
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from models import sentence_transformer
from tests.support.engines import save, settings_for
from tests.support.samples import ALL
from tests.support.small_models import load_small_model, make_model

TEXTS = ["the valve", "阀门的轴承", "a pump of steel"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models that differ in their weights alone."""
    folder = tmp_path_factory.mktemp("models")
    return make_model(folder / "one", seed=1), make_model(folder / "other", seed=2)


@pytest.fixture
def folder(models: tuple[Path, Path], tmp_path: Path) -> Path:
    shutil.copytree(models[0], tmp_path / "model")
    return tmp_path / "model"


def swap(folder: Path, other: Path) -> None:
    """Write the files of another model over those of a folder, in their place."""
    for file in (path for path in other.rglob("*") if path.is_file()):
        with (folder / file.relative_to(other)).open("r+b") as opened:
            opened.write(file.read_bytes())
            opened.truncate()


def test_a_loaded_model_computes_as_before(folder: Path, models: tuple[Path, Path]) -> None:
    encoder = load_small_model(folder)
    expected = load_small_model(models[0]).encode(TEXTS, "query")
    swap(folder, models[1])
    assert np.array_equal(encoder.encode(TEXTS, "query"), expected)
    assert not np.allclose(load_small_model(folder).encode(TEXTS, "query"), expected)


def test_a_folder_that_changes_while_it_is_loaded_is_refused(
    folder: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load: Any = vars(sentence_transformer)["load_pretrained"]

    def loading(*given: object) -> Any:
        loaded = load(*given)
        swap(folder, models[1])
        return loaded

    monkeypatch.setattr(sentence_transformer, "load_pretrained", loading)
    with pytest.raises(ModelError, match="was changed while it was being loaded"):
        load_small_model(folder)


def test_a_server_goes_on_with_the_old_model_and_a_new_one_is_refused(
    folder: Path, models: tuple[Path, Path], tmp_path: Path
) -> None:
    settings = settings_for(
        tmp_path / "home", model=str(folder), background_seconds=0, wait_seconds=120
    )
    save(settings, *ALL)
    build_index(settings)
    with TestClient(create_app(settings)) as client:
        before = ask(client)
        swap(folder, models[1])
        assert ask(client) == before
        # An index of the new weights does not fit the model that is loaded.
        new = build_index(settings)
        assert new.built and new.embedded
        after = ask(client)
        assert after["results"] == before["results"] and after["index"] == before["index"]
        assert any("a newer index cannot be used" in note for note in after["notes"])
    with TestClient(create_app(settings)) as client:
        assert ask(client)["index"] == new.generation
    swap(folder, models[0])
    refuses(settings)


def ask(client: TestClient) -> Any:
    answer = client.post("/v1/match", json={"need": "the valve of steel", "k": 3})
    assert answer.status_code == 200, answer.text
    return answer.json()


def refuses(settings: Settings) -> None:
    with (
        pytest.raises(IndexUnavailableError, match="computes otherwise"),
        open_matcher(settings),
    ):
        pass
