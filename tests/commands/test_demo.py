"""The demo does the whole job on the sample catalogue, and only there."""

import json
from pathlib import Path

import pytest

from matcher.commands import demo as run_demo
from tests.support.command import PATENTS, run, run_json, write_csv


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model for tests, and no home that the environment names."""
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.delenv("MATCHER_HOME", raising=False)


def test_demo_imports_indexes_and_answers_and_a_second_run_reuses_the_work(tmp_path: Path) -> None:
    first, second = (run("demo", "--home", tmp_path, "--json") for _ in range(2))
    for run_result in (first, second):
        assert run_result.exit_code == 0, run_result.stderr
        chinese, english = (json.loads(line) for line in run_result.stdout.splitlines())
        assert "隔膜" in chinese["need"]["text"]
        assert "bearing" in english["need"]["text"]
        for answer in (chinese, english):
            assert len(answer["results"]) == 3
            assert all(result["is_sample"] and result["contact"] for result in answer["results"])
    for step in ("Importing", "Loading the model fake", "Building the index", "Answering"):
        assert f"== {step}" in first.stderr
    assert " 0 known already" not in second.stderr
    assert "The index is up to date" in second.stderr
    state = run_json("info", "--home", tmp_path)
    assert state["patents"] >= 80
    assert state["institutions"] == 8


def test_demo_prints_the_ranking_for_people(tmp_path: Path) -> None:
    result = run("demo", "--home", tmp_path)
    assert result.exit_code == 0
    assert result.stdout.count("\n 1. ") == 2
    assert " · sample\n" in result.stdout
    assert f"matcher match --home {tmp_path}" in result.stderr


@pytest.mark.sqlite
def test_demo_has_a_home_of_its_own_unless_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_demo, "DEMO_HOME", tmp_path / "own")
    assert run("demo", "--json").exit_code == 0
    assert (tmp_path / "own" / "matcher.sqlite").is_file()
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "named"))
    assert run("demo", "--json").exit_code == 0
    assert (tmp_path / "named" / "matcher.sqlite").is_file()


def test_demo_refuses_a_home_with_real_patents(tmp_path: Path) -> None:
    run("import", write_csv(tmp_path / "patents.csv", PATENTS), "--home", tmp_path)
    result = run("demo", "--home", tmp_path)
    assert result.exit_code == 2
    assert "holds patents that are not samples" in result.stderr
    assert run_json("info", "--home", tmp_path)["patents"] == len(PATENTS)
