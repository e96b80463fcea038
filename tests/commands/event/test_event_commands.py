"""The whole life of a small event through the commands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from matcher.access.roles import COMMAND_CALLER
from matcher.errors import InputError
from matcher.events.record import EventNeedState
from matcher.progress import Step, silent
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.store import events
from matcher.types import Need
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from matcher.workflows.events.match import match_event
from tests.support.command import PATENTS, run, run_json, write_csv
from tests.support.import_files import write_csv as write_rows

EVENT = "春季对接会（样例）"
SLOTS = "14:00-15:00/20"
NEEDS = (
    ("需求编号", "企业名称", "需求名称", "主要问题", "主要指标", "公开范围"),
    ("A1", "样例电池公司", "耐高温隔膜", "锂离子电池隔膜在150℃下收缩", "热收缩率低于2%", "脱敏"),
    ("A2", "样例机器公司", "柔性夹爪", "夹爪抓取易碎零件时留下压痕", "", "公开"),
    ("A3", "样例机器公司", "轴承故障", "希望从振动信号早发现轴承故障", "", ""),
)
TEAMS = (
    ("机构", "团队", "人员", "可到场时段", "桌号"),
    ("样例大学", "储能材料团队", "样例甲；样例丙", "14:00-14:40", "2号桌"),
)
SEPARATOR, GRIPPER, BEARING = (row["申请号"] for row in PATENTS)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("MATCHER_HOME", str(folder))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.delenv("MATCHER_CONTACT_KEY", raising=False)
    assert run("import", write_csv(tmp_path / "patents.csv", PATENTS)).exit_code == 0
    build_index(Settings())
    return folder


def done(*arguments: str | Path) -> str:
    """What the command prints; it must succeed."""
    result = run("event", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def event_json(*arguments: str | Path) -> Any:
    return run_json("event", *arguments)


def create(tmp_path: Path, rows: Sequence[Sequence[str]] = NEEDS) -> Any:
    needs = write_rows(tmp_path / "需求.csv", rows)
    teams = write_rows(tmp_path / "团队.csv", TEAMS)
    given = ("--needs", needs, "--teams", teams, "--date", "2026-12-03", "--slots", SLOTS)
    return event_json("create", EVENT, *given, "--tables", "2", "--per-need", "2")


def shown(position: int = 1) -> Any:
    return event_json("show", EVENT)["needs"][position - 1]


def patents(position: int = 1) -> list[str]:
    return [entry["patent"] for entry in shown(position)["shortlist"]]


def test_create_reads_the_sheets_of_an_event(tmp_path: Path) -> None:
    added = create(tmp_path)
    assert (added["needs"], added["teams"], added["firms"]) == (3, 1, 0)
    assert (added["problems"], added["duplicates"]) == ([], [])
    event = event_json("show", EVENT)
    assert (event["date"], event["tables"], event["state"]) == ("2026-12-03", ["1", "2"], "draft")
    assert event["slots"] == ["14:00-14:20", "14:20-14:40", "14:40-15:00"]
    assert [(need["position"], need["title"], need["state"]) for need in event["needs"]] == [
        (1, "耐高温隔膜", "waiting"),
        (2, "柔性夹爪", "waiting"),
        (3, "轴承故障", "waiting"),
    ]
    (team,) = event["teams"]
    assert team == {
        "institution": "样例大学",
        "team": "储能材料团队",
        "persons": ["样例甲", "样例丙"],
        "slots": ["14:00-14:20", "14:20-14:40"],
        "table": "2",
    }
    assert [event["name"] for event in event_json("list")] == [EVENT]
    again = run("event", "create", EVENT)
    assert again.exit_code == 2 and "already" in again.stderr


def test_problems_of_the_sheets_name_their_cells(tmp_path: Path) -> None:
    create(tmp_path)
    teams = write_rows(
        tmp_path / "t.csv",
        (
            TEAMS[0],
            ("样例大学", "储能材料团队", "样例甲", "14:00-14:20；16:00-16:20", "9"),
            ("样例大学", "储能材料团队", "样例丁", "", ""),
            ("样例大学", "不存在的团队", "样例丁", "上午", ""),
            ("", "没有机构的团队", "", "", ""),
        ),
    )
    firms = write_rows(
        tmp_path / "f.csv",
        (
            ("企业名称", "参会人", "可到场时段"),
            ("样例电池公司", "样例戊", "14:20"),
            ("样例别的公司", "", ""),
        ),
    )
    added = event_json("set", EVENT, "--teams", teams, "--firms", firms)
    assert (added["teams"], added["firms"]) == (2, 2)
    problems = "\n".join(added["problems"])
    for wrong in (
        'row 2, "16:00-16:20": this is no slot of the event',
        'row 2, "9": left out: this is no table',
        "row 3: row 2 names the same already",
        'row 4, "不存在的团队": the catalogue has no such team',
        'row 4, "上午": this is no slot',
        "row 4: no slot is left",
        "row 5, column 机构",
        'row 3, "样例别的公司": no need of the event',
    ):
        assert wrong in problems, wrong
    assert len(added["problems"]) == 8
    event = event_json("show", EVENT)
    assert [team["slots"] for team in event["teams"]] == [[], ["14:00-14:20"]]
    assert event["firms"][-1] == {
        "enterprise": "样例别的公司",
        "persons": [],
        "slots": None,
    }
    assert event["firms"][0]["slots"] == ["14:20-14:40"]


def test_near_duplicate_needs_are_reported(tmp_path: Path) -> None:
    twin = (
        "A9",
        "样例电池公司",
        "耐高温隔膜",
        "锂离子电池的隔膜在150℃下收缩",
        "热收缩率低于2%",
        "",
    )
    added = create(tmp_path, (*NEEDS, twin))
    (pair,) = added["duplicates"]
    assert (added["needs"], [need["row"] for need in pair["needs"]]) == (4, [2, 5])


def test_match_fills_the_shortlists_and_resumes(tmp_path: Path) -> None:
    create(tmp_path)
    assert event_json("match", EVENT) == {"matched": 3, "failed": 0, "skipped": 0, "resumed": 0}
    need = shown()
    first = need["shortlist"][0]
    assert (need["state"], first["patent"], first["model_rank"]) == ("matched", SEPARATOR, 1)
    assert (first["title"], first["place"]) == ("一种陶瓷涂覆的锂离子电池隔膜", 1)
    assert first["match"].startswith("match_")
    assert event_json("match", EVENT) == {"matched": 0, "failed": 0, "skipped": 3, "resumed": 0}
    more = write_rows(
        tmp_path / "more.csv", (NEEDS[0], ("A4", "样例丁公司", "夹爪", "硅胶手指", "", ""))
    )
    assert event_json("set", EVENT, "--needs", more)["needs"] == 1
    assert event_json("match", EVENT) == {"matched": 1, "failed": 0, "skipped": 3, "resumed": 0}
    changed = (NEEDS[0], (*NEEDS[1][:3], "隔膜在180℃下收缩，请看新的指标", *NEEDS[1][4:]))
    assert (
        event_json("set", EVENT, "--needs", write_rows(tmp_path / "c.csv", changed))["needs"] == 0
    )
    assert shown()["state"] == "waiting", "a changed need is matched again"
    assert patents()[0] == SEPARATOR, "until then the proposal stands"
    assert event_json("match", EVENT) == {"matched": 1, "failed": 0, "skipped": 3, "resumed": 0}


def test_a_failed_need_is_listed_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path)
    whole, alone = Matcher.match_many, Matcher.match

    def is_bad(need: Need) -> bool:
        return need.id == "A2"

    def many(self: Matcher, needs: Sequence[Need], *rest: Any, **more: Any) -> Any:
        if any(map(is_bad, needs)):
            raise RuntimeError("夹爪")
        return whole(self, needs, *rest, **more)

    def match_one(self: Matcher, need: Need, *rest: Any, **more: Any) -> Any:
        if is_bad(need):
            raise RuntimeError("夹爪")
        return alone(self, need, *rest, **more)

    monkeypatch.setattr(Matcher, "match_many", many)
    monkeypatch.setattr(Matcher, "match", match_one)
    assert event_json("match", EVENT) == {"matched": 2, "failed": 1, "skipped": 0, "resumed": 0}
    need = shown(2)
    assert (need["state"], need["shortlist"]) == ("failed", [])
    assert need["problem"] == "the need could not be matched (RuntimeError)"
    assert "匹配失败" in done("show", EVENT, "--language", "zh")
    monkeypatch.undo()
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    assert event_json("match", EVENT) == {"matched": 1, "failed": 0, "skipped": 2, "resumed": 0}
    assert shown(2)["problem"] is None


def test_a_stopped_match_is_resumed(tmp_path: Path) -> None:
    create(tmp_path)

    def stop(step: Step) -> None:
        if step.done == 2:
            raise KeyboardInterrupt

    settings = Settings()
    today = datetime.now(UTC).date()
    with open_matcher(settings) as engine:
        store = engine.catalogue.store
        with pytest.raises(KeyboardInterrupt):
            match_event(engine, store, EVENT, caller=COMMAND_CALLER, today=today, report=stop)
        with store.reading() as connection:
            states = [need.state for need in events.needs_of(connection, EVENT)]
        assert states == [EventNeedState.MATCHED, EventNeedState.MATCHED, EventNeedState.WAITING]
        rest = match_event(engine, store, EVENT, caller=COMMAND_CALLER, today=today, report=silent)
    assert (rest.matched, rest.failed, rest.skipped, rest.resumed) == (1, 0, 2, 2)


def test_edits_change_the_shortlist_and_survive_a_re_run(tmp_path: Path) -> None:
    create(tmp_path)
    event_json("match", EVENT)
    before = patents()
    assert len(before) == 2
    missing = run("event", "exclude", EVENT, "1", "#1")
    assert missing.exit_code == 2
    done("exclude", EVENT, "1", "#1", "--reason", "团队不来", "--by", "样例员")
    need = shown()
    assert need["excluded"] == [{"patent": before[0], "reason": "团队不来"}]
    assert before[0] not in patents()
    done("note", EVENT, "1", "请带样品")
    done("pin", EVENT, "2", SEPARATOR)
    pinned = next(entry for entry in shown(2)["shortlist"] if entry["patent"] == SEPARATOR)
    assert pinned["is_pinned"]
    stays = patents(2)
    done("move", EVENT, "2", SEPARATOR, str(len(stays)))
    assert patents(2)[-1] == SEPARATOR
    done("lock", EVENT, "2")
    event_json("match", EVENT, "--again")
    assert (before[0] not in patents(), shown()["note"]) == (True, "请带样品")
    assert (patents(2)[-1], shown(2)["is_locked"]) == (SEPARATOR, True)
    rows = event_json("edits", EVENT)
    assert [row["kind"] for row in rows] == ["exclude", "note", "pin", "move", "lock"]
    assert rows[0]["made_by"] == "样例员"
    done("undo", EVENT, "--number", str(rows[0]["number"]))
    assert patents() == before
    done("undo", EVENT)
    assert not shown(2)["is_locked"]
    assert [row["undone"] for row in event_json("edits", EVENT)] == [
        True,
        False,
        False,
        False,
        True,
    ]
    printed = done("show", EVENT, "--language", "zh")
    assert "剔除" not in printed and "保留" in printed


def test_an_added_patent_gets_the_evidence_of_the_engine(tmp_path: Path) -> None:
    create(tmp_path)
    event_json("match", EVENT)
    assert BEARING not in patents(), "a lapsed patent is not proposed"
    done("add", EVENT, "1", "201519900003.2")
    added = shown()["shortlist"][-1]
    assert (added["patent"], added["is_added"], added["model_rank"]) == (BEARING, True, None)
    assert (added["title"], added["legal_status"]) == (PATENTS[2]["发明名称"], "lapsed")
    twice = run("event", "add", EVENT, "1", BEARING)
    assert twice.exit_code == 2 and "already" in twice.stderr
    first = patents(3)[0]
    done("swap", EVENT, "3", "#1", BEARING)
    assert patents(3)[0] == BEARING
    assert first in [entry["patent"] for entry in shown(3)["excluded"]]
    unknown = run("event", "add", EVENT, "1", "CN209900000000.0")
    assert unknown.exit_code != 0


def test_plan_prints_the_meetings(tmp_path: Path) -> None:
    create(tmp_path)
    event_json("match", EVENT)
    done("pin", EVENT, "1", SEPARATOR)
    plan = event_json("plan", EVENT)
    meeting = next(meeting for meeting in plan["meetings"] if meeting["firm"] == "样例电池公司")
    assert (meeting["team"], meeting["table"]) == ("样例大学/储能材料团队", "2")
    assert meeting["slot"] in ("14:00-14:20", "14:20-14:40")
    assert meeting["is_pinned"]
    again = event_json("plan", EVENT)
    assert again["meetings"] == plan["meetings"], "the same input gives the same plan"
    assert (again["figures"]["kept"], again["figures"]["moved"]) == (len(plan["meetings"]), 0)
    assert event_json("show", EVENT)["plan"] == again
    assert f"{meeting['slot']}  2号桌  样例电池公司" in done("show", EVENT, "--language=zh")


def test_a_pinned_patent_without_a_coming_team_is_reported(tmp_path: Path) -> None:
    create(tmp_path)
    event_json("match", EVENT)
    done("pin", EVENT, "1", SEPARATOR)
    assert event_json("plan", EVENT)["unseated_pins"] == []
    others = (TEAMS[0], ("样例研究所", "另一团队", "样例乙", "", ""))
    done("set", EVENT, "--teams", write_rows(tmp_path / "另一团队.csv", others))
    (pin,) = event_json("plan", EVENT)["unseated_pins"]
    assert (pin["patent"], pin["position"], pin["firm"]) == (SEPARATOR, 1, "样例电池公司")
    assert pin["institution"] == "样例大学"
    assert f"nobody comes for it: need 1 of 样例电池公司, {pin['title']}" in done("plan", EVENT)


def test_an_event_goes_from_draft_to_reviewed_to_published(tmp_path: Path) -> None:
    create(tmp_path)
    early = run("event", "review", EVENT)
    assert early.exit_code != 0 and "matcher event match" in early.stderr
    event_json("match", EVENT)
    skipped = run("event", "publish", EVENT)
    assert skipped.exit_code != 0 and "reviewed" in skipped.stderr
    done("review", EVENT, "--by", "样例员")
    done("publish", EVENT)
    assert event_json("show", EVENT)["state"] == "published"
    assert event_json("diff", EVENT, "1", "2") == []
    first = patents()[0]
    done("exclude", EVENT, "1", "#1", "--reason", "团队不来")
    assert event_json("show", EVENT)["state"] == "draft", "what is changed is looked at again"
    (gone, *_) = [line for line in event_json("diff", EVENT, "2") if "went out" in line]
    assert first in gone and "reason: 团队不来" in gone
    versions = event_json("versions", EVENT)
    states = [(version["number"], version["state"]) for version in versions]
    assert states == [(1, "reviewed"), (2, "published")]
    assert versions[0]["made_by"] == "样例员"


def test_deleting_an_event_keeps_its_needs(tmp_path: Path) -> None:
    create(tmp_path)
    refused = run("event", "delete", EVENT)
    assert refused.exit_code == 2 and "--yes" in refused.stderr
    done("delete", EVENT, "--yes")
    assert event_json("list") == []
    assert len(run_json("needs", "list")) == 3
    gone = run("event", "show", EVENT)
    assert gone.exit_code != 0 and "there is no event" in gone.stderr


def test_a_failed_creation_is_rolled_back(tmp_path: Path) -> None:
    wrong = run("event", "create", EVENT, "--needs", tmp_path / "keine.xlsx")
    assert wrong.exit_code == 2 and "no such file" in wrong.stderr
    assert event_json("list") == []
    with pytest.raises(InputError):
        from matcher.workflows.events import import_sheets

        import_sheets.read_event_input(None, write_rows(tmp_path / "x.csv", (("申请号",), ("1",))))
