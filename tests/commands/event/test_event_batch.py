"""A batch that was killed goes on with the needs that are left, and leaves the same answers."""

from pathlib import Path
from typing import Any

import pytest

from matcher.settings import Settings
from matcher.store import events, rankings
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support.command import PATENTS, run, run_json, write_csv
from tests.support.import_files import write_csv as write_rows
from tests.support.kills import killed

EVENT = "春季对接会（样例）"
NEEDS = (
    ("需求编号", "企业名称", "需求名称", "主要问题"),
    ("A1", "样例电池公司", "耐高温隔膜", "锂离子电池隔膜在150℃下收缩"),
    ("A2", "样例机器公司", "柔性夹爪", "夹爪抓取易碎零件时留下压痕"),
    ("A3", "样例机器公司", "轴承故障", "希望从振动信号早发现轴承故障"),
)
MATCH = ("event", "match", EVENT, "--again", "--json")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("MATCHER_HOME", str(folder))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    run_json("import", write_csv(tmp_path / "patents.csv", PATENTS))
    build_index(Settings())
    needs = write_rows(tmp_path / "需求.csv", NEEDS)
    run_json("event", "create", EVENT, "--needs", needs, "--per-need", "2")
    return folder


def answers() -> list[Any]:
    """State, answer and shown results of each need of the event."""
    with open_store(Settings()) as store, store.reading() as connection:
        kept: list[Any] = []
        for need in events.needs_of(connection, EVENT):
            ranking = need.ranking and rankings.find(connection, need.need.id, need.ranking)
            shown = [result for _match, result in ranking.results] if ranking else []
            kept.append((need.state, need.problem, ranking and ranking.answer, shown))
    return kept


def listed() -> Any:
    """The event as it is shown."""
    return run_json("event", "show", EVENT)


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("point", ["matcher.store.rankings:add", "matcher.store.events:set_answer"])
def test_the_next_run_goes_on_and_its_answers_are_those_of_an_undisturbed_run(
    home: Path, point: str, nth: int
) -> None:
    assert run_json(*MATCH[:-1])["resumed"] == 0
    whole, shown = answers(), listed()
    killed(point, "after", *MATCH, home=home, nth=nth)
    states = [need["state"] for need in listed()["needs"]]
    assert states == ["matched"] * (nth - 1) + ["waiting"] * (4 - nth)
    said = run(*MATCH[:-1])
    assert said.exit_code == 0 and ("went on" in said.stderr) == (nth > 1)
    assert answers() == whole and listed() == shown
    assert run_json(*MATCH[:-1]) == {"matched": 3, "failed": 0, "skipped": 0, "resumed": 0}


def test_a_batch_that_was_killed_after_its_last_answer_is_only_closed(home: Path) -> None:
    point = "matcher.workflows.events.versions:store_state"
    killed(point, "before", "event", "match", EVENT, home=home)
    done = run_json("event", "match", EVENT)
    assert done == {"matched": 0, "failed": 0, "skipped": 3, "resumed": 3}
    assert run_json("event", "match", EVENT)["resumed"] == 0


@pytest.mark.parametrize("change", ["index", "length", "language"])
def test_what_was_done_with_other_inputs_is_done_anew(
    home: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed("matcher.store.rankings:add", "before", "event", "match", EVENT, home=home, nth=3)
    if change == "index":
        build_index(Settings(), full=True)
    elif change == "length":
        run_json("event", "set", EVENT, "--per-need", "1")
    else:
        monkeypatch.setenv("MATCHER_LANGUAGE", "zh")
    done = run_json("event", "match", EVENT)
    assert done == {"matched": 3, "failed": 0, "skipped": 0, "resumed": 0}


def test_shortlists_from_before_a_killed_batch_stay(tmp_path: Path, home: Path) -> None:
    run_json("event", "match", EVENT)
    more = write_rows(
        tmp_path / "more.csv",
        (NEEDS[0], ("A4", "样例丁公司", "夹爪", "硅胶手指"), ("A5", "样例丁公司", "隔膜", "收缩")),
    )
    run_json("event", "set", EVENT, "--needs", more)
    killed("matcher.store.rankings:add", "before", "event", "match", EVENT, home=home, nth=2)
    build_index(Settings(), full=True)
    done = run_json("event", "match", EVENT)
    assert done == {"matched": 2, "failed": 0, "skipped": 3, "resumed": 0}
