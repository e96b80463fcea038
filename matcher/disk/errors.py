"""Failures of a disk, as errors for users: it is full, or nothing may be written there.

Each library says them in its own way: the operating system by a number, SQLite by a code, and
numpy, FAISS and tantivy within a text.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.errors import DiskError, DiskFullError, MatcherError, ReadOnlyError
from matcher.language.library_errors import SQLITE_ERRORS, os_error_text, translate_error
from matcher.language.messages import _

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of errors of a disk, a quota or a file that takes no more."""
NOT_ALLOWED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""Numbers of errors of a place where nothing may be written."""
_IN_RUST = re.compile(r"\bos error (\d+)\)|\bOs \{ code: (\d+),")
"""The number in a text of tantivy."""
_IN_NUMPY = re.compile(r"\d+ requested and \d+ written")
_FULL, _READONLY, _CANTOPEN, _PERM, _IOERR = 13, 8, 14, 3, 10
"""First byte of SQLite's codes."""
_NOT_WRITTEN = frozenset({3, 4, 5, 6, 18, 19})
"""Second byte of its codes of input and output: write, both kinds of fsync, truncate, and -shm."""
_MOVED = 4
"""Second byte of the code of a file that was moved or deleted, which SQLite calls read-only."""


def disk_error(problem: BaseException, folder: Path | None = None) -> DiskError | None:
    """Return the error for a failure to write; None for any other problem.

    The folder is that of the file which the problem names, else the given one.
    """
    if isinstance(problem, DiskError):
        return problem
    named = getattr(problem, "filename", None)
    if isinstance(named, str | bytes | os.PathLike):
        file = Path(os.fsdecode(named))
        if _is_reading(problem, file):
            return None
        folder = file.parent
    number = _number(problem)
    if number in FULL:
        return disk_full(folder, os_error_text(OSError(number, os.strerror(number))))
    if number in NOT_ALLOWED:
        return read_only(folder, os_error_text(OSError(number, os.strerror(number))))
    return _sqlite_error(problem, folder)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Name failures to write into a folder. Raises DiskFullError, ReadOnlyError."""
    try:
        yield
    except MatcherError:
        raise
    except Exception as problem:
        named = disk_error(problem, folder)
        if named is None:
            raise
        raise named from problem


def disk_full(folder: Path | None, reason: str) -> DiskFullError:
    """Return the error of a folder that takes no more."""
    return DiskFullError(
        _(
            "nothing more can be written to {folder} ({reason}): free some space there, then do "
            "the same again",
            folder=folder or _("the output"),
            reason=reason,
        )
    )


def read_only(folder: Path | None, reason: str) -> ReadOnlyError:
    """Return the error of a folder in which nothing may be written."""
    return ReadOnlyError(
        _(
            "{folder} cannot be written ({reason}): give this user the right to write there, or "
            "name another folder",
            folder=folder or _("the output"),
            reason=reason,
        )
    )


def can_write(folder: Path) -> bool:
    """True if files can be made in a folder, as far as its permissions and its mount say."""
    return os.access(folder, os.W_OK | os.X_OK)


def _is_reading(problem: BaseException, file: Path) -> bool:
    """True if it was the reading of a file that was not allowed."""
    number = getattr(problem, "errno", None)
    return number in (errno.EACCES, errno.EPERM) and file.exists() and not os.access(file, os.R_OK)


def _number(problem: BaseException) -> int | None:
    """Return the operating system's number of a problem; None where it has none."""
    number = getattr(problem, "errno", None)
    if isinstance(number, int):
        return number
    if not isinstance(problem, OSError | ValueError | RuntimeError):
        return None
    text = str(problem)
    if said := _IN_RUST.search(text):
        return int(said[1] or said[2])
    if _IN_NUMPY.search(text):
        return errno.ENOSPC
    return next((each for each in FULL | NOT_ALLOWED if os.strerror(each) in text), None)


def _sqlite_error(problem: BaseException, folder: Path | None) -> DiskError | None:
    code = getattr(problem, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    kind, more = code & 0xFF, code >> 8
    reason = translate_error(str(problem), SQLITE_ERRORS)
    if kind == _FULL or (kind == _IOERR and more in _NOT_WRITTEN):
        return disk_full(folder, reason)
    may_not = folder is not None and not can_write(folder)
    is_there = kind in (_READONLY, _PERM) and more != _MOVED
    if is_there or (kind == _CANTOPEN and may_not):
        return read_only(folder, reason)
    return None
