"""Meetings by hand, slots and tables as they are set, and the deletion, through the commands."""

from pathlib import Path

import pytest

from tests.commands.event.test_event_commands import (
    EVENT,
    NEEDS,
    create,
    done,
    event_json,
)
from tests.commands.event.test_event_commands import home as home
from tests.support.command import run
from tests.support.import_files import write_csv

FIRM, TEAM = "样例电池公司", "样例大学/储能材料团队"


def planned(tmp_path: Path) -> None:
    create(tmp_path)
    event_json("match", EVENT)
    event_json("plan", EVENT)


def seat() -> tuple[str, str]:
    meetings = event_json("show", EVENT)["plan"]["meetings"]
    (own,) = [meeting for meeting in meetings if meeting["firm"] == FIRM]
    return own["slot"], own["table"]


def test_a_meeting_is_moved_cancelled_added_and_taken_back(tmp_path: Path) -> None:
    planned(tmp_path)
    slot = next(slot for slot in ("14:00-14:20", "14:20-14:40") if slot != seat()[0])
    done("cancel", EVENT, "样例机器", "储能", "--reason", "不来")
    said = run("event", "move", EVENT, FIRM, "储能", "--slot", slot[:5], "--by", "样例员")
    assert said.exit_code == 0 and f"{FIRM} – {TEAM}" in said.stderr and "→" in said.stderr
    assert seat()[0] == slot
    assert event_json("plan", EVENT)["figures"]["moved"] == 0
    assert seat()[0] == slot
    late = run("event", "move", EVENT, FIRM, "储能", "--slot", "14:40")
    assert late.exit_code != 0 and "is not there then (it comes at 14:00-14:20, 14:20-14:40)" in (
        late.stderr
    )
    chinese = run("--language", "zh", "event", "move", EVENT, FIRM, "储能", "--slot", "14:40")
    assert "该时段不到场" in chinese.stderr
    rows = event_json("edits", EVENT)
    assert [(row["kind"], row["meeting"]) for row in rows] == [
        ("cancel_meeting", f"样例机器公司 – {TEAM}"),
        ("move_meeting", f"{FIRM} – {TEAM}"),
    ]
    assert rows[1]["made_by"] == "样例员" and "改期" not in done("edits", EVENT)
    done("undo", EVENT)
    assert "add-meeting" not in done("edits", EVENT)
    unclear = run("event", "move", EVENT, FIRM, "储能")
    assert unclear.exit_code == 2 and "give --slot or --table" in unclear.stderr


def test_the_figures_of_a_plan_are_told(tmp_path: Path) -> None:
    planned(tmp_path)
    again = run("event", "plan", EVENT)
    count = len(event_json("show", EVENT)["plan"]["meetings"])
    assert f"Of the plan before: {count} kept, 0 moved, 0 gone; 0 are new.\n" in again.stderr


def test_a_plan_tells_the_needs_that_are_not_matched_yet(tmp_path: Path) -> None:
    create(tmp_path)
    assert "3 needs have no shortlist yet and are not planned" in run("event", "plan", EVENT).stderr
    empty = run("event", "pin", EVENT, "1", "#1")
    assert empty.exit_code == 2 and "need 1 has no shortlist yet" in empty.stderr


def test_the_figures_of_a_plan_agree_with_the_difference(tmp_path: Path) -> None:
    """What was taken out of the plan as no longer holding is gone in both."""
    planned(tmp_path)
    done("review", EVENT)
    event_json("set", EVENT, "--slots", "14:20-14:40")
    figures = event_json("plan", EVENT)["figures"]
    lines = event_json("diff", EVENT, "1")
    gone, moved, new = (
        sum(line.startswith(word) for line in lines)
        for word in ("meeting cancelled", "moved", "new meeting")
    )
    assert (figures["dropped"], figures["moved"], figures["added"]) == (gone, moved, new)
    assert figures["meetings"] == figures["kept"] + moved + new == 1 and gone == 1


def test_all_who_take_part_are_listed_though_no_sheet_names_them(tmp_path: Path) -> None:
    needs = write_csv(tmp_path / "n.csv", NEEDS)
    event_json("create", EVENT, "--needs", needs, "--slots", "14:00-15:00/20", "--tables", "2")
    event_json("match", EVENT)
    shown, planned = event_json("show", EVENT), event_json("plan", EVENT)
    assert [firm["enterprise"] for firm in shown["firms"]] == [FIRM, "样例机器公司"]
    teams = {f"{team['institution']}/{team['team']}" for team in shown["teams"]}
    assert teams >= {meeting["team"] for meeting in planned["meetings"]} != set()


def test_a_published_event_that_is_set_is_a_draft_and_its_plan_is_refused(tmp_path: Path) -> None:
    planned(tmp_path)
    done("review", EVENT)
    done("publish", EVENT)
    same = event_json("set", EVENT, "--tables", "2")
    assert event_json("show", EVENT)["state"] == "published"
    assert same["notes"] == ["slots (3): 14:00-14:20, 14:20-14:40, 14:40-15:00", "tables (2): 1, 2"]
    notes = event_json("set", EVENT, "--slots", "14:00-14:20,14:20-17:20")["notes"]
    assert notes[0] == "slots (10): 14:00-14:20, 14:20-14:40 … 17:00-17:20"
    assert any("the event is a draft again" in note for note in notes)
    assert any("the plan is older than the event" in note for note in notes)
    assert [event["state"] for event in event_json("list")] == ["draft"]
    refused = run("event", "review", EVENT)
    assert refused.exit_code != 0 and "slots: 14:00-14:20, 14:20-14:40" in refused.stderr
    assert any(line.startswith("slots: ") for line in event_json("diff", EVENT, "2"))


def test_a_long_slot_is_questioned(tmp_path: Path) -> None:
    made = event_json("create", "长", "--slots", "14:00-17:00/180", "--tables", "3")
    assert made["notes"] == [
        "slots (1): 14:00-17:00",
        "tables (3): 1, 2, 3",
        "the slot 14:00-17:00 is one meeting of 180 minutes: is that meant? Write 14:00-17:00/20 "
        "for meetings of 20 minutes",
        "there is only one slot: nobody can have a second meeting",
    ]
    for wrong in ("15:00-14:00", "14:00-14:20,14:10-14:30"):
        assert run("event", "set", "长", "--slots", wrong).exit_code == 2


def test_new_slots_keep_the_times_of_those_who_come(tmp_path: Path) -> None:
    planned(tmp_path)
    firms = write_csv(tmp_path / "f.csv", (("企业", "可到场时段"), (FIRM, "14:00")))
    event_json("set", EVENT, "--firms", firms)
    problems = event_json("set", EVENT, "--slots", "14:00-15:00/10")["problems"]
    assert any(f"{FIRM} said it comes at 14:00-14:20" in problem for problem in problems)
    event = event_json("show", EVENT)
    assert event["firms"][0]["slots"] == ["14:00-14:10", "14:10-14:20"]
    assert event["teams"][0]["slots"][-1] == "14:30-14:40"


def test_delete_asks_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    event_json("create", "一")
    monkeypatch.setattr("matcher.commands.event.event.is_interactive", lambda: True)
    assert run("event", "delete", "一", stdin="n\n").exit_code == 2
    assert run("event", "delete", "一", stdin="y\n").exit_code == 0
    assert event_json("list") == []
