"""A workbook goes out, comes back with the staff's edits, and the event is changed by them."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from matcher.access.roles import COMMAND_CALLER
from matcher.commands.event import workbook as event_workbook
from matcher.commands.event.event import event_app
from matcher.errors import ConflictError, InputError
from matcher.events.decision import DecisionKind
from matcher.events.record import Event, KeptEdit
from matcher.events.shortlist import Edit, EditKind
from matcher.language.choice import speaking
from matcher.matches.funnel import FunnelFilters
from matcher.matches.states import MatchState
from matcher.reporting.event.workbook_columns import (
    COVER,
    FOLLOW_UP,
    HEADING_ROW,
    MATCHES,
    TEAMS,
)
from matcher.settings import Settings
from matcher.store import (
    audit,
    event_edits,
    event_facts,
    events,
    funnel,
    match_history,
    patents,
)
from matcher.store.database import Store
from matcher.store.schema.audit import audit_trail
from matcher.types import PatentId
from matcher.workflows.events.edit_meetings import MeetingEdit, edit_meeting
from matcher.workflows.events.event_view import read_event_view
from tests.support import small_event
from tests.support.command import run_json as run_matcher_json
from tests.support.samples import SEPARATOR

Fill = Callable[[str, int, dict[str, Any]], None]
"""Write into the cells of a sheet's nth row of data, from 1, by their headings."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    with Store(Settings(home=tmp_path).url) as store:
        with store.writing() as connection:
            small_event.make(connection)
        yield store


def run(*arguments: object, answer: str | None = None) -> Result:
    with speaking("zh"):
        result = CliRunner().invoke(event_app, [str(each) for each in arguments], input=answer)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def run_json(*arguments: object) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    run("workbook", small_event.NAME, "-o", path, "--by", "李四（样例）")
    return path


@pytest.fixture
def fill(file: Path) -> Fill:
    def write(name: str, row: int, cells: dict[str, Any]) -> None:
        book = load_workbook(file)
        sheet = book[name]
        headings = [cell.value for cell in sheet[HEADING_ROW]]
        for heading, value in cells.items():
            sheet.cell(HEADING_ROW + row, headings.index(heading) + 1).value = value
        book.save(file)

    return write


def edits(store: Store) -> list[tuple[str, str, str | None, Any]]:
    with store.reading() as connection:
        return small_event.edits(connection)


def listed(store: Store, need: str) -> tuple[str, ...]:
    with store.reading() as connection:
        viewed = read_event_view(connection, small_event.NAME).need(need)
    assert viewed is not None
    return viewed.shortlist.patents


def applied(file: Path, *more: str) -> dict[str, Any]:
    report: dict[str, Any] = run_json("apply", file, "--yes", *more)
    return report


def test_a_workbook_names_its_exporter_and_leaves_an_audit_row(store: Store, file: Path) -> None:
    cover = {row[0]: row[1] for row in load_workbook(file)[COVER].iter_rows(values_only=True)}
    assert cover["导出人"] == "李四（样例）"
    with store.reading() as connection:
        rows = [row for row in connection.execute(audit_trail.select()) if "event" in row.action]
        assert audit.verify(connection).is_intact
    assert [(row.action, row.subject) for row in rows] == [("event.exported", small_event.NAME)]
    with pytest.raises(InputError, match="--force"):
        run("workbook", small_event.NAME, "-o", file)
    with pytest.raises(InputError, match=r"须以 \.xlsx 结尾"):
        run("workbook", small_event.NAME, "-o", file.with_suffix(".pdf"))


def test_an_untouched_workbook_changes_nothing(store: Store, file: Path) -> None:
    assert applied(file) == {"changes": [], "made": [], "standing": 0, "problems": []}
    assert edits(store) == []


def test_each_operation_becomes_an_edit_once(store: Store, file: Path, fill: Fill) -> None:
    fill(MATCHES, 1, {"操作": "剔除", "理由": "已合作"})
    fill(MATCHES, 2, {"操作": "置顶", "备注": "重点"})
    fill(MATCHES, 4, {"操作": "上移"})
    fill(MATCHES, 5, {"操作": "锁定"})
    report = applied(file, "--by", "王五（样例）")
    assert report["problems"] == [] and len(report["made"]) == len(report["changes"]) == 6
    assert report["changes"][2] == (
        "需求 1 动力电池隔膜耐热：剔除 《一种耐热电池隔膜及其制备方法》CN1（已合作）"
    )
    assert edits(store) == [
        (small_event.MEMBRANE, "pin", "CN2", None),
        (small_event.MEMBRANE, "move", "CN2", 1),
        (small_event.MEMBRANE, "exclude", "CN1", "已合作"),
        (small_event.MEMBRANE, "note", "CN2", "重点"),
        (small_event.LASER, "move", "CN1", 1),
        (small_event.DRUG, "lock", None, ("CN5",)),
    ]
    assert listed(store, small_event.MEMBRANE) == ("CN2", "CN4")
    assert listed(store, small_event.LASER) == ("CN1", "CN3")
    with store.reading() as connection:
        made = event_edits.edits_of(connection, small_event.NAME)
    assert {edit.made_by for edit in made} == {"王五（样例）"}
    assert applied(file) == {"changes": [], "made": [], "standing": 6, "problems": []}
    fill(MATCHES, 3, {"操作": "保留"})
    assert len(applied(file)["made"]) == 1, "more may be written into a workbook that was applied"


def test_nothing_changes_after_a_no_or_without_a_terminal(
    store: Store, file: Path, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(MATCHES, 1, {"操作": "保留"})
    assert "加 --yes" in run("apply", file).stderr
    monkeypatch.setattr(event_workbook, "is_interactive", lambda: True)
    result = run("apply", file, answer="n\n")
    assert "保留 《一种耐热电池隔膜及其制备方法》CN1" in result.stdout
    assert edits(store) == []
    run("apply", file, answer="y\n")
    assert edits(store) == [(small_event.MEMBRANE, "pin", "CN1", None)]


def test_invalid_cells_are_reported_and_the_other_rows_applied(
    store: Store, file: Path, fill: Fill
) -> None:
    fill(MATCHES, 1, {"操作": "剔除"})
    fill(MATCHES, 2, {"操作": "删掉"})
    fill(MATCHES, 3, {"操作": "上移", "理由": "重要"})
    fill(MATCHES, 4, {"操作": "替换", "专利号（替换/增补）": "CN201900000000.X"})
    fill(MATCHES, 5, {"备注": "好"})
    report = applied(file)
    assert {problem.split("；")[0] for problem in report["problems"]} == {
        "匹配总表 第 5 行 操作（N） 列：“删掉”",
        "匹配总表 第 4 行 理由（O） 列：空",
        "匹配总表 第 6 行 操作（N） 列：“上移”",
        "匹配总表 第 6 行 理由（O） 列：“重要”",
        "匹配总表 第 7 行 专利号（替换/增补）（P） 列：“CN201900000000.X”",
    }
    assert len(report["problems"]) == 5
    assert edits(store) == [(small_event.DRUG, "note", "CN5", "好")]


def test_patents_are_swapped_and_added_by_number(
    store: Store, file: Path, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_workbook, "engine_look", lambda *_: lambda *_: None)
    with store.writing() as connection:
        patents.save(connection, [SEPARATOR])
    fill(MATCHES, 5, {"操作": "替换", "专利号（替换/增补）": "ZL 2019 1 9900001"})
    fill(MATCHES, 6, {"操作": "增补", "专利号（替换/增补）": SEPARATOR.application_number})
    report = applied(file)
    assert report["problems"] == []
    assert report["changes"][0] == (
        "需求 3 缓释制剂：把 《药物缓释微球》CN5 换成 "
        f"《一种陶瓷涂覆的锂离子电池隔膜》{SEPARATOR.id}"
    )
    assert listed(store, small_event.DRUG) == listed(store, small_event.FAILED) == (SEPARATOR.id,)


def test_a_workbook_older_than_an_edit_is_refused_with_its_rows(
    store: Store, file: Path, fill: Fill
) -> None:
    fill(MATCHES, 1, {"操作": "保留"})
    fill(MATCHES, 4, {"操作": "保留"})
    with store.writing() as connection:
        other = KeptEdit(
            0, small_event.LASER, Edit(EditKind.PIN, PatentId("CN3")), small_event.MOMENT, "staff"
        )
        event_edits.add(connection, small_event.NAME, other)
    with pytest.raises(ConflictError, match="第 7 行"):
        run("apply", file, "--yes")
    assert len(edits(store)) == 1
    fill(MATCHES, 4, {"操作": None})
    assert len(applied(file)["made"]) == 1, "the other needs' lists are as they were"


def test_a_workbook_older_than_a_re_run_is_refused(store: Store, file: Path, fill: Fill) -> None:
    fill(MATCHES, 2, {"操作": "上移"})
    with store.writing() as connection:
        small_event.answer(connection)
    with pytest.raises(ConflictError, match="第 5 行"):
        run("apply", file, "--yes")


def test_workbooks_of_other_events_and_other_files_are_refused(
    store: Store, file: Path, tmp_path: Path
) -> None:
    with store.writing() as connection:
        events.create(connection, Event("秋季", small_event.MOMENT, small_event.MOMENT))
    with pytest.raises(ConflictError, match="不是“秋季”的"):
        run("apply", file, "秋季")
    (tmp_path / "text.xlsx").write_text("no zip")
    with pytest.raises(InputError, match="无法作为"):
        run("apply", tmp_path / "text.xlsx")
    book = load_workbook(file)
    del book[MATCHES]
    book.save(file)
    with pytest.raises(InputError, match="匹配总表"):
        run("apply", file)
    del book[COVER]
    book.save(file)
    with pytest.raises(InputError, match="不是活动的工作簿"):
        run("apply", file)


def states(store: Store) -> dict[tuple[str, str], str]:
    with store.reading() as connection:
        matches = event_facts.matches_of(connection, small_event.NAME).values()
    return {
        (match.need, match.patent): match.state
        for match in matches
        if match.state != MatchState.RECOMMENDED
    }


def test_record_moves_the_matches_and_prints_the_outcome(
    store: Store, file: Path, fill: Fill
) -> None:
    fill(FOLLOW_UP, 1, {"是否见面": "是", "意向": "达成意向", "下一步": "寄送样品"})
    fill(FOLLOW_UP, 1, {"下一步日期": date(2026, 12, 20)})
    fill(FOLLOW_UP, 2, {"是否见面": "是", "意向": "不感兴趣", "不感兴趣的原因": "技术成熟度不够"})
    fill(FOLLOW_UP, 3, {"是否见面": "否", "意向": "达成意向"})
    report = run_json("record", file)
    assert (report["moved"], report["noted"]) == (2, 0)
    assert report["problems"] == [
        "跟进表 第 6 行：匹配处于“推荐”，不能直接变为“意向”（未填已见面）"
    ]
    assert report["total"] == {
        "planned": 2,
        "held": 1,
        "not_held": 1,
        "unknown": 0,
        "reserves_held": 0,
        "intents": 1,
        "signed": 0,
        "talks": 0,
        "not_interested": 1,
    }
    assert report["by_industry"]["新材料"] == report["total"]
    assert report["by_institution"]["甲大学（样例）"] == report["total"]
    assert states(store) == {
        (small_event.MEMBRANE, "CN1"): "intent",
        (small_event.MEMBRANE, "CN2"): "not_interested",
    }
    again = run_json("record", file)
    assert (again["moved"], again["noted"], again["unchanged"]) == (0, 0, 2)
    with store.reading() as connection:
        (match,) = [
            match
            for match in event_facts.matches_of(connection, small_event.NAME).values()
            if (match.need, match.patent) == (small_event.MEMBRANE, "CN1")
        ]
        history = match_history.history(connection, match.id)
    assert [step.to_state.value for step in history] == ["recommended", "in_talks", "intent"]
    assert history[-1].next_action == "寄送样品"
    assert history[-1].next_action_on == date(2026, 12, 20)
    assert history[-1].by == COMMAND_CALLER.key


def test_a_meeting_that_no_shortlist_brings_together_has_its_row_and_is_read_back(
    store: Store, file: Path, fill: Fill
) -> None:
    firm, team = "丙医药公司（样例）", "甲大学（样例）/激光团队（样例）"
    with store.writing() as connection:
        added = MeetingEdit(DecisionKind.ADD, firm, team, slot="14:40")
        edit_meeting(connection, small_event.NAME, added, by="样例员", moment=small_event.MOMENT)
    run("workbook", small_event.NAME, "-o", file, "--force")
    book = load_workbook(file)
    *_, row = book[FOLLOW_UP].iter_rows(min_row=HEADING_ROW + 1, values_only=True)
    assert row[:4] == ("14:40-15:00", "A2", "洽谈", firm)
    assert row[5] == "（没有共同的入选专利）" and row[-1] == team
    of_team = [
        cells[5:8]
        for cells in book[TEAMS].iter_rows(min_row=HEADING_ROW + 1, values_only=True)
        if cells[4] == firm
    ]
    assert of_team == [("缓释制剂", None, "（没有共同的入选专利）")]
    fill(FOLLOW_UP, 4, {"是否见面": "是", "意向": "达成意向"})
    report = run_json("record", file)
    total = report["total"]
    assert (total["planned"], total["held"], total["unknown"], total["intents"]) == (3, 1, 2, 0)
    assert report["by_institution"]["甲大学（样例）"] == total
    assert report["by_industry"]["未知"]["held"] == 1
    (problem,) = report["problems"]
    assert problem.startswith("跟进表 第 7 行：该洽谈没有对应的匹配")


def test_a_row_that_was_not_exported_is_named(file: Path, fill: Fill) -> None:
    fill(FOLLOW_UP, 4, {"企业": "庚公司（样例）", "是否见面": "是"})
    report = run_json("record", file)
    (problem,) = report["problems"]
    assert problem.startswith("跟进表 第 7 行 是否见面（J） 列：“是”；这一行不是导出的")
    assert report["total"]["planned"] == 2


def test_invalid_cells_of_the_follow_up_sheet_are_reported(
    store: Store, file: Path, fill: Fill
) -> None:
    fill(FOLLOW_UP, 1, {"是否见面": "是", "意向": "不感兴趣"})
    fill(FOLLOW_UP, 2, {"是否见面": "是", "下一步": "回访", "下一步日期": "下周"})
    fill(FOLLOW_UP, 3, {"是否见面": "也许"})
    report = run_json("record", file)
    assert [problem.split("列")[0] for problem in report["problems"]] == [
        "跟进表 第 4 行 不感兴趣的原因（L） ",
        "跟进表 第 5 行 下一步日期（N） ",
        "跟进表 第 6 行 是否见面（J） ",
    ]
    assert report["total"]["held"] == 1 and report["total"]["unknown"] == 1
    assert report["total"]["not_interested"] == 0
    assert set(states(store).values()) == {"in_talks"}  # they met; the reason is still missing
    fill(FOLLOW_UP, 3, {"是否见面": "是"})
    lines = run("record", file).stdout.splitlines()
    assert lines[0].startswith(
        f"{small_event.NAME}：计划 2 场，实际 2 场，未见面 0；意向 0，签约 0，继续洽谈 0"
    )
    assert states(store)[small_event.LASER, "CN3"] == "in_talks"


def test_a_contract_is_counted_apart_from_an_intent(store: Store, file: Path, fill: Fill) -> None:
    fill(FOLLOW_UP, 1, {"是否见面": "是", "意向": "已签约"})
    fill(FOLLOW_UP, 3, {"是否见面": "是", "意向": "达成意向"})
    total = run_json("record", file)["total"]
    assert (total["intents"], total["signed"], total["held"]) == (1, 1, 2)
    with store.reading() as connection:
        reached = funnel.funnel(connection, COMMAND_CALLER, FunnelFilters()).total.reached
    assert (reached[MatchState.INTENT], reached[MatchState.SIGNED]) == (2, 1)


def test_a_dated_next_step_of_the_record_is_a_reminder(
    store: Store, file: Path, fill: Fill
) -> None:
    fill(FOLLOW_UP, 1, {"是否见面": "是", "下一步": "寄送样品", "下一步日期": date(2026, 12, 20)})
    run("record", file)
    (due,) = run_matcher_json("reminders", "--until", "2026-12-31")["reminders"]
    assert (due["due_on"], due["kind"], due["patent"]) == ("2026-12-20", "match", "CN1")
    assert due["what"] == "next step: 寄送样品"
    assert due["enterprise"] == "甲能源公司（样例）"
    elsewhere = ("--until", "2026-12-31", "--institution", "乙研究院（样例）")
    for options in (elsewhere, ("--until", "2026-12-19")):
        assert run_matcher_json("reminders", *options)["reminders"] == []
