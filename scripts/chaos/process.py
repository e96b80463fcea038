"""Commands in processes of their own, which can be killed at any moment.

A process is forked from this one, which has imported everything that takes long: so a kill costs
the command's own time, not that of its imports. Some are started anew as a user starts them.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from scripts.chaos.acts import Acts

ACTS = "acts"
"""File for the number of acts of a command."""
KILLED = -int(signal.SIGKILL)
WAIT_SECONDS = 300
"""Time after which a process that should have ended is taken for one that hangs."""

Way = Literal["forked", "started"]
"""Forked from this process, or started as its own program."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line of `matcher`, its environment, and the folder for what it prints."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True)
class Ended:
    """End of a process: its exit status, or the negative number of a signal, and its output."""

    status: int
    seconds: float
    stdout: str
    stderr: str
    acts: int
    """Commits and changes of files of a forked process that was not killed."""


def warm_up() -> None:
    """Import what the commands import, so that the forked ones have it already."""

    import models.fake
    import models.loading  # noqa: F401 - they are all imported for later


def run(command: Command, way: Way = "forked") -> Ended:
    """Run a command to its end."""
    return _wait(command, _start(command, way), time.monotonic())


def kill(command: Command, delay: float, way: Way = "forked", *, group: bool = False) -> Ended:
    """Run a command and kill it after a delay in seconds, or its whole group of processes."""
    begun = time.monotonic()
    process = _start(command, way)
    time.sleep(delay)
    with suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(process, signal.SIGKILL)
    ended = _wait(command, process, begun)
    _wait_for_group(process)
    return ended


def kill_at_act(command: Command, act: int, *, group: bool = False) -> Ended:
    """Run a command and let it be killed just before the act of this number."""
    begun = time.monotonic()
    process = _start(command, "forked", act, group=group)
    ended = _wait(command, process, begun)
    _wait_for_group(process)
    return ended


def ask(environment: Mapping[str, str], read: Callable[[], Any], output: Path) -> Any:
    """Read something in a forked process, so that nothing of it stays open in this one.

    The result goes as JSON through the file `output`. Raises RuntimeError where it fails.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.environ.clear()
            os.environ.update(environment)
            output.write_text(json.dumps(read(), ensure_ascii=False), encoding="utf-8")
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            _leave(status)
    _pid, status = os.waitpid(process, 0)
    if status != 0:
        raise RuntimeError("a home could not be read; the traceback is above")
    return json.loads(output.read_text(encoding="utf-8"))


def _start(command: Command, way: Way, act: int | None = None, *, group: bool = False) -> int:
    """Start a command and return its process, which kills itself before an act."""
    command.folder.mkdir(parents=True, exist_ok=True)
    (command.folder / ACTS).unlink(missing_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        os.setsid()
        for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
            _redirect(command.folder / name, number)
        if way == "started":
            program = [sys.executable, "-m", "matcher.cli", *command.arguments]
            os.execve(sys.executable, program, dict(command.environment))
        os.environ.clear()
        os.environ.update(command.environment)
        acts = Acts(act, lambda: (os.killpg if group else os.kill)(os.getpid(), signal.SIGKILL))
        status = _run_here(command.arguments)
        acts.write(command.folder / ACTS)
    finally:
        _leave(status)


def _run_here(arguments: Sequence[str]) -> int:
    from matcher.cli import main

    sys.argv = ["matcher", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def _redirect(file: Path, number: int) -> None:
    """Open a file as one of the standard streams; stdin is empty."""
    if number == 0:
        opened = os.open(os.devnull, os.O_RDONLY)
    else:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(opened, number)
    os.close(opened)


def _leave(status: int) -> NoReturn:
    """End a forked process without what this program does at its own end."""
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def _wait(command: Command, process: int, begun: float) -> Ended:
    deadline = begun + WAIT_SECONDS
    while True:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            break
        if time.monotonic() > deadline:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            raise RuntimeError(f"matcher {' '.join(command.arguments)} did not end")
        time.sleep(0.002)
    seconds = time.monotonic() - begun
    stdout, stderr = (
        (command.folder / name).read_text(encoding="utf-8", errors="replace")
        if (command.folder / name).exists()
        else ""
        for name in ("stdout", "stderr")
    )
    counted = command.folder / ACTS
    acts = int(counted.read_text(encoding="ascii")) if counted.exists() else 0
    return Ended(os.waitstatus_to_exitcode(status), seconds, stdout, stderr, acts)


def _wait_for_group(process: int) -> None:
    """Wait until no process that a killed one started works on."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise RuntimeError("a process that the killed one started did not end")
