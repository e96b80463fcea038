"""Cores of the machine that this process may use."""

import os
from contextlib import suppress

NICENESS = 10
"""Niceness of work in the background: beside it an answer gets nine tenths of a core."""


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no such call
        return os.cpu_count() or 1


def give_way() -> None:
    """Let other processes go first where they want the same core: answers before indexing."""
    with suppress(AttributeError, OSError):  # Windows has no such call
        present = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(present, NICENESS))
