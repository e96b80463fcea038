"""Files of a home that cannot be made anew from the database, and are no secrets.

Left out are what is derived (`indexes`), what is of the day (`servers.sqlite`, `imports`), and what
opens or signs (`keys.pepper`): that is backed up apart, or a backup would open what it holds.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from matcher.importing.rows import problem_file
from matcher.retrieval import learned_ranker
from matcher.wiring.backup.container import HOME

_WHOLE = frozenset({f"{HOME}/{learned_ranker.FILE}", f"{HOME}/{problem_file.FORMER_FILE}"})


def kept_files(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file that is backed up, with its name in the container."""
    files = [home / learned_ranker.FILE, *problem_file.kept_problem_files(home)]
    for path in files:
        if path.is_file():
            yield f"{HOME}/{path.relative_to(home).as_posix()}", path


def is_kept(name: str) -> bool:
    """True for the name in a container of a file that is backed up."""
    of_problems = PurePosixPath(name).match(f"{HOME}/{problem_file.FOLDER}/*.csv")
    return name in _WHOLE or of_problems


def put_back(folder: Path, home: Path) -> int:
    """Copy files of an opened container into the home; return their number.

    Files that are there stay, but for the learned ranker, which is kept under another name.
    """
    count = 0
    for source in sorted(path for path in folder.rglob("*") if path.is_file()):
        target = home / source.relative_to(folder)
        is_ranker = target == home / learned_ranker.FILE
        if target.exists():
            if not is_ranker or target.read_bytes() == source.read_bytes():
                continue
            target.replace(target.with_name(f"{target.name}.before-restore"))
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.partial")
        shutil.copyfile(source, draft)
        draft.replace(target)
        count += 1
    return count
