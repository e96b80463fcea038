"""Builds of matcher that a bench compares: this one, and an older commit in its own environment."""

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from scripts.bench.machine import ROOT

OLDER = "6d8df7a"
"""Commit that today's build is compared with: the last one of the former structure."""
OLDER_FOLDER = ROOT / "var" / "bench"
"""Folder of older builds, kept for the next run."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """Time of a command, in seconds, and its peak memory, in MB."""

    wall: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Build:
    """A build with its own environment; its commands run in a home of their own."""

    name: str
    python: str
    settings: Mapping[str, str] = field(default_factory=dict)

    def run(self, home: Path, *arguments: str | Path) -> Spent:
        """Run a command; returns what it took. Raises CalledProcessError."""
        started = time.perf_counter()
        process = subprocess.Popen(
            self._command(*arguments),
            env=self.environment(home),
            cwd=home.parent,
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        return Spent(
            time.perf_counter() - started,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
        )

    @contextmanager
    def serving(self, home: Path) -> Iterator["Served"]:
        """Run the server until the block ends."""
        log = home.parent / f"{home.name}.log"
        with (
            log.open("w", encoding="utf-8") as file,
            subprocess.Popen(
                self._command("serve", "--port", "0"),
                env=self.environment(home),
                cwd=home.parent,
                stderr=file,
                stdout=file,
            ) as server,
        ):
            try:
                yield Served(server.pid, _port(server, log))
            finally:
                server.terminate()

    def _command(self, *arguments: str | Path) -> list[str]:
        return [self.python, "-m", "matcher.cli", *map(str, arguments)]

    def environment(self, home: Path) -> dict[str, str]:
        """Return the environment of a process that works in a home."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("MATCHER_")}
        return {**own, "MATCHER_HOME": str(home), **self.settings}


@dataclass(frozen=True, slots=True)
class Served:
    """A running server on loopback."""

    process: int
    port: int

    def match(self, text: str) -> None:
        """Answer a need over HTTP. Raises RuntimeError for another status than 200."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        body = json.dumps({"need": {"text": text}})
        connection.request("POST", "/v1/match", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"the server answered {response.status}: {content[:300]!r}")

    def processor_seconds(self) -> float:
        """Return the processor time of the server so far (Linux)."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_memory(self) -> float:
        """Return the peak memory of the server so far, in MB (Linux)."""
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def this_build(settings: Mapping[str, str]) -> Build:
    """Return the build of this working tree."""
    return Build("now", sys.executable, {**settings, "PYTHONPATH": str(ROOT)})


def older_build(commit: str, settings: Mapping[str, str]) -> Build:
    """Return an older build, installed with its own pins if it is not there yet."""
    folder = OLDER_FOLDER / commit
    if not folder.is_dir():
        folder.mkdir(parents=True)
        archive = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, check=True, stdout=subprocess.PIPE
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
    subprocess.run(
        ["bash", "-c", 'source scripts/setup.sh && install ""'],
        cwd=folder,
        check=True,
        stdout=sys.stderr,
    )
    python = folder / ".venv" / "bin" / "python"
    return Build(commit, str(python), {**settings, "PYTHONPATH": str(folder)})


def _port(server: "subprocess.Popen[Any]", log: Path) -> int:
    """Port of a server, read from its log once it has started."""
    while server.poll() is None:
        text = log.read_text("utf-8")
        if "Serving on " in text and "startup complete" in text:
            return int(text.split("Serving on ")[1].split(" ")[0].rstrip("/").rpartition(":")[2])
        time.sleep(0.02)
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8')}")
