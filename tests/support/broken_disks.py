"""Disks that are full or read-only, as far as this machine lets a test make them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NO_MOUNT = "this user may not mount a disk here"


def _mounted(*arguments: str) -> bool:
    if os.geteuid() or shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=True)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a disk of so many bytes at a folder, which is made."""
    folder.mkdir(parents=True)
    if not _mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)):
        pytest.skip(NO_MOUNT)
    try:
        yield folder
    finally:
        _unmount(folder)


@contextmanager
def full(disk: Path, *, but: int = 0) -> Iterator[None]:
    """Fill a small disk to its last byte, or all but some bytes, until the end of the block."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 2**16
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
        file.truncate(max(0, file.tell() - but))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nothing be written below a folder: by its mount, or for a user by its permissions."""
    if _mounted("--bind", str(folder), str(folder)):
        try:
            if not _mounted("-o", "remount,bind,ro", str(folder)):
                pytest.skip(NO_MOUNT)
            yield
        finally:
            _unmount(folder)
        return
    if not os.geteuid():
        pytest.skip(NO_MOUNT)  # permissions do not bind root
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    modes = {path: path.stat().st_mode for path in folders}
    try:
        for path in reversed(folders):
            path.chmod(0o555)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def mounted_to_read(folder: Path, target: Path) -> Iterator[None]:
    """Show a folder in another place too, where nothing may be written."""
    if not _mounted("--bind", str(folder), str(target)):
        pytest.skip(NO_MOUNT)
    try:
        if not _mounted("-o", "remount,bind,ro", str(target)):
            pytest.skip(NO_MOUNT)
        yield
    finally:
        _unmount(target)
