"""The encoder of a service, against a service that answers well and one that does not."""

import base64
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from matcher.errors import ModelError
from matcher.ports import WordEncoder
from models.loading import load_encoder
from models.pretrained import LoadOptions
from models.services import encoder as encoder_module
from models.services.encoder import ServiceEncoder
from models.services.options import ServiceOptions
from models.services.probe import PROBES
from tests.support.model_service import (
    DIMENSION,
    MODEL,
    Fault,
    ModelService,
    changed,
    content,
    cut,
    drip,
    hang,
    model_service,
    status,
)

KEY = "sk-ganz-geheim"
TEXT = "一段保密的需求"
QUICK = ServiceOptions(seconds=20, first_wait=0.01)


@pytest.fixture
def service() -> Iterator[ModelService]:
    with model_service() as opened:
        yield opened


def opened(service: ModelService, options: ServiceOptions = QUICK, **more: Any) -> ServiceEncoder:
    encoder = load_encoder(service.address, LoadOptions(service=options, **more))
    assert isinstance(encoder, ServiceEncoder)
    service.received.clear()
    return encoder


def test_vectors_are_those_of_the_model_at_length_one(service: ModelService) -> None:
    encoder = opened(service, batch_size=3)
    texts = [f"{'长' * (number % 5)}文本 {number}" for number in range(20)]
    progress: list[int] = []
    vectors = encoder.encode(texts, "passage", progress.append)
    assert vectors.dtype == np.float32 and vectors.flags.c_contiguous
    np.testing.assert_allclose(vectors, service.encoder.encode(texts, "passage"), atol=1e-6)
    assert progress == sorted(progress) and progress[-1] == 20
    assert sorted(map(len, service.texts())) == [2, 3, 3, 3, 3, 3, 3]
    assert encoder.encode([], "query").shape == (0, DIMENSION)
    assert encoder.name == f"openai#{MODEL}" and encoder.dimension == DIMENSION


def test_spans_are_encoded_alone_and_words_not_at_all(service: ModelService) -> None:
    encoder = opened(service)
    text = "阀门。隔膜"
    assert encoder.split_with_title("标题", text, "passage") == [(text, (0, len(text)))]
    (rows,) = encoder.encode_spans([text], [[(0, 2), None]], "passage")
    np.testing.assert_array_equal(rows, encoder.encode(["阀门", text], "passage"))
    assert not isinstance(encoder, WordEncoder)
    with pytest.raises(ModelError, match="empty"):
        encoder.encode([" "], "query")


def test_prefixes_go_by_the_name_of_the_model_or_by_the_options(service: ModelService) -> None:
    address = f"openai+{service.url}#intfloat/multilingual-e5-base"
    known = load_encoder(address, LoadOptions(service=QUICK))
    known.encode(["阀"], "query")
    known.encode(["阀"], "passage")
    own = opened(service, query_prefix="问：", passage_prefix="")
    own.encode(["阀"], "query")
    sent = [texts for texts in service.texts() if len(texts) == 1]
    assert sent == [["问：阀"]]
    assert load_encoder(address, LoadOptions(service=QUICK, query_prefix="")) is not None
    prefixes = (known.fingerprint, own.fingerprint, opened(service).fingerprint)
    assert len(set(prefixes)) == 3


def test_known_prefixes_are_sent(service: ModelService) -> None:
    address = f"openai+{service.url}#intfloat/multilingual-e5-base"
    known = load_encoder(address, LoadOptions(service=QUICK))
    service.received.clear()
    known.encode(["阀"], "query")
    known.encode(["阀"], "passage")
    assert service.texts() == [["query: 阀"], ["passage: 阀"]]


def test_the_window_is_given_or_told_or_a_default(service: ModelService) -> None:
    long = "阀门的密封圈漏水。" * 200
    pieces = {"default": opened(service).split(long, "passage")}
    service.models = {"data": [{"id": MODEL, "max_model_len": 128}, {"id": "other"}]}
    pieces["told"] = opened(service).split(long, "passage")
    pieces["given"] = opened(service, replace(QUICK, window=64)).split(long, "passage")
    assert len(pieces["default"]) < len(pieces["told"]) < len(pieces["given"])
    assert all("".join(own) == long for own in pieces.values())
    assert max(map(len, pieces["given"])) <= 64 / 1.4


def test_a_model_that_the_service_does_not_list_is_refused(service: ModelService) -> None:
    service.models = {"data": [{"id": "another"}, {"id": "a third"}]}
    with pytest.raises(ModelError, match=rf"no model {MODEL}; it has: a third, another"):
        opened(service)
    service.models = {"data": [{"id": f"{MODEL}:latest"}]}
    assert opened(service).dimension == DIMENSION


@pytest.mark.parametrize("models", [{"data": []}, {"data": None}, {}, [], b"<html>"])
def test_a_list_of_models_that_tells_nothing_is_no_matter(
    service: ModelService, models: Any
) -> None:
    service.models = models
    assert opened(service).dimension == DIMENSION


PASSING: dict[str, list[Fault]] = {
    "limit": [status(429, retry_after="0.02")],
    "limit, an odd time": [status(429, retry_after="soon"), status(429, retry_after="nan")],
    "limit, a date": [status(503, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")],
    "errors": [status(500), status(502), status(503)],
    "cut": [cut, cut],
}


@pytest.mark.parametrize("faults", PASSING.values(), ids=list(PASSING))
def test_faults_that_pass_are_waited_for(service: ModelService, faults: list[Fault]) -> None:
    encoder = opened(service)
    service.faults = list(faults)
    np.testing.assert_allclose(
        encoder.encode([TEXT], "query"), service.encoder.encode([TEXT], "query"), atol=1e-6
    )
    assert len(service.texts()) == len(faults) + 1


def test_vectors_may_come_in_any_order_and_in_base64(service: ModelService) -> None:
    encoder = opened(service)
    texts = ["甲", "乙", "丙"]
    expected = service.encoder.encode(texts, "passage")

    def in_base64(items: list[dict[str, Any]]) -> Any:
        rows = [np.array(item["embedding"], dtype="<f4").tobytes() for item in items]
        return [
            {**item, "embedding": base64.b64encode(row).decode()}
            for item, row in zip(items, rows, strict=True)
        ]

    for change in (lambda items: items[::-1], in_base64):
        service.faults = [changed(change)]
        np.testing.assert_allclose(encoder.encode(texts, "passage"), expected, atol=1e-6)


def _with(items: list[dict[str, Any]], embedding: Any) -> Any:
    return [{**items[0], "embedding": embedding}, *items[1:]]


UNUSABLE: dict[str, tuple[Fault, str]] = {
    "not JSON": (content(b"<html>busy</html>"), "not JSON"),
    "deep": (content(b"[" * 200_000), "not JSON"),
    "no list": (content({"error": "no"}), "no list of vectors"),
    "another list": (content({"data": [1, 2]}), "no list of vectors"),
    "too few": (changed(lambda items: items[:1]), "sent: 2, vectors received: 1"),
    "too many": (changed(lambda items: [*items, *items]), "received: 4"),
    "twice": (changed(lambda items: [items[0], items[0]]), "not numbered"),
    "no number": (changed(lambda items: [{**i, "index": None} for i in items]), "not numbered"),
    "dimension": (changed(lambda items: _with(items, [1.0] * 15)), "dimension 15 .* 16"),
    "numbers of text": (changed(lambda items: _with(items, ["a"] * 16)), "no list of numbers"),
    "nested": (changed(lambda items: _with(items, [[1.0]] * 16)), "no list of numbers"),
    "empty": (changed(lambda items: _with(items, [])), "no list of numbers"),
    "nothing": (changed(lambda items: _with(items, None)), "no list of numbers"),
    "not base64": (changed(lambda items: _with(items, "%%%")), "no list of numbers"),
    "half a number": (changed(lambda items: _with(items, "AAA=")), "no list of numbers"),
    "NaN": (changed(lambda items: _with(items, [float("nan")] * 16)), "no direction"),
    "infinite": (changed(lambda items: _with(items, [float("inf")] * 16)), "no direction"),
    "large": (changed(lambda items: _with(items, [3e38] * 16)), "no direction"),
    "zeros": (changed(lambda items: _with(items, [0.0] * 16)), "no direction"),
}


@pytest.mark.parametrize(("fault", "reason"), UNUSABLE.values(), ids=list(UNUSABLE))
def test_an_answer_that_cannot_be_used_says_what_came(
    service: ModelService, fault: Fault, reason: str
) -> None:
    encoder = opened(service)
    service.faults = [fault]
    with pytest.raises(ModelError, match=reason):
        encoder.encode([TEXT, "乙"], "passage")
    assert len(service.texts()) == 1  # and is not asked for again


REFUSALS: dict[str, tuple[int, Any, str]] = {
    "key": (401, {"error": {"code": "invalid_api_key"}}, "401 invalid_api_key: set MATCHER_MODEL_"),
    "path": (404, b"", "no such path or model"),
    "redirect": (307, b"", "redirects are not followed"),
    "other": (400, {"error": {"code": 17}}, "does not take the request"),
    "too long": (
        400,
        {"error": {"message": f"maximum context length is 512 tokens: {TEXT}"}},
        "too long .*MATCHER_MODEL_WINDOW",
    ),
    "too large": (413, b"", "too long .*MATCHER_MODEL_WINDOW"),
}


@pytest.mark.parametrize(("number", "said", "reason"), REFUSALS.values(), ids=list(REFUSALS))
def test_a_refusal_says_what_to_do(
    service: ModelService, number: int, said: Any, reason: str
) -> None:
    encoder = opened(service)
    refusal = status(number, said, location=service.url + "/elsewhere")
    service.faults = [refusal]
    with pytest.raises(ModelError, match=reason) as refused:
        encoder.encode([TEXT], "query")
    assert TEXT not in str(refused.value)
    assert [path for path, *_ in service.received] == ["/v1/embeddings"]


def test_a_batch_that_is_too_large_goes_in_halves(service: ModelService) -> None:
    encoder = opened(service, batch_size=8)
    texts = list("甲乙丙丁戊己庚辛")
    service.faults = [status(413), status(422)]
    np.testing.assert_allclose(
        encoder.encode(texts, "passage"), service.encoder.encode(texts, "passage"), atol=1e-6
    )
    assert [len(sent) for sent in service.texts()] == [8, 4, 2, 2, 4]


def test_what_no_half_mends_fails_after_a_few_requests(service: ModelService) -> None:
    encoder = opened(service, batch_size=8)
    service.faults = [status(400)] * 20
    with pytest.raises(ModelError, match="does not take the request"):
        encoder.encode(list("甲乙丙丁戊己庚辛"), "passage")
    assert [len(sent) for sent in service.texts()] == [8, 4, 2, 1]


@pytest.mark.parametrize("fault", [hang, drip, status(429, retry_after="3600"), status(500)])
def test_no_thread_waits_beyond_the_time_limit(service: ModelService, fault: Fault) -> None:
    encoder = opened(service, replace(QUICK, seconds=0.4))
    service.faults = [fault] * 50
    with pytest.raises(ModelError, match=r"does not answer .*MATCHER_SERVICE_SECONDS"):
        encoder.encode([TEXT], "passage")
    assert len(service.texts()) <= 8


def test_one_failing_request_ends_all(service: ModelService) -> None:
    encoder = opened(service, replace(QUICK, requests=2), batch_size=1)
    service.faults = [status(401)] * 100
    with pytest.raises(ModelError, match="401"):
        encoder.encode([f"文本{number}" for number in range(100)], "passage")
    assert len(service.texts()) < 100


def test_a_service_that_is_down_is_named_with_its_setting(service: ModelService) -> None:
    nobody = service.address.replace(service.url, "http://127.0.0.1:9/v1")
    with pytest.raises(ModelError, match=r"no connection.*MATCHER_MODEL has its address"):
        load_encoder(nobody, LoadOptions(service=replace(QUICK, seconds=1)))


@pytest.mark.parametrize(
    "fault",
    [
        status(401, {"error": {"message": f"Incorrect API key: {KEY}", "code": KEY + " !"}}),
        status(422, {"detail": [{"input": [TEXT], "key": KEY}]}),
        status(500, KEY.encode()),
        content(KEY.encode()),
        content({"data": [KEY]}),
        cut,
    ],
)
def test_key_and_text_are_in_no_log_error_or_traceback(
    service: ModelService, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    options = replace(QUICK, key=SecretStr(KEY))
    encoder = opened(service, options)
    service.faults = [fault] * 20
    with pytest.raises(ModelError) as failed:
        encoder.encode([TEXT], "query")
    assert service.received[0][1]["authorization"] == f"Bearer {KEY}"
    told = [
        str(failed.value),
        "".join(traceback.format_exception(failed.value)),
        caplog.text,
        repr(options),
        encoder.fingerprint,
    ]
    assert not any(KEY in text or TEXT in text for text in told)


@pytest.mark.parametrize("key", ["", "  ", "sk\ngeheim", "密钥"])
def test_a_key_that_no_header_takes_is_refused(service: ModelService, key: str) -> None:
    with pytest.raises(ModelError, match="MATCHER_MODEL_KEY") as refused:
        opened(service, replace(QUICK, key=SecretStr(key)))
    assert "geheim" not in str(refused.value)


def test_another_model_behind_the_same_name_is_noticed(
    service: ModelService, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = opened(service)
    encoder.encode([TEXT], "query")
    monkeypatch.setattr(encoder_module, "CHECK_SECONDS", 0.0)
    encoder.encode([TEXT], "query")
    assert service.texts() == [[TEXT], list(PROBES), [TEXT]]
    service.encoder = _another()
    with pytest.raises(ModelError, match="another model now"):
        encoder.encode([TEXT], "query")


def _another() -> Any:
    class Other:
        def encode(self, texts: Any, kind: Any) -> Any:
            return -np.ones((len(texts), DIMENSION), dtype=np.float32)

    return Other()


def test_the_state_is_asked_for_seldom(
    service: ModelService, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = opened(service)
    encoder.check()
    assert service.received == []  # it was used a moment ago
    monkeypatch.setattr(encoder, "_checked", float("-inf"))
    service.faults = [status(503)]
    for _ in range(2):  # the second answer is the first one's
        with pytest.raises(ModelError, match="503"):
            encoder.check()
    assert len(service.received) == 1
    monkeypatch.setattr(encoder, "_failure", (float("-inf"), ""))
    encoder.check()
    assert len(service.received) == 2


def test_the_fingerprint_is_of_the_model_and_not_of_the_machine(
    service: ModelService, tmp_path: Path
) -> None:
    """Replicas compute a little otherwise; another model, or another pooling, much."""
    options = replace(QUICK, probes=tmp_path / "indexes" / "probes.json")
    first = opened(service, options).fingerprint
    rng = np.random.default_rng(0)

    def noisy(items: list[dict[str, Any]]) -> Any:
        for item in items:
            row = np.array(item["embedding"])
            item["embedding"] = (row + rng.normal(0, 0.01, row.shape)).tolist()
        return items

    for _ in range(10):
        service.faults = [changed(noisy)]
        assert opened(service, options).fingerprint == first
    with model_service() as replica:
        assert opened(replica, options).fingerprint == first
        replica.encoder = _another()
        other = opened(replica, options).fingerprint
        assert other != first and opened(replica, options).fingerprint == other
    assert opened(service, options).fingerprint == first
    assert opened(service, replace(options, window=256)).fingerprint != first
