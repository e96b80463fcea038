"""The server's threads share few heaps of the C library."""

import platform
import subprocess
import sys

import pytest

from matcher.commands.serve import MAX_HEAPS

ALLOCATE = """
import ctypes, sys, threading
from matcher.commands import serve
if sys.argv[1] == "limited":
    serve._limit_heaps()
together, kept = threading.Barrier(12), []
def allocate():
    together.wait()
    kept.append([bytearray(10_000) for _ in range(100)])
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def heaps(way: str) -> int:
    """Count the heaps of a process with twelve threads, as glibc tells them."""
    command = [sys.executable, "-c", ALLOCATE, way]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return told.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="this is about glibc")
def test_the_threads_of_a_server_share_few_heaps() -> None:
    assert heaps("limited") <= MAX_HEAPS < heaps("as usual")
