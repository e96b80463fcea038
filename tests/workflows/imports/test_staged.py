"""Files that wait for their import: names, owners, limits, the end after a day."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from matcher.errors import InputError, NotFoundError
from matcher.store.schema.times import now
from matcher.workflows.imports import staged as staged_module
from matcher.workflows.imports.staged import MAX_NAME_CHARACTERS, StagedImports, shown_name
from tests.support.staged_imports import stage


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("导出.xlsx", "导出.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\专利 清单.CSV", "专利 清单.csv"),
        ("a\x00b\nc\u202e.csv.GZ", "abc.csv.gz"),
        ("样例甲 13800000000.xlsx", "样例甲 ***.xlsx"),
        ("...", "file"),
        ("", "file"),
        ("x" * 500 + ".jsonl", "x" * (MAX_NAME_CHARACTERS - 6) + ".jsonl"),
    ],
)
def test_the_name_of_a_file_is_shown_without_folders_controls_and_contacts(
    sent: str, shown: str
) -> None:
    assert shown_name(sent) == shown


def test_files_lie_under_names_of_our_own(tmp_path: Path) -> None:
    imports = StagedImports(tmp_path)
    staged = stage(tmp_path, {"../a.csv": b"1", "b.exe": b"2", "a.csv": b"3"})
    paths = [file.path for file in imports.named_files(staged)]
    assert [path.read_bytes() for path in paths] == [b"1", b"2", b"3"]
    assert {path.parent for path in paths} == {imports.folder(staged.id)}
    assert [path.suffix for path in paths] == [".csv", "", ".csv"]
    assert [file.name for file in staged.files] == ["a.csv", "b.exe", "a (2).csv"]
    if os.name == "posix":
        assert {path.stat().st_mode & 0o077 for path in (*paths, paths[0].parent)} == {0}


def test_an_import_is_its_senders_alone(tmp_path: Path) -> None:
    imports = StagedImports(tmp_path)
    staged = stage(tmp_path, {"a.csv": b"1"}, by="key_a")
    assert imports.find(staged.id, "key_a") == staged
    for identity, by in ((staged.id, "key_b"), ("import_", "key_a"), ("../imports", "key_a")):
        with pytest.raises(NotFoundError):
            imports.find(identity, by)


def test_files_of_an_import_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged_module, "MAX_FILES", 1)
    staged = stage(tmp_path, {"a.csv": b"1"})
    with pytest.raises(InputError, match="1 files at most"):
        StagedImports(tmp_path).add_file(staged, "b.csv", io.BytesIO(b"2"))


def test_a_day_later_an_import_is_gone_unless_it_is_at_work(
    real_clock: None, tmp_path: Path
) -> None:
    """The files have times of the real clock."""
    imports = StagedImports(tmp_path)
    old, busy = (stage(tmp_path, {"a.csv": b"1"}) for _ in range(2))
    imports.delete_expired(now() + timedelta(hours=23), ())
    assert imports.find(old.id, old.by)
    imports.delete_expired(now() + timedelta(hours=25), {busy.id})
    assert [folder.name for folder in imports.root.iterdir()] == [busy.id]
