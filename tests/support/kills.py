"""The `matcher` command in a process that kills itself at a chosen point."""

import subprocess
import sys
from pathlib import Path
from typing import Literal

from tests.support.command import process_environment

_CHILD = """
import os, signal, sys
from importlib import import_module
module, name, when, nth = sys.argv[1:5]
owner = import_module(module)
plain = getattr(owner, name)
calls = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def dying(*given, **named):
    global calls
    calls += 1
    if calls < int(nth):
        return plain(*given, **named)
    if when == "before":
        die()
    plain(*given, **named)
    die()

setattr(owner, name, dying)
sys.argv = ["matcher", *sys.argv[5:]]
from matcher.cli import main
main()
"""


def killed(
    point: str, when: Literal["before", "after"], *arguments: str | Path, home: Path, nth: int = 1
) -> str:
    """Run the command, kill it at the nth call of `module:function`; return what it printed."""
    module, _, name = point.partition(":")
    ended = subprocess.run(
        [sys.executable, "-c", _CHILD, module, name, when, str(nth), *map(str, arguments)],
        env=process_environment(home),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -9, (ended.returncode, ended.stderr.decode())
    return ended.stdout.decode()
