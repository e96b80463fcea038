"""Many clients at once against `matcher serve`, while imports and re-indexing go on beside it.

    python scripts/bench/load.py                              # 50 clients for 5 minutes
    python scripts/bench/load.py --clients 10 --seconds 15    # a short look

Prints a Markdown table of requests, failures, times and throughput by route, with the commit and
the machine. Ends with 1 if any request, import or re-index failed. Locust, which makes the
requests, comes with the extra "load".
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

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.bench import catalogue  # noqa: E402 - found by the line above
from scripts.bench import machine as circumstances  # noqa: E402
from scripts.bench.load_report import table  # noqa: E402

KEYS = "LOAD_KEYS"  # as scripts/bench/load_clients.py reads it, which only Locust can import
NEW_EACH_TIME = 25
"""Patents that every import brings beside those that are known."""


@dataclass
class Beside:
    """What went on while the clients asked."""

    imports: int = 0
    indexes: int = 0
    failures: int = 0


def main() -> None:
    """Set a home up, load it, print, and end with 1 after a failure."""
    options = _options()
    machine, commit = circumstances.machine(), circumstances.commit()
    with tempfile.TemporaryDirectory(prefix="matcher load ") as folder:
        home = _Home(Path(folder), options)
        home.fill(options.patents)
        keys = [home.key() for _ in range(options.clients)]
        with home.serving() as url, home.changing(options.patents) as beside:
            entries = _clients(options, url, keys, Path(folder))
        log = home.log.read_text("utf-8")
    print(
        f"Commit {commit}; {machine}\n"
        f"{options.clients} clients for {options.seconds} s on loopback; model {options.model}, "
        f"{options.patents} patents, {home.backend}; meanwhile {beside.imports} imports and "
        f"{beside.indexes} re-indexes, {beside.failures} of them failed\n"
    )
    print(table(entries, options.seconds))
    failed = sum(entry["num_failures"] for entry in entries) + beside.failures
    if failed or not entries or not beside.indexes:
        print(f"the load failed; the end of the server's log:\n{log[-2000:]}", file=sys.stderr)
        sys.exit(1)


class _Home:
    """A home folder, the commands that work on it, and its server."""

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
        self._run("import", self._patents(patents))
        self._run("index")

    def key(self) -> str:
        """A new key of a portal."""
        made = json.loads(self._run("keys", "create", "--role", "portal", "--json").stdout)
        return str(made["key"])

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The server; its address."""
        _say("starting the server")
        with (
            self.log.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                _command("serve", "--port", "0"), env=self._environment, stderr=log
            ) as server,
        ):
            try:
                yield self._address(server)
            finally:
                server.terminate()

    @contextmanager
    def changing(self, patents: int) -> Iterator[Beside]:
        """Imports of new patents and re-indexing, one after the other, as long as this is open."""
        done, beside = Event(), Beside()

        def change() -> None:
            count = patents
            while not done.is_set():
                count += NEW_EACH_TIME
                imported = self._run("import", self._patents(count), check=False)
                beside.imports += 1
                indexed = self._run("index", check=False)
                beside.indexes += 1
                for ran in (imported, indexed):
                    if ran.returncode:
                        beside.failures += 1
                        print(ran.stderr, file=sys.stderr)

        thread = Thread(target=change)
        thread.start()
        try:
            yield beside
        finally:
            done.set()
            thread.join()

    def _address(self, server: "subprocess.Popen[bytes]") -> str:
        while server.poll() is None:
            said = self.log.read_text("utf-8")
            if "Serving on " in said and "startup complete" in said:
                return said.split("Serving on ")[1].split(" ")[0]
            time.sleep(0.1)
        sys.exit(f"the server did not start:\n{self.log.read_text('utf-8')}")

    def _patents(self, count: int) -> str:
        file = self._folder / "patents.jsonl"
        catalogue.write_varied(file, count)
        return str(file)

    def _run(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            _command(*words), env=self._environment, check=check, capture_output=True, text=True
        )


def _clients(
    options: argparse.Namespace, url: str, keys: list[str], folder: Path
) -> list[dict[str, Any]]:
    """Let Locust ask; what it counted, by route."""
    _say(f"{options.clients} clients for {options.seconds} s")
    file = folder / "stats"
    clients = str(ROOT / "scripts" / "bench" / "load_clients.py")
    words = (
        f"--headless --only-summary --skip-log --exit-code-on-error 0 --users {options.clients} "
        f"--spawn-rate 10 --run-time {options.seconds}s --stop-timeout 90"
    )
    places = ["-f", clients, "--host", url, "--json-file", str(file)]
    subprocess.run(
        [sys.executable, "-m", "locust", *words.split(), *places],
        env={**os.environ, KEYS: json.dumps(keys)},
        stdout=sys.stderr,
        check=True,
    )
    entries: list[dict[str, Any]] = json.loads(file.with_suffix(".json").read_text("utf-8"))
    return entries


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=50, help="clients at once")
    parser.add_argument("--seconds", type=int, default=300, help="how long they ask")
    parser.add_argument("--patents", type=int, default=500, help="patents at the beginning")
    parser.add_argument("--model", default="builtin", help="name or folder of the model")
    parser.add_argument("--database-url", help="an empty database; by default a SQLite file")
    options = parser.parse_args()
    if min(options.clients, options.seconds, options.patents) < 1:
        parser.error("--clients, --seconds and --patents must be at least 1")
    return options


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "matcher.cli", *words]


def _say(what: str) -> None:
    print(f"== {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
