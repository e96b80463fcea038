import subprocess
import sys
from pathlib import Path

import pytest
import time_machine

from indexes import generations
from matcher.errors import IndexUnavailableError


def publish(root: Path, content: str) -> Path:
    with generations.building(root) as folder:
        (folder / "content").write_text(content)
    published = generations.current(root)
    assert published is not None
    return published


def test_before_the_first_build_no_generation_is_published(tmp_path: Path) -> None:
    assert generations.current(tmp_path) is None
    assert generations.current(tmp_path / "absent") is None


def test_a_build_is_published_only_when_it_is_done(tmp_path: Path) -> None:
    root = tmp_path / "a folder"
    old = publish(root, "old")
    with generations.building(root) as folder:
        assert list(folder.iterdir()) == []
        (folder / "content").write_text("new")
        assert generations.current(root) == old
    new = generations.current(root)
    assert new is not None and new != old
    assert (new / "content").read_text() == "new"
    assert (old / "content").read_text() == "old"  # for its readers


def test_a_failed_build_leaves_the_published_generation_and_no_files(tmp_path: Path) -> None:
    old = publish(tmp_path, "old")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(RuntimeError), generations.building(tmp_path) as folder:
        (folder / "content").write_text("half")
        raise RuntimeError("no space left")
    assert generations.current(tmp_path) == old
    assert sorted(path.name for path in tmp_path.iterdir()) == before


KILLED = """
import os, sys
from pathlib import Path
from indexes import generations
with generations.building(Path(sys.argv[1])) as folder:
    (folder / "content").write_text("half")
    os.kill(os.getpid(), 9)
"""


def test_a_build_works_after_a_killed_one(tmp_path: Path) -> None:
    old = publish(tmp_path, "old")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert killed.returncode == -9
    assert generations.current(tmp_path) == old
    assert (old / "content").read_text() == "old"
    assert (publish(tmp_path, "new") / "content").read_text() == "new"


def test_a_killed_publication_leaves_the_published_generation(tmp_path: Path) -> None:
    old = publish(tmp_path, "old")
    (tmp_path / f"{generations.POINTER}.new").write_text("000009-0123abcd")  # not yet renamed
    (tmp_path / "000009-0123abcd").mkdir()
    assert generations.current(tmp_path) == old
    generations.tidy(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != ".") == [
        old.name,
        generations.POINTER,
    ]
    publish(tmp_path, "new")


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    with (
        generations.building(tmp_path),
        pytest.raises(IndexUnavailableError, match="another process is building"),
        generations.building(tmp_path),
    ):
        pass
    assert generations.current(tmp_path) is not None


def test_the_published_generation_and_the_one_before_stay_on_disk(tmp_path: Path) -> None:
    published = [publish(tmp_path, str(number)) for number in range(4)]
    assert [folder.is_dir() for folder in published] == [False, False, True, True]


def test_generations_that_a_kill_left_undeleted_are_pruned(tmp_path: Path) -> None:
    published = [publish(tmp_path, str(number)) for number in range(2)]
    (tmp_path / "000000-0123abcd").mkdir()
    generations.tidy(tmp_path)
    assert [folder.is_dir() for folder in published] == [True, True]
    assert not (tmp_path / "000000-0123abcd").exists()


def test_generations_are_ordered_by_number_whatever_the_clock_says(tmp_path: Path) -> None:
    (tmp_path / "20990101T000000.000000Z").mkdir()  # of an earlier version, or of a wrong clock
    (tmp_path / generations.POINTER).write_text("20990101T000000.000000Z\n")
    with time_machine.travel("1999-01-01T00:00:00Z"):
        first, second = publish(tmp_path, "first"), publish(tmp_path, "second")
    assert (second / "content").read_text() == "second" and first.is_dir()
    assert not (tmp_path / "20990101T000000.000000Z").exists()
    assert [folder.name[:7] for folder in (first, second)] == ["000001-", "000002-"]


def test_other_folders_beside_the_generations_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for number in range(3):
        publish(tmp_path, str(number))
    assert (tmp_path / "notes").is_dir()


def test_tidying_leaves_a_running_build_alone(tmp_path: Path) -> None:
    with generations.building(tmp_path) as folder:
        generations.tidy(tmp_path)
        (folder / "content").write_text("whole")
    published = generations.current(tmp_path)
    assert published is not None and (published / "content").read_text() == "whole"


def test_a_missing_folder_of_the_published_generation_is_an_error(tmp_path: Path) -> None:
    (tmp_path / generations.POINTER).write_text("20260101T000000Z\n")
    with pytest.raises(IndexUnavailableError, match="is gone"):
        generations.current(tmp_path)


def test_more_generations_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    published = []
    for number in range(5):
        with generations.building(tmp_path, keep=3) as folder:
            (folder / "content").write_text(str(number))
        published.append(generations.current(tmp_path) or tmp_path)
    assert [folder.is_dir() for folder in published] == [False, False, True, True, True]
    generations.tidy(tmp_path, keep=2)
    assert [folder.is_dir() for folder in published[2:]] == [False, True, True]
