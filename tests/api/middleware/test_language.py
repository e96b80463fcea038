"""The language of a request: `lang`, Accept-Language, the server's."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

SHORT = {"en": "the need is one short word", "zh": "需求只有一个短词"}


def notes(client: TestClient, path: str, header: str | None = None) -> Any:
    headers = {} if header is None else {"accept-language": header}
    answer = client.post(path, json={"need": "隔膜", "k": 1}, headers=headers).json()
    return dict(zip(answer["note_codes"], answer["notes"], strict=True))["need_short"]


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("/v1/match", None, "en"),
        ("/v1/match", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("/v1/match?lang=zh", None, "zh"),
        ("/v1/match?lang=zh", "en", "zh"),
        ("/v1/match?lang=en", "zh-CN", "en"),
        ("/v1/match", "fr", "en"),
        ("/v1/match?lang=fr", "zh", "zh"),
    ],
)
def test_the_parameter_goes_before_the_header(
    client: TestClient, path: str, header: str | None, language: str
) -> None:
    assert notes(client, path, header).startswith(SHORT[language])


def test_reasons_have_the_same_codes_in_both_languages(client: TestClient) -> None:
    body = {"need": "锂电池隔膜在高温下收缩", "k": 1}
    (chinese,), (english,) = (
        client.post(f"/v1/match?lang={language}", json=body).json()["results"]
        for language in ("zh", "en")
    )
    assert chinese["availability"]["reason_codes"] == english["availability"]["reason_codes"]
    assert chinese["availability"]["reasons"] != english["availability"]["reasons"]
    assert chinese["sleeping"]["reason_code"] == english["sleeping"]["reason_code"]
    assert chinese["sleeping"]["reason"] != english["sleeping"]["reason"]


def test_a_page_of_the_catalogue_takes_the_language_beside_its_own_parameters(
    client: TestClient,
) -> None:
    page = client.get("/v1/patents?regions=天津&lang=zh").json()
    assert page["total"] == client.get("/v1/patents?regions=天津").json()["total"] == 1


def test_errors_are_in_the_language_and_keep_their_type(client: TestClient) -> None:
    problem = client.get("/v1/patents/CN209919900009.9?lang=zh").json()
    assert problem["type"].endswith(":patent-not-found")
    assert problem["title"] == "没有此专利" and "目录中没有专利" in problem["detail"]
    fault = client.post("/v1/match?lang=zh", json={"need": "隔膜", "k": 0}).json()["errors"][0]
    assert fault == {"pointer": "/k", "detail": "须大于或等于 1"}


@pytest.mark.parametrize(
    ("need", "code"),
    [
        ("", "need_empty"),
        ("！？ 。", "need_without_words"),
        ("123", "need_without_words"),
        ({"title": "12%", "goal": "≥ 3.5"}, "need_without_words"),
        ("膜" * 100_001, "need_too_long"),
    ],
)
def test_a_need_that_cannot_be_matched_has_a_code(client: TestClient, need: Any, code: str) -> None:
    answer = client.post("/v1/match", json={"need": need})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["code"], fault["pointer"]) == (422, code, "/need")
