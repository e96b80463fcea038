"""Answers with records in them, got by sending the examples of the OpenAPI document."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import requests

_MAKERS = {
    "/v1/patents": "",
    "/v1/needs": "/v1/needs",
    "/v1/needs/{need}/matches": "/v1/needs/{need}/match",
    "/v1/matches": "/v1/needs/{need}/match",
    "/v1/matches/{match}": "/v1/needs/{need}/match",
    "/v1/relay-requests": "/v1/matches/{match}/relay-requests",
    "/v1/consents": "/v1/consents",
}
"""What has to be sent before the route of the first path has something to show."""
_UNIQUE = ("name", "number")


class Examples:
    """The document's examples, sent to a server."""

    def __init__(self, document: Mapping[str, Any], url: str, headers: Mapping[str, str]) -> None:
        """Sends nothing."""
        self._document = document
        self._url = url
        self._headers = headers
        self._session = requests.Session()
        self._numbers = count()

    def answer(self, method: str, path: str) -> requests.Response:
        """A good answer of the route, with at least one record in it."""
        if method == "get":
            maker = _MAKERS.get(path, path)
            known = self._known_by(self._post(maker)) if maker else {}
            response = self._session.get(self._url + path.format(**known), headers=self._headers)
        else:
            response = self._post(path)
        assert response.ok, (method, path, response.text)
        return response

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _post(self, path: str) -> requests.Response:
        known: dict[str, str] = {}
        if "{need}" in path:
            known = self._known_by(self._post("/v1/needs"))
        elif "{match}" in path:
            known = self._known_by(self._post("/v1/needs/{need}/match"))
        if path == "/v1/programme/alliance-members":
            self._make_alliance()
        body = self._body(path)
        response = self._session.post(
            self._url + path.format(**known), json=body, headers=self._headers
        )
        assert response.ok, (path, body, response.text)
        return response

    def _make_alliance(self) -> None:
        alliance = {"name": self._example("/v1/programme/alliance-members")["alliance"]}
        self._session.post(
            f"{self._url}/v1/programme/institutions",
            json={**alliance, "kind": "alliance"},
            headers=self._headers,
        )

    def _body(self, path: str) -> dict[str, Any]:
        body = self._example(path)
        for name in _UNIQUE:
            if isinstance(body.get(name), str):
                body[name] += f" {next(self._numbers)}"
        return body

    def _example(self, path: str) -> dict[str, Any]:
        content = self._document["paths"][path]["post"]["requestBody"]["content"]
        form = content["application/json"]["schema"]
        while "$ref" in form:
            form = self._document["components"]["schemas"][form["$ref"].rpartition("/")[2]]
        return dict(form.get("examples", [{}])[0])

    @staticmethod
    def _known_by(response: requests.Response) -> dict[str, str]:
        body = response.json()
        if "ranking" in body:
            return {"need": body["need_id"], "match": body["results"][0]["match"]}
        return {"need": body["id"]}
