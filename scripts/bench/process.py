"""Stages that are measured in processes of their own: options in, JSON out."""

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

PASSAGES_ENCODED = 256
"""Passages encoded for the encoding rate."""

Options = dict[str, Any]
Measured = dict[str, Any]
Stage = Callable[[Options], Measured]


def run_stage(stages: Mapping[str, Stage]) -> None:
    """Run the stage that the command line names, and print its result as the last line.

    The first argument is the name of the stage, the second its options in JSON.
    """
    measured = stages[sys.argv[1]](json.loads(sys.argv[2]))
    sys.stdout.write("\n" + json.dumps(measured) + "\n")


def seconds(work: Callable[[], object]) -> float:
    """Run time of some work in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_memory() -> float:
    """Peak memory of this process so far, in MB."""
    with suppress(OSError, StopIteration):
        # The usage below counts the process that started this one, too.
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
