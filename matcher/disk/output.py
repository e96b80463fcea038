"""Files for people: written whole beside their place, then put there; a failure leaves nothing."""

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from matcher.disk.errors import disk_error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, in the place of one of the same name. Raises DiskError, OSError.

    What is no file, such as /dev/stdout, is written as it is.
    """
    is_file = path.is_file() or not path.exists()
    place = path.resolve()
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}") if is_file else path
    try:
        draft.write_bytes(content)
        if is_file:
            if place.exists():
                shutil.copymode(place, draft)
            draft.replace(place)
    except OSError as problem:
        if is_file:
            with suppress(OSError):
                draft.unlink()
        problem.filename = str(path)
        named = disk_error(problem)
        if named is not None:
            raise named from problem
        raise
