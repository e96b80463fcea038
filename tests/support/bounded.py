"""Work in a process of its own, whose memory is measured and which cannot hang."""

import faulthandler
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

HANG_SECONDS = 120
"""Seconds after which the process is ended; no machine is so slow."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


def megabytes_for(work: Callable[[], None]) -> int:
    """Do something in a forked process and return by how many MB its memory grew at its peak.

    Raises AssertionError where it fails, or does not end.
    """
    before = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    process = os.fork()
    if process == 0:
        status = 1
        try:
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True, file=sys.stderr.fileno())
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    _process, status, usage = os.wait4(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the process failed or did not end, see above"
    return (usage.ru_maxrss * 1024 - before) // 1_000_000
