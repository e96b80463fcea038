"""A temporary home folder with its commands, its keys, and its server."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from matcher.access import api_keys
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import keys
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from scripts.bench.catalogue import SAMPLES, case_records, write_catalogue

EVENT = "负载测试的对接会（样例）"
REWRITTEN = 25
"""Patents that each import changes, so that the catalogue stays as large as it is."""
FORM_FIELDS = ("title", "text", "enterprise")
NEEDS_OF_EVENT = 10


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    process: int
    """Id of its process."""


class Home:
    """A home with patents, an index, an event and keys."""

    def __init__(self, folder: Path, model: str, database_url: str | None) -> None:
        """Take an empty folder."""
        self.log = folder / "server.log"
        self._folder = folder
        own = {k: v for k, v in os.environ.items() if not k.startswith("MATCHER_")}
        self._environment = {
            **own,
            "MATCHER_HOME": str(folder / "home"),
            "MATCHER_MODEL": model,
            "MATCHER_LANGUAGE": "en",
            "MATCHER_PUBLIC_PAGES": "true",
            # What the server itself can carry is measured; all clients have one address.
            "MATCHER_RATE_PER_MINUTE": "0",
            "MATCHER_QUOTA_PER_DAY": "0",
        }
        self.backend = "sqlite"
        if database_url:
            self._environment["MATCHER_DATABASE_URL"] = database_url
            self.backend = make_url(database_url).get_backend_name()
        self._settings = Settings(home=folder / "home", database_url=database_url, model=model)

    def fill(self, patents: int) -> None:
        """Import so many patents, build their index, and create an event."""
        self.import_patents(patents, 0)
        self.run("index")
        needs = self._folder / "needs.jsonl"
        lines = (SAMPLES / "queries.jsonl").read_text("utf-8").splitlines()[:NEEDS_OF_EVENT]
        chosen = [{name: json.loads(line)[name] for name in FORM_FIELDS} for line in lines]
        needs.write_text("\n".join(json.dumps(need, ensure_ascii=False) for need in chosen))
        self.run("event", "create", EVENT, "--needs", str(needs), *_TIMES)

    def import_patents(self, patents: int, edition: int) -> None:
        """Import the catalogue; each edition gives some of its patents another abstract."""
        file = self._folder / "patents.jsonl"
        write_catalogue(file, patents)
        if edition:
            records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            for record in records[-REWRITTEN:]:
                record["abstract"] = f"{record['abstract']}（第{edition}版，样例）"
            lines = [json.dumps(record, ensure_ascii=False) for record in records]
            file.write_text("\n".join(lines), "utf-8")
        self.run("import", str(file))

    def create_keys(self, count: int) -> list[str]:
        """Create API keys with the role portal."""
        pepper = api_keys.make_pepper(self._settings.home, self._settings.pepper)
        made = []
        with open_store(self._settings) as store, store.writing() as connection:
            for _number in range(count):
                secret, name = api_keys.new_secret(), api_keys.new_id()
                hashed = api_keys.hash_secret(secret, pepper)
                keys.add(connection, api_keys.ApiKey(name, Role.PORTAL, hashed, now()))
                made.append(api_keys.format_key(name, secret))
        return made

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """Run the server until the end of the block."""
        with (
            self.log.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                _command("serve", "--port", "0"), env=self._environment, stderr=log
            ) as server,
        ):
            try:
                yield Served(self._url(server), server.pid)
            finally:
                server.terminate()

    def run(self, *arguments: str) -> None:
        """Run a command. Raises CommandError if it fails."""
        ran = subprocess.run(
            _command(*arguments), env=self._environment, check=False, capture_output=True, text=True
        )
        if ran.returncode:
            raise CommandError(f"`matcher {' '.join(arguments)}` failed:\n{ran.stderr}")

    def _url(self, server: "subprocess.Popen[Any]") -> str:
        while server.poll() is None:
            log = self.log.read_text("utf-8")
            if "Serving on " in log and "startup complete" in log:
                return log.split("Serving on ")[1].split(" ")[0]
            time.sleep(0.1)
        raise CommandError(f"the server did not start:\n{self.log.read_text('utf-8')}")


class CommandError(Exception):
    """A command that failed, with what it said."""


_TIMES = ("--date", "2026-12-03", "--slots", "14:00-17:00/20", "--tables", "20")
SAMPLE_PATENTS = len(case_records())
"""Patents of the sample catalogue."""


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "matcher.cli", *arguments]
