"""Run a load test of `matcher serve`, with imports and re-indexing at the same time.

    python -m scripts.bench.load                              # 50 clients for 5 minutes
    python -m scripts.bench.load --clients 10 --seconds 15    # a short test

Prints a Markdown table of requests, failures, times and throughput by route, with the commit and
the machine. Exits with 1 if any request, import or re-index failed. The requests are made by
Locust, which comes with the extra `load` (pip install -e ".[load]"). Run it in the project folder.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from sqlalchemy import make_url

from scripts.bench.catalogue import write_catalogue
from scripts.bench.load_report import table
from scripts.bench.machine import ROOT, describe_commit, describe_machine

CLIENTS_FILE = ROOT / "scripts" / "bench" / "load_clients.py"
KEYS_VARIABLE = "LOAD_KEYS"
"""Environment variable with the API keys of the clients, as a JSON list."""
NEW_PATENTS = 25
"""New patents of each import during the test."""
SPAWN_RATE = 10
"""Clients started in a second."""
STOP_TIMEOUT = 90
"""Seconds that a request may still take when the test ends."""


@dataclass
class BackgroundWork:
    """Imports and re-indexes during the test."""

    imports: int = 0
    indexes: int = 0
    failures: int = 0


def main() -> None:
    """Prepare a home, run the test, print the table, and exit with 1 after a failure."""
    options = _options()
    machine, commit = describe_machine(), describe_commit()
    with tempfile.TemporaryDirectory(prefix="matcher load ") as folder:
        home = _Home(Path(folder), options)
        home.fill(options.patents)
        keys = [home.create_key() for _ in range(options.clients)]
        with home.serving() as url, home.reindexing(options.patents) as background:
            entries = _run_clients(options, url, keys, Path(folder))
        log = home.log.read_text("utf-8")
    print(
        f"Commit {commit}; {machine}\n"
        f"{options.clients} clients for {options.seconds} s on loopback; model {options.model}, "
        f"{options.patents} patents, {home.backend}; meanwhile {background.imports} imports and "
        f"{background.indexes} re-indexes, {background.failures} of them failed\n"
    )
    print(table(entries, options.seconds))
    failures = sum(entry["num_failures"] for entry in entries) + background.failures
    if failures or not entries or not background.indexes:
        print(f"the load test failed; the end of the server's log:\n{log[-2000:]}", file=sys.stderr)
        sys.exit(1)


class _Home:
    """A temporary home folder with its commands and its server."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.log = folder / "server.log"
        self._folder = folder
        own = {k: v for k, v in os.environ.items() if not k.startswith("MATCHER_")}
        self._environment = {
            **own,
            "MATCHER_HOME": str(folder / "home"),
            "MATCHER_MODEL": options.model,
        }
        self.backend = "sqlite"
        if options.database_url:
            self._environment["MATCHER_DATABASE_URL"] = options.database_url
            self.backend = make_url(options.database_url).get_backend_name()

    def fill(self, patents: int) -> None:
        """Import so many patents and build their index."""
        _say("importing and indexing")
        self._run("import", self._write_patents(patents))
        self._run("index")

    def create_key(self) -> str:
        """Create an API key with the role portal."""
        created = json.loads(self._run("keys", "create", "--role", "portal", "--json").stdout)
        return str(created["key"])

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run the server; its URL."""
        _say("starting the server")
        with (
            self.log.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                _command("serve", "--port", "0"), env=self._environment, stderr=log
            ) as server,
        ):
            try:
                yield self._url(server)
            finally:
                server.terminate()

    @contextmanager
    def reindexing(self, patents: int) -> Iterator[BackgroundWork]:
        """Import new patents and re-index, again and again, while the context is open."""
        done, background = Event(), BackgroundWork()

        def work() -> None:
            count = patents
            while not done.is_set():
                count += NEW_PATENTS
                imported = self._run("import", self._write_patents(count), check=False)
                background.imports += 1
                indexed = self._run("index", check=False)
                background.indexes += 1
                for ran in (imported, indexed):
                    if ran.returncode:
                        background.failures += 1
                        print(ran.stderr, file=sys.stderr)

        thread = Thread(target=work)
        thread.start()
        try:
            yield background
        finally:
            done.set()
            thread.join()

    def _url(self, server: "subprocess.Popen[bytes]") -> str:
        while server.poll() is None:
            log = self.log.read_text("utf-8")
            if "Serving on " in log and "startup complete" in log:
                return log.split("Serving on ")[1].split(" ")[0]
            time.sleep(0.1)
        sys.exit(f"the server did not start:\n{self.log.read_text('utf-8')}")

    def _write_patents(self, count: int) -> str:
        file = self._folder / "patents.jsonl"
        write_catalogue(file, count)
        return str(file)

    def _run(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        ran = subprocess.run(
            _command(*arguments), env=self._environment, check=False, capture_output=True, text=True
        )
        if check and ran.returncode:
            sys.exit(f"`matcher {' '.join(arguments)}` failed:\n{ran.stderr}")
        return ran


def _run_clients(
    options: argparse.Namespace, url: str, keys: list[str], folder: Path
) -> list[dict[str, Any]]:
    """Run Locust; its counts by route."""
    _say(f"{options.clients} clients for {options.seconds} s")
    file = folder / "stats"
    arguments = (
        f"--headless --only-summary --skip-log --exit-code-on-error 0 --users {options.clients} "
        f"--spawn-rate {SPAWN_RATE} --run-time {options.seconds}s --stop-timeout {STOP_TIMEOUT}"
    )
    paths = ["-f", str(CLIENTS_FILE), "--host", url, "--json-file", str(file)]
    subprocess.run(
        [sys.executable, "-m", "locust", *arguments.split(), *paths],
        cwd=ROOT,  # so that the clients can import this package
        env={**os.environ, KEYS_VARIABLE: json.dumps(keys)},
        stdout=sys.stderr,
        check=True,
    )
    entries: list[dict[str, Any]] = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return entries


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.load", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--clients", type=int, default=50, help="number of clients")
    parser.add_argument("--seconds", type=int, default=300, help="duration of the test")
    parser.add_argument("--patents", type=int, default=500, help="patents at the beginning")
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    parser.add_argument("--database-url", help="an empty database; by default a SQLite file")
    options = parser.parse_args()
    if min(options.clients, options.seconds, options.patents) < 1:
        parser.error("--clients, --seconds and --patents must be at least 1")
    return options


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "matcher.cli", *arguments]


def _say(stage: str) -> None:
    print(f"== {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
