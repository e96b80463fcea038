"""The reranker of a service, in both dialects."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from matcher.errors import ModelError
from models.loading import load_reranker
from models.pretrained import LoadOptions
from models.services.options import ServiceOptions
from models.services.reranker import ServiceReranker
from tests.support.model_service import (
    MODEL,
    Fault,
    ModelService,
    content,
    hang,
    model_service,
    status,
)

NEED = "隔膜"
PASSAGES = ["膜和阀", "轴承", "陶瓷隔膜", "隔热板"]


@pytest.fixture
def service() -> Iterator[ModelService]:
    with model_service() as opened:
        yield opened


def opened(service: ModelService, dialect: str = "openai", **more: Any) -> ServiceReranker:
    options = ServiceOptions(**{"seconds": 20, "first_wait": 0.01, **more})
    address = service.address.replace("openai+", f"{dialect}+")
    reranker = load_reranker(address, LoadOptions(service=options, batch_size=3))
    assert isinstance(reranker, ServiceReranker)
    return reranker


def test_relevances_become_log_odds_in_the_order_of_the_passages(service: ModelService) -> None:
    reranker = opened(service, key=SecretStr("sk-1"))
    scores = reranker.scores(NEED, PASSAGES)
    assert scores.dtype == np.float32 and reranker.name == f"openai#{MODEL}"
    np.testing.assert_allclose(scores, [0, -16.118, 16.118, 0], atol=1e-3)
    bodies = [body for _, _, body in service.received]
    assert all(body["model"] == MODEL and body["query"] == NEED for body in bodies)
    assert sorted(len(body["documents"]) for body in bodies) == [1, 3]
    assert {path for path, *_ in service.received} == {"/v1/rerank"}
    assert service.received[0][1]["authorization"] == "Bearer sk-1"
    assert reranker.scores(NEED, []).shape == (0,)


def test_the_other_dialect_is_asked_for_raw_scores(service: ModelService) -> None:
    scores = opened(service, "tei").scores(NEED, PASSAGES)
    np.testing.assert_allclose(scores, [0.5, 0, 1, 0.5])
    (first, _) = (body for _, _, body in service.received)
    assert first["raw_scores"] is True and "documents" not in first


def test_scores_that_are_no_relevance_stay(service: ModelService) -> None:
    results = [{"index": 1, "relevance_score": -3.5}, {"index": 0, "relevance_score": 0.25}]
    service.faults = [content({"results": results})]
    assert opened(service).scores(NEED, ["阀门", "轴承"]).tolist() == [0.25, -3.5]


def test_long_texts_are_cut_and_nothing_is_dropped(service: ModelService) -> None:
    """The end of a passage counts as its beginning does."""
    long = "设备运行平稳。" * 100
    scores = opened(service, window=128).scores(NEED, [long, long + "陶瓷隔膜", "隔膜"])
    assert scores[0] < 0 < scores[1] == scores[2]
    sent = [text for _, _, body in service.received for text in body["documents"]]
    assert max(map(len, sent)) <= 128 and sum(map(len, sent)) == 2 * len(long) + 6


UNUSABLE: dict[str, tuple[Fault, str]] = {
    "no list": (content({"data": []}), "no list of results"),
    "no score": (content({"results": [{"index": 0, "score": 1.0}] * 2}), "relevance_score"),
    "text": (content({"results": [{"index": 0, "relevance_score": "a"}] * 2}), "no list"),
    "too few": (content({"results": [{"index": 0, "relevance_score": 1}]}), "received: 1"),
    "twice": (content({"results": [{"index": 0, "relevance_score": 1}] * 2}), "sent: 2"),
    "NaN": (
        content({"results": [{"index": i, "relevance_score": float("nan")} for i in (0, 1)]}),
        "no number",
    ),
    "key": (status(403), "MATCHER_RERANKER_KEY"),
    "path": (status(404), "MATCHER_RERANKER ends"),
}


@pytest.mark.parametrize(("fault", "reason"), UNUSABLE.values(), ids=list(UNUSABLE))
def test_an_answer_that_cannot_be_used_is_named(
    service: ModelService, fault: Fault, reason: str
) -> None:
    service.faults = [fault]
    with pytest.raises(ModelError, match=reason):
        opened(service).scores(NEED, PASSAGES[:2])


def test_faults_pass_or_end_at_the_time_limit(service: ModelService) -> None:
    service.faults = [status(429, retry_after="0.01"), status(500)]
    assert opened(service).scores(NEED, ["隔膜"])[0] > 0
    service.faults = [hang] * 9
    with pytest.raises(ModelError, match="does not answer"):
        opened(service, seconds=0.3).scores(NEED, ["隔膜"])
    with pytest.raises(ModelError, match="empty"):
        opened(service).scores(NEED, [" "])


def test_the_state_is_asked_for_seldom(
    service: ModelService, monkeypatch: pytest.MonkeyPatch
) -> None:
    reranker = opened(service)
    service.faults = [status(500)]
    for _ in range(2):
        with pytest.raises(ModelError, match="500"):
            reranker.check()
    assert len(service.received) == 1
    monkeypatch.setattr(reranker, "_checked", (float("-inf"), "gone"))
    reranker.check()
    reranker.check()
    assert len(service.received) == 2
