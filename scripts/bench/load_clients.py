"""What one client of the load does; Locust runs many of them at once (load.py starts it).

Every client has a key of its own, and waits between two requests as a person or a page does.
"""

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from locust import HttpUser, between, task

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.bench import catalogue

KEYS = "LOAD_KEYS"
"""The environment variable with the clients' keys, as a JSON list."""
_keys = json.loads(os.environ[KEYS])
_needs = catalogue.needs()


class Portal(HttpUser):
    """Mostly asks and reads; sometimes a need is kept, matched and looked up again."""

    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        """Take a key, and learn which patents there are."""
        self.client.headers["Authorization"] = f"Bearer {_keys.pop()}"
        page = self.client.get("/v1/patents", params={"limit": 100}, name="/v1/patents")
        self._patents = [patent["id"] for patent in page.json()["patents"]]

    @task(5)
    def ask(self) -> None:
        """Which patents answer a need."""
        self.client.post("/v1/match", json={"need": random.choice(_needs), "k": 10})

    @task(3)
    def browse(self) -> None:
        """A filtered page of the catalogue and the next one."""
        query: dict[str, Any] = {"limit": 20, "legal_status": "in_force", "facets": True}
        page = self.client.get("/v1/patents", params=query, name="/v1/patents").json()
        if page["next_cursor"]:
            query["cursor"] = page["next_cursor"]
            self.client.get("/v1/patents", params=query, name="/v1/patents")

    @task(3)
    def look_at_one(self) -> None:
        """A patent, and those like it."""
        path = f"/v1/patents/{random.choice(self._patents)}"
        self.client.get(path, name="/v1/patents/{n}")
        self.client.get(f"{path}/similar", name="/v1/patents/{n}/similar")

    @task(2)
    def keep_a_need(self) -> None:
        """Hand in a need, match it, look its matches up, close it."""
        form = {"title": "负载测试的需求（样例）", "text": random.choice(_needs)}
        made = self.client.post("/v1/needs", json=form).json()
        path = f"/v1/needs/{made['id']}"
        self.client.post(f"{path}/match", json={"k": 5}, name="/v1/needs/{id}/match")
        self.client.get(f"{path}/matches", name="/v1/needs/{id}/matches")
