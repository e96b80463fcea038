"""The table of record on disk."""

import shutil
import subprocess
from pathlib import Path

import pytest

from matcher.errors import InputError
from scripts.quality.figures import figure
from scripts.quality.record import lost_by_writing, parse_record, previous_record, write_record
from scripts.quality.targets import DEV
from tests.scripts.quality.examples import BETTER, WORSE, record


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = record(BETTER, WORSE, left_out=("dev needs",))
    write_record(tmp_path / "quality.json", written)
    assert parse_record((tmp_path / "quality.json").read_text("utf-8"), "here") == written
    for broken in ("{", "[]", '{"format": 1}', '{"format": 9}'):
        with pytest.raises(InputError, match="here"):
            parse_record(broken, "here")


def test_the_table_of_the_last_commit_is_compared_with(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    assert previous_record(file) is None
    write_record(file, record(WORSE))
    assert previous_record(file) == (record(WORSE), "quality.json as it was")
    if shutil.which("git") is None:
        pytest.skip("there is no git here")
    own = ["-c", "user.name=test", "-c", "user.email=test@sample.example"]
    for words in (["init", "-q"], ["add", "."], [*own, "commit", "-q", "-m", "measured"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    write_record(file, record(BETTER))
    found = previous_record(file)
    assert found is not None and found[0] == record(WORSE) and found[1].startswith("commit ")


def test_a_run_without_data_does_not_replace_one_with_data(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    dev = figure(DEV, "ndcg@10", "engine", [("a", 1.0)])
    assert lost_by_writing(file, record(BETTER, left_out=("dev",))) == ()
    write_record(file, record(dev, BETTER))
    assert lost_by_writing(file, record(BETTER, left_out=("dev",))) == [DEV]
    assert lost_by_writing(file, record(BETTER)) == ()
