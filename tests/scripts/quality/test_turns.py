from pathlib import Path

import pytest

from scripts.quality import bodies, turns
from tests.support.engines import CountingEncoder
from tests.support.training_data import write_earlier


def test_encoders_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0, 1, 1, 3, 3, 7, 7, 9, 9, 10, 10, 12])
    monkeypatch.setattr("scripts.quality.turns.perf_counter", lambda: next(clock))
    monkeypatch.setattr(turns, "ROUNDS", 3)
    first, second = CountingEncoder(), CountingEncoder()
    timed = turns.timed_by_turns({"first": first, "second": second}, ["阀", "泵"])
    assert first.encoded == second.encoded == ["阀", "泵"] * 4
    assert timed["first"].seconds == [1, 4, 1] and timed["second"].seconds == [2, 2, 2]
    assert (timed["first"].rate, timed["second"].rate) == (2, 1)
    assert timed["first"].vectors.shape == (2, 64)


def test_bodies_are_compared_in_both_runtimes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(turns, "ROUNDS", 1)
    folders = [str(write_earlier(tmp_path / name)) for name in ("six", "three")]
    bodies.main(folders)
    _heading, _line, *rows = capsys.readouterr().out.splitlines()
    cells = [row.strip("| ").split(" | ") for row in rows]
    kinds = ("titles and abstracts", "titles")
    assert [tuple(own[:3]) for own in cells] == [
        (runtime, kind, folder)
        for runtime in ("OpenVINO", "torch")
        for kind in kinds
        for folder in folders
    ]
    assert {own[4] for own in cells[::2]} == {"1.00"}


def test_bodies_are_compared_of_two_folders_of_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    six = str(write_earlier(tmp_path / "six"))
    for folders, said in (
        ([six], "two different folders"),
        ([six, f"{six}/../earlier"], "two different folders"),
        ([six, str(tmp_path)], "is no folder of a model"),
    ):
        with pytest.raises(SystemExit):
            bodies.main(folders)
        assert said in capsys.readouterr().err
