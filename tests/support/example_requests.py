"""Answers with records in them, from the examples of the OpenAPI document."""

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
"""By path: the route that makes a record for it."""
_NAMED: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "/v1/programme/alliance-members": (
        "alliance",
        "/v1/programme/institutions",
        {"kind": "alliance"},
    ),
    "/v1/programme/pool-patents": ("pool", "/v1/programme/pools", {}),
}
"""By path of a record: the field that names another record, its path and its values."""


class Examples:
    """The document's examples, sent to a server."""

    def __init__(self, document: Mapping[str, Any], url: str, headers: Mapping[str, str]) -> None:
        """Take the document and the server; send nothing."""
        self._document = document
        self._url = url
        self._headers = headers
        self._session = requests.Session()
        self._numbers = count()
        self._open_need: str | None = None

    def answer(self, method: str, path: str) -> requests.Response:
        """Return a successful answer of the route, with at least one record in it."""
        if method == "get":
            maker = _MAKERS.get(path, path)
            known = self._known_by(self._post(maker)) if maker else {}
            response = self._session.get(self._url + path.format(**known), headers=self._headers)
        else:
            response = self._post(path)
        assert response.ok, (method, path, response.text)
        return response

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _post(self, path: str) -> requests.Response:
        known: dict[str, str] = {}
        if "{need}" in path:
            known = self._known_by(self._post("/v1/needs"))
        elif "{match}" in path:
            known = self._known_by(self._post("/v1/needs/{need}/match"))
        body = self._example(path)
        if path.startswith("/v1/programme/"):
            self._make_room(path, body)
        response = self._session.post(
            self._url + path.format(**known), json=body, headers=self._headers
        )
        assert response.ok, (path, body, response.text)
        if path == "/v1/needs":
            self._close_earlier_need(response.json()["id"])
        return response

    def _close_earlier_need(self, need: str) -> None:
        """Close the earlier need, as each open one is matched in reverse matching."""
        if self._open_need is not None:
            self._session.post(
                f"{self._url}/v1/needs/{self._open_need}/close",
                json=self._example("/v1/needs/{need}/close"),
                headers=self._headers,
            )  # a link may have closed it already
        self._open_need = need

    def _make_room(self, path: str, body: dict[str, Any]) -> None:
        """Delete earlier records, make the record that this one names, and give it a new name."""
        listed = self._session.get(self._url + path, headers=self._headers)
        for record in listed.json()["records"]:
            self._session.delete(
                f"{self._url}{path}/{record['id']}", headers={**self._headers, "If-Match": "*"}
            )
        if path in _NAMED:
            field, named_path, more = _NAMED[path]
            named = {"name": body[field], **more}
            self._session.post(self._url + named_path, json=named, headers=self._headers)
        if "name" in body:
            body["name"] += f" {next(self._numbers)}"

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
