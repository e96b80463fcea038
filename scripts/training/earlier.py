"""Weights of an earlier version of the project, which teach the next ones."""

import io
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

from matcher.errors import InputError
from models.fingerprints import checked_files

COMMIT = "01271ba7dfc2d773af437a456661e997d790d1c8"
"""Commit with the weights that ranking distillation gave (docs/experiments/020), and checksums."""
MODEL = "models/bilingual"


def earlier_weights(work: Path) -> Path:
    """Extract the model folder of that commit into the work folder, once, and return it.

    Raises InputError where the history does not have it, ModelError for a damaged file.
    """
    folder = work / COMMIT[:7] / MODEL
    if not folder.exists():
        packed = subprocess.run(
            ["git", "archive", "--format=tar", COMMIT, MODEL], capture_output=True, check=False
        )
        if packed.returncode:
            raise InputError(
                f"the history of this folder has no commit {COMMIT[:7]}, whose weights are the "
                "teacher: fetch it (git fetch --unshallow), or name a folder with --teacher"
            )
        with (
            tempfile.TemporaryDirectory(dir=work) as place,
            tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive,
        ):
            archive.extractall(place, filter="data")
            folder.parent.mkdir(parents=True, exist_ok=True)
            os.replace(Path(place) / MODEL, folder)
    checked_files(folder)
    return folder
