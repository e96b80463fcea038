"""How a contender measures itself."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

ENCODED = 256
"""Passages encoded for the encoding rate."""


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_memory() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def asked() -> tuple[str, dict[str, Any]]:
    """The stage to run and its options, from the command line."""
    return sys.argv[1], json.loads(sys.argv[2])


def answer(measured: dict[str, Any]) -> None:
    """Tell the parent process what was measured."""
    sys.stdout.write("\n" + json.dumps(measured) + "\n")
