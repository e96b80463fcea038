"""Locust client of the load test; load.py starts Locust, which runs many of them at once.

Each client has an API key of its own, and waits between two requests as a person or a page does.
"""

import json
import os
import random
import time
from typing import Any

from locust import HttpUser, between, task

from scripts.bench.catalogue import need_texts
from scripts.bench.load import KEYS_VARIABLE

_keys = json.loads(os.environ[KEYS_VARIABLE])
_needs = need_texts()


class Portal(HttpUser):
    """A portal: mostly searches and reads, sometimes saves a need and matches it."""

    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        """Take a key, and read the ids of some patents."""
        self.client.headers["Authorization"] = f"Bearer {_keys.pop()}"
        page = self.client.get("/v1/patents", params={"limit": 100}, name="/v1/patents")
        self._patents = [patent["id"] for patent in page.json()["patents"]]

    @task(5)
    def match(self) -> None:
        """Match a need that is not saved."""
        need = {"need": random.choice(_needs), "k": 10}
        self._ask("POST", "/v1/match", "/v1/match", need)

    @task(3)
    def browse(self) -> None:
        """Read a filtered page of the catalogue and the next one."""
        query: dict[str, Any] = {"limit": 20, "legal_status": "in_force", "facets": True}
        page = self.client.get("/v1/patents", params=query, name="/v1/patents").json()
        if page["next_cursor"]:
            query["cursor"] = page["next_cursor"]
            self.client.get("/v1/patents", params=query, name="/v1/patents")

    @task(3)
    def read_patent(self) -> None:
        """Read a patent, and the patents similar to it."""
        path = f"/v1/patents/{random.choice(self._patents)}"
        self.client.get(path, name="/v1/patents/{n}")
        self._ask("GET", f"{path}/similar", "/v1/patents/{n}/similar")

    @task(2)
    def save_need(self) -> None:
        """Save a need, match it, and read its matches."""
        form = {"title": "负载测试的需求（样例）", "text": random.choice(_needs)}
        need = self.client.post("/v1/needs", json=form).json()
        path = f"/v1/needs/{need['id']}"
        self._ask("POST", f"{path}/match", "/v1/needs/{id}/match", {"k": 5})
        self.client.get(f"{path}/matches", name="/v1/needs/{id}/matches")

    def _ask(self, method: str, path: str, name: str, body: Any = None) -> None:
        """Send a request that needs the model, and send it again when the server says so."""
        while True:
            with self.client.request(
                method, path, name, json=body, catch_response=True
            ) as response:
                if response.status_code != 503 or not _is_overloaded(response):
                    return
                response.request_meta["name"] = f"{name}, told to come later"
                response.success()
            time.sleep(int(response.headers["Retry-After"]))


def _is_overloaded(response: Any) -> bool:
    return str(response.json()["type"]).endswith(":overloaded")
