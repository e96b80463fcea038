"""Runs of targets in processes of their own, which are watched from outside."""

import os
import re
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory

from matcher.errors import MatcherError
from scripts.fuzz.drive import drive_by_coverage, drive_by_seed, prepare
from scripts.fuzz.finds import Find, KeptFind, keep, read_finds
from scripts.fuzz.targets import TARGETS
from scripts.fuzz.watch import CURRENT, Watch, read_counts

HANG_SECONDS = 60.0
"""Seconds, by the clock, of one input after which its process counts as one that hangs."""
MAX_MEGABYTES = 1_000
"""Memory by which a process may grow; it begins with about 400 MB."""
SPENT = re.compile(r"([0-9.]+) s of CPU time")
_POLL = 0.05
_MAX_STARTS = 20
"""Starts of a target, each after an input that ended its process."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Order for a run of a target."""

    target: str
    seed: int
    inputs: int
    seconds: float
    """CPU time above which an input is slow."""
    is_guided: bool


@dataclass(frozen=True, slots=True)
class Ran:
    """Result of a run of a target."""

    target: str
    inputs: int
    finds: tuple[KeptFind, ...]
    slowest: float
    """Longest CPU time of an input, in seconds; in a guided run with the cost of its tracing."""
    megabytes: int
    """Peak memory of the process."""
    seconds: float


def warm_up() -> None:
    """Run an input of each target that needs no home, so that processes forked later are warm."""
    with TemporaryDirectory(prefix="matcher-fuzz-") as folder:
        for number, target in enumerate(TARGETS.values()):
            if not target.needs_home:
                prepared = prepare(target, Path(folder) / str(number))
                with suppress(Exception):
                    prepared.run(prepared.seeds[0])


def run(plan: Plan, folder: Path) -> Ran:
    """Run a target, again after an input that ended its process, and look at slow inputs alone."""
    folder.mkdir(parents=True)
    begun, megabytes = time.monotonic(), 0
    for start in range(_MAX_STARTS):
        done, _slowest = read_counts(folder)
        if done >= plan.inputs:
            break
        process = _start(plan, plan.seed + start, plan.inputs - done, folder)
        ended = _wait(process, folder)
        megabytes = max(megabytes, ended.megabytes)
        if ended.find is not None:
            current = folder / CURRENT
            keep(folder, ended.find, current.read_bytes() if current.exists() else b"")
        if not (folder / CURRENT).exists():
            break  # it did not come as far as its first input
    inputs, slowest = read_counts(folder)
    _try_slow_ones_alone(plan, folder)
    seconds = time.monotonic() - begun
    return Ran(plan.target, inputs, tuple(read_finds(folder)), slowest, megabytes, seconds)


def run_file(target: str, file: Path, folder: Path) -> str:
    """Run one input in this process and return its CPU time in words; its error is raised."""
    prepared = prepare(TARGETS[target], folder)
    with suppress(Exception):
        prepared.run(prepared.seeds[0])
    begun = time.process_time()
    try:
        prepared.run(file.read_bytes())
        end = "read"
    except MatcherError as told:
        end = f"told: {told}"
    return f"{time.process_time() - begun:.3f} s of CPU time; {end}"


@dataclass(frozen=True, slots=True)
class _Ended:
    find: Find | None
    megabytes: int


def _start(plan: Plan, seed: int, inputs: int, folder: Path) -> int:
    """Start a process for a target and return its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        target = TARGETS[plan.target]
        prepared = prepare(target, folder)
        watch = Watch(prepared.run, folder, plan.seconds)
        if plan.is_guided:
            _print_to(folder / "log")
            drive_by_coverage(target, watch, prepared, seed, inputs, folder)
        else:
            drive_by_seed(target, watch, prepared, seed, inputs)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _print_to(log: Path) -> None:
    """Let this process, whose library prints much, print to a file."""
    with log.open("a") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)


def _wait(process: int, folder: Path) -> _Ended:
    """Wait for a process, and end it where it hangs or takes too much memory."""
    find: Find | None = None
    most = _megabytes(os.getpid()) + MAX_MEGABYTES  # a forked process begins with what this one has
    number, since = read_counts(folder)[0], time.monotonic()
    while True:
        ended, status, usage = os.wait4(process, os.WNOHANG)
        if ended:
            break
        if number != (now := read_counts(folder)[0]) or not (folder / CURRENT).exists():
            number, since = now, time.monotonic()
        if find is None and (find := _fault(process, time.monotonic() - since, most)) is not None:
            os.kill(process, SIGKILL)
        time.sleep(_POLL)
    code = os.waitstatus_to_exitcode(status)
    if find is None and code:
        find = Find("died", "the process", f"exit status {code}")
    return _Ended(find, usage.ru_maxrss // 1024)


def _fault(process: int, seconds: float, most: int) -> Find | None:
    """Return what is wrong with a process whose input has run for some seconds."""
    if seconds > HANG_SECONDS:
        return Find("hang", "the process", f"an input took more than {HANG_SECONDS:.0f} s")
    if _megabytes(process) > most:
        return Find("memory", "the process", f"{MAX_MEGABYTES} MB more than at its start")
    return None


def _megabytes(process: int) -> int:
    """Return the memory of a process without that of files; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0) // 1024


def _try_slow_ones_alone(plan: Plan, folder: Path) -> None:
    """Run each slow input again, alone and without tracing; keep what is slow then, too."""
    for file in sorted(folder.glob("slow-*")):
        arguments = ["--only", plan.target, "--again", str(file)]
        ran = subprocess.run(
            [sys.executable, "-m", "scripts.fuzz", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        spent = SPENT.search(ran.stdout)
        if spent and float(spent[1]) > plan.seconds:
            keep(folder, Find("slow", "the target", f"{spent[0]}, alone"), file.read_bytes())
