"""Kills of running commands: nothing is lost, and what would be a loss is found."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.chaos.judgement import Ends, judge
from scripts.chaos.kills import Kill, draw
from scripts.chaos.operations import Operation
from scripts.chaos.parts import needs_apart
from scripts.chaos.report import table
from scripts.chaos.state import State

KILLS = 12
NAMES = ["import", "embed", "publish"]
BEFORE = State(("answer 1",), (("patents", "one"),), ("index by admin",), (), ())
AFTER = State(
    ("answer 2",),
    (("patents", "one"), ("patents", "two")),
    ("index by admin", "import by admin"),
    (),
    (),
)
ENDS = Ends(BEFORE, AFTER, "old", "new", 1.0)
IMPORT = Operation("import", "ready", ("import", "file"))


def side(state: State, valid: str = "old", operation: Operation = IMPORT) -> str:
    found, problems = judge(operation, ENDS, state, valid)
    assert (found == "lost") == bool(problems)
    return found


@pytest.mark.usefixtures("real_clock")
def test_twelve_kills_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.chaos", "--seed", "22", "--kills", str(KILLS)]
    ended = subprocess.run(
        [*command, "--folder", str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        timeout=1800,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"seed 22, {KILLS} kills" in ended.stdout and "LOSS" not in ended.stdout
    assert ended.stdout.splitlines()[-1].startswith(f"| all | {KILLS} |")
    assert list(tmp_path.iterdir()) == []


def test_a_seed_decides_the_kills() -> None:
    plans = draw(7, 60, NAMES)
    assert plans == draw(7, 60, NAMES) != draw(8, 60, NAMES)
    assert set(Counter(plan.operation for plan in plans).values()) == {20}
    assert {plan.way for plan in plans} == {"forked", "started"}
    assert {plan.group for plan in plans} == {True, False}
    assert all(0 < plan.share <= 1 for plan in plans)
    assert {plan.by for plan in plans if plan.way == "forked"} == {"time", "acts"}
    assert {plan.by for plan in plans if plan.way == "started"} == {"time"}
    assert draw(7, 12, NAMES) == plans[:12]


def test_the_old_and_the_new_state_are_no_loss() -> None:
    assert side(BEFORE) == "old"
    assert side(AFTER, "new") == "new"


def test_everything_else_is_a_loss() -> None:
    half = replace(AFTER, records=AFTER.records[:1])
    assert side(half, "new") == "lost", "answers of one state, records of another"
    assert side(replace(BEFORE, answers=("answer 3",))) == "lost"
    assert side(replace(AFTER, acts=BEFORE.acts), "new") == "lost", "an act without its row"
    assert side(replace(BEFORE, faults=("audit trail: broken",))) == "lost"
    assert side(BEFORE, "unseen") == "lost", "a secret that nobody has seen"
    assert side(AFTER, "old") == "lost", "records that are new, and the old secret"
    twice = replace(BEFORE, records=BEFORE.records * 2)
    assert side(twice) == "lost", "a record that is there twice"


def test_needs_of_an_event_may_each_be_old_or_new_but_whole() -> None:
    run = Operation("event run", "ready", ("event", "match", "x"), needs_apart)
    first = (("event_needs", "<need 1 a> waiting"), ("event_needs", "<need 2 b> waiting"))
    last = (
        ("event_needs", "<need 1 a> matched"),
        ("event_needs", "<need 2 b> matched"),
        ("shown", "<need 1 a> 1"),
        ("shown", "<need 2 b> 1"),
    )
    before, after = replace(BEFORE, records=first), replace(BEFORE, records=last)
    ends = Ends(before, after, "", "", 1.0)
    between = replace(BEFORE, records=(last[0], last[2], first[1]))
    assert judge(run, ends, between, "") == ("between", [])
    torn = replace(BEFORE, records=(last[0], first[1]))
    assert judge(run, ends, torn, "")[0] == "lost"


def test_the_table_counts_each_operation() -> None:
    plans = draw(7, 6, NAMES)
    kills = [
        Kill(plan, 0.1, "lost" if plan.number == 1 else "old", ("x",) * (plan.number == 1), "home")
        for plan in plans
    ]
    lines = table(kills).splitlines()
    assert len(lines) == 2 + len(NAMES) + 1
    assert lines[-1].startswith("| all | 6 |") and lines[-1].endswith("| 5 | 0 | 0 | 1 |")
