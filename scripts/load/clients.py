"""Locust clients of the load test; each waits between two requests as a person or a program does.

The name of a request begins with its kind of work. One that is refused with a time to come again
counts as told, and the client comes again then.
"""

import itertools
import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import gevent
from locust import HttpUser, between, events, task
from locust.env import Environment

from scripts.bench.catalogue import need_texts
from scripts.load.report import TOLD, request_name

KEYS_VARIABLE, LIMIT_VARIABLE = "LOAD_KEYS", "LOAD_REQUESTS"
"""Environment variables with the clients' API keys as a JSON list, and the number of requests after
which the test ends (0: when its time is over)."""
MAX_PAUSE = 30

_keys = json.loads(os.environ.get(KEYS_VARIABLE, "[]"))
_limit = int(os.environ.get(LIMIT_VARIABLE, "0"))
_needs = need_texts()
_sent = itertools.count(1)


@events.init.add_listener  # type: ignore[untyped-decorator]
def _end_after_the_last_request(environment: Environment, **_more: Any) -> None:
    @environment.events.request.add_listener  # type: ignore[untyped-decorator]
    def count(**_request: Any) -> None:
        if next(_sent) == _limit and environment.runner is not None:
            gevent.spawn(environment.runner.quit)  # it waits for the client that came here


class Client(HttpUser):
    """A program with a key that also opens pages: asks, reads, edits, exports."""

    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        """Take a key, and read the ids of some patents."""
        self._key = {"Authorization": f"Bearer {_keys.pop()}"}
        self._patents: list[str] = []

    @task(6)
    def match(self) -> None:
        """Match a need that is not saved."""
        need = {"need": random.choice(_needs), "k": 10}
        self._call("ask", "POST", "/v1/match", json=need)

    @task(3)
    def ask_page(self) -> None:
        """Open the page of an answer."""
        self._call("page", "GET", "/", f"/?q={quote(random.choice(_needs)[:400])}")

    @task(3)
    def browse(self) -> None:
        """Read a filtered page of the catalogue, and open the catalogue."""
        query = {"limit": 20, "legal_status": "in_force", "facets": True}
        self._call("read", "GET", "/v1/patents", params=query)
        self._call("page", "GET", "/catalogue")

    @task(3)
    def read_patent(self) -> None:
        """Read a patent, the patents similar to it, and open its page."""
        patent = self._patent()
        if patent is None:
            return
        self._call("read", "GET", "/v1/patents/{n}", f"/v1/patents/{patent}")
        self._call("ask", "GET", "/v1/patents/{n}/similar", f"/v1/patents/{patent}/similar")
        self._call("page", "GET", "/patents/{n}", f"/patents/{patent}")

    @task(3)
    def edit(self) -> None:
        """Save a need, match it, change it, and read its matches."""
        form = {"title": "负载测试的需求（样例）", "text": random.choice(_needs)}
        saved = self._call("edit", "POST", "/v1/needs", json=form)
        if saved is None:
            return
        path, version = f"/v1/needs/{saved.json()['id']}", saved.headers["etag"]
        self._call("ask", "POST", "/v1/needs/{id}/match", f"{path}/match", json={"k": 5})
        change, same = {"budget_wan": random.randint(1, 99)}, {"If-Match": version}
        self._call("edit", "PATCH", "/v1/needs/{id}", path, json=change, headers=same)
        self._call("read", "GET", "/v1/needs/{id}/matches", f"{path}/matches")

    @task(1)
    def export(self) -> None:
        """Take the catalogue as a file."""
        form = random.choice(("csv", "xlsx"))
        self._call("export", "GET", f"/catalogue.{form}")

    def _patent(self) -> str | None:
        """Return the id of some patent; None while the server is too busy to name any."""
        if not self._patents:
            page = self._call("read", "GET", "/v1/patents", params={"limit": 100})
            self._patents = [] if page is None else [p["id"] for p in page.json()["patents"]]
        return random.choice(self._patents) if self._patents else None

    def _call(
        self, kind: str, method: str, route: str, path: str | None = None, **more: Any
    ) -> Any:
        """Send a request; return its answer, or after the time that was told None."""
        if route.startswith("/v1/"):
            more["headers"] = {**self._key, **more.get("headers", {})}
        else:
            more["headers"] = {"Accept": "text/html"}
        with self._noted(kind, method, route, path or route, **more) as answer:
            is_told = answer.status_code in (429, 503) and "retry-after" in answer.headers
            if is_told:
                answer.request_meta["name"] = request_name(kind, TOLD)
                answer.success()
        if is_told:
            time.sleep(min(MAX_PAUSE, int(answer.headers["retry-after"])))
        return None if is_told or not answer.ok else answer

    @contextmanager
    def _noted(self, kind: str, method: str, route: str, path: str, **more: Any) -> Iterator[Any]:
        name = request_name(kind, f"{method} {route}")
        with self.client.request(method, path, name, catch_response=True, **more) as answer:
            yield answer
