"""A real server, infinity, serves the built-in model and a small cross-encoder.

Skipped where it is not installed; with MODEL_SERVER_TESTS=required, as in CI, they fail there.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from matcher.errors import ModelError
from matcher.ports import Encoder, Progress, TextKind, Vectors
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.types import Answer, Need
from matcher.wiring.build import build_index
from matcher.wiring.demo import NEEDS
from matcher.wiring.open import open_matcher
from models.cross_encoder import CrossEncoderReranker
from models.late_chunking import NoLateChunking
from models.loading import BUILTIN, BUILTIN_FOLDER, load_encoder, load_reranker
from models.pretrained import LoadOptions
from models.services.options import ServiceOptions
from scripts.quality.infinity import is_installed, running_infinity
from scripts.quality.samples import read_samples
from tests.api.conftest import save
from tests.support.small_rerankers import ANSWERS, random_model

pytestmark = pytest.mark.skipif(
    not is_installed() and os.environ.get("MODEL_SERVER_TESTS") != "required",
    reason="no model server here: .ci/model-server installs it",
)
KEY = "sk-sample"
WINDOW = 256
TODAY = date(2026, 11, 1)
PATENTS = 30
LOCAL = LoadOptions("cpu", "float32")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a cross-encoder."""
    return random_model(tmp_path_factory.mktemp("rerankers") / "reader")


@pytest.fixture(scope="module")
def url(reader: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of the server."""
    log = tmp_path_factory.mktemp("infinity") / "log.txt"
    with running_infinity({"bilingual": BUILTIN_FOLDER, "reader": reader}, KEY, log) as url:
        yield url


@pytest.fixture(scope="module")
def local() -> Encoder:
    """The same model in this process."""
    return load_encoder(BUILTIN, LOCAL)


def options(key: str = KEY) -> LoadOptions:
    return LoadOptions(batch_size=16, service=ServiceOptions(SecretStr(key), window=WINDOW))


def test_vectors_are_those_of_the_model_in_this_process(url: str, local: Encoder) -> None:
    samples = read_samples()
    texts = [f"{patent.title}\n{patent.abstract}" for patent in samples.patents]
    texts += [need.text for need in samples.needs.values()]
    service = load_encoder(f"openai+{url}#bilingual", options())
    assert service.dimension == local.dimension
    pieces = [piece for text in texts for piece in service.split(text, "passage")]
    assert len(pieces) >= len(texts) > 100
    cosines = (service.encode(pieces, "passage") * local.encode(pieces, "passage")).sum(axis=1)
    assert cosines.min() >= 0.9999


def test_scores_are_those_of_the_cross_encoder_in_this_process(url: str, reader: Path) -> None:
    passages = [*ANSWERS.values(), "一种支架", "密封圈" * 30]
    # As many tokens as the model takes of a pair in this process; a Han character counts 1.5.
    window = ServiceOptions(SecretStr(KEY), window=1000)
    service = load_reranker(f"openai+{url}#reader", LoadOptions(batch_size=4, service=window))
    own = CrossEncoderReranker("reader", str(reader), LOCAL)
    scores = service.scores("设备漏", passages[:-1])
    np.testing.assert_allclose(scores, own.scores("设备漏", passages[:-1]), atol=1e-4)
    assert service.scores("设备漏", passages).shape == (len(passages),)


def test_a_wrong_key_and_a_wrong_name_are_explained(url: str) -> None:
    with pytest.raises(ModelError, match=r"40[13].*MATCHER_MODEL_KEY") as refused:
        load_encoder(f"openai+{url}#bilingual", options("sk-falsch"))
    assert "falsch" not in str(refused.value)
    with pytest.raises(ModelError, match="it has: bilingual, reader"):
        load_encoder(f"openai+{url}#bge-m3", options())


def test_an_index_by_the_service_answers_as_one_by_the_model(
    url: str, local: Encoder, tmp_path: Path
) -> None:
    """Compared with the same model asked as a service is: texts alone, without late chunking."""
    address = f"openai+{url}#bilingual"
    served = _settings(tmp_path / "served", model=address, model_key=KEY, model_window=WINDOW)
    assert build_index(served).built
    alone = _settings(tmp_path / "alone")
    encoder = _Alone(local, load_encoder(address, options()))
    build_index(alone, encoder=encoder)
    by_service, by_model = _answers(served), _answers(alone, encoder)
    for of_service, of_model in zip(by_service, by_model, strict=True):
        assert len(of_service.results) == 10
        assert _ids(of_service) == _ids(of_model)
    again = build_index(served)
    assert not again.built and again.model == "openai#bilingual"


class _Alone(NoLateChunking):
    """The model in this process, with the pieces of a service."""

    name, fingerprint = "alone", "alone"

    def __init__(self, model: Encoder, service: Encoder) -> None:
        self.dimension = model.dimension
        self._model = model
        self._service = service

    def split(self, text: str, kind: TextKind) -> list[str]:
        return self._service.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        return self._model.encode(texts, kind, progress)


def _settings(home: Path, **more: object) -> Settings:
    settings = Settings.model_validate({"home": home, "model": BUILTIN, "batch_size": 16, **more})
    save(settings, *read_samples().patents[:PATENTS])
    return settings


def _answers(settings: Settings, encoder: Encoder | None = None) -> list[Answer]:
    with open_matcher(settings, encoder=encoder) as matcher:
        return [matcher.match(Need(text), SearchOptions(k=10), today=TODAY) for text in NEEDS]


def _ids(answer: Answer) -> list[str]:
    return [match.patent.id for match in answer.results]
