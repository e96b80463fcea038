"""A small event, matched and planned without an engine: its answers are written by hand."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from matcher.access.roles import COMMAND_CALLER
from matcher.events.planning.plan import plan_meetings
from matcher.events.record import Event, EventOptions, EventTeam
from matcher.needs.record import (
    Cooperation,
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.store import event_edits, events, needs, rankings
from matcher.store.rankings import RecommendedPatent
from matcher.workflows.events.event_view import read_event_view
from matcher.workflows.events.meeting_requests import meeting_request, plan_json

MOMENT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
TODAY = MOMENT.date()
NAME = "冬季对接会（样例）"
EVENT = Event(
    NAME,
    MOMENT,
    MOMENT,
    day=date(2026, 12, 3),
    place="天津（样例）",
    slots=("14:00-14:20", "14:20-14:40", "14:40-15:00"),
    tables=("A1", "A2"),
    options=EventOptions(shortlist_length=2),
)
MEMBRANE, LASER, DRUG, FAILED = "need_1", "need_2", "need_3", "need_4"
TEAMS = (
    EventTeam("甲大学（样例）", "储能材料团队（样例）", ("张样例",)),
    EventTeam("甲大学（样例）", "激光团队（样例）", ("李样例",), table="A2"),
    EventTeam("乙研究院（样例）", "药物团队（样例）", ("王样例",)),
)
PATENTS: dict[str, tuple[str, str, str]] = {
    "CN1": ("一种耐热电池隔膜及其制备方法", "甲大学（样例）", "储能材料团队（样例）"),
    "CN2": ("=陶瓷涂覆隔膜", "甲大学（样例）", "储能材料团队（样例）"),
    "CN3": ("激光焊接头的在线测厚装置", "甲大学（样例）", "激光团队（样例）"),
    "CN4": ("高温隔膜闭孔检测方法", "丙学院（样例）", "检测团队（样例）"),
    "CN5": ("药物缓释微球", "乙研究院（样例）", "药物团队（样例）"),
}


def need(number: int, firm: str | None, **details: Any) -> NeedRecord:
    """Build an open need with this number."""
    return NeedRecord(
        id=f"need_{number}",
        created_by="cli",
        details=NeedDetails(enterprise=firm, **details),
        contact=None,
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=MOMENT,
        updated_at=MOMENT,
        version=1,
    )


NEEDS = (
    need(
        1,
        "甲能源公司（样例）",
        title="动力电池隔膜耐热",
        industry="新材料",
        problem="隔膜在高温下收缩，电池短路",
        indicators="1. 150℃收缩率≤2%；2. 厚度不超过 12 μm",
        goal="用于动力电池量产线",
        budget_wan=80,
        cooperation=(Cooperation.LICENCE,),
    ),
    need(2, "乙装备公司（样例）", title="激光焊缝测厚", problem="焊接时看不到熔深"),
    need(3, "丙医药公司（样例）", title="缓释制剂", problem="药物释放太快"),
    need(4, "甲能源公司（样例）", title="+空需求"),
)
PROPOSALS: dict[str, tuple[tuple[str, str], ...]] = {
    MEMBRANE: (("CN1", "strong"), ("CN2", "fair"), ("CN4", "weak")),
    LASER: (("CN3", "fair"), ("CN1", "weak")),
    DRUG: (("CN5", "weak"),),
}


def result(patent: str, rank: int, fit: str) -> dict[str, Any]:
    """Build one match of an answer, in the form of `matcher.search.answer_json.match_json`."""
    title, institution, team = PATENTS[patent]
    known = patent == "CN1"
    return {
        "rank": rank,
        "id": patent,
        "application_number": f"CN2017101170{rank}{patent[-1]}.7",
        "publication_number": None,
        "title": title,
        "patent_type": "invention",
        "owner": institution,
        "industries": ["NM"],
        "region": None,
        "is_sample": True,
        "legal_status": "in_force" if known else "unknown",
        "legal_status_text": "授权" if known else None,
        "status_as_of": "2026-10-01" if known else None,
        "filing_date": "2017-03-01",
        "grant_date": None,
        "expiry_date": "2037-03-01",
        "years_left": 10.3,
        "score": 1.0 / rank,
        "channels": {},
        "fit": fit,
        "availability": {"score": 0.8, "level": "high", "reasons": ["有权", "已声明开放许可"]},
        "pledge": None,
        "evidence": [
            {
                "passage": "claim 1",
                "text": "一种隔膜。其在150℃的收缩率为1.5%，厚度12 μm。另有涂层。",
                "highlights": [[7, 11], [12, 15]],
                "related": [[21, 23]],
                "focus": [5, 29],
                "parts": ["problem"],
            }
        ],
        "unanswered": ["goal"],
        "card": {
            "problem": [{"text": "隔膜受热收缩", "passage": "abstract", "source": "隔膜受热收缩"}],
            "means": [],
            "effect": [{"text": "耐热性好", "passage": "abstract", "source": "耐热性好"}],
            "use": [],
            "is_reviewed": False,
        },
        "sleeping": {"is_sleeping": False, "reason": ""},
        "licence": {
            "open_licence": True if known else None,
            "fee_basis": None,
            "fee": "5万元/年" if known else None,
            "term": None,
            "kinds": ["普通"] if known else [],
            "conversion_modes": [],
            "price_mode": None,
            "price": None,
            "readiness": "中试" if known else None,
        },
        "team": {"institution": institution, "name": team, "college": None, "lead": None},
        "contact": {
            "kind": "tto",
            "institution": institution,
            "name": "技术转移中心（样例）",
            "phone": "022-00000000",
            "email": None,
        }
        if institution == "甲大学（样例）"
        else None,
        "family_members": [],
    }


def make(connection: Connection, *, planned: bool = True) -> None:
    """Store the event: three needs with shortlists, one that failed, three teams, and a plan."""
    events.create(connection, EVENT)
    for record in NEEDS:
        needs.add(connection, record)
    events.add_needs(connection, NAME, [record.id for record in NEEDS])
    events.set_teams(connection, NAME, TEAMS)
    answer(connection)
    if planned:
        plan(connection)


def answer(connection: Connection) -> None:
    """Store the proposals written here as the model's answers."""
    for record in NEEDS:
        proposed = PROPOSALS.get(record.id)
        if proposed is None:
            events.set_answer(connection, NAME, record.id, problem="the need is empty")
            continue
        written = {
            "model": "样例模型",
            "index": "index-1",
            "results": [result(name, rank, fit) for rank, (name, fit) in enumerate(proposed, 1)],
        }
        recommended = [RecommendedPatent(name, PATENTS[name][1], "NM") for name, _ in proposed]
        ranking = rankings.add_written(connection, record, COMMAND_CALLER, recommended, written)
        events.set_answer(connection, NAME, record.id, ranking=ranking.id)


def add(connection: Connection, record: NeedRecord) -> None:
    """Add one more need to the event."""
    needs.add(connection, record)
    events.add_needs(connection, NAME, [record.id])


def show(connection: Connection, need_id: str, patent: str, fit: str) -> None:
    """Show a patent for a need as an edit does, apart from the model's proposal."""
    record = needs.find(connection, need_id)
    assert record is not None
    written = {"model": "样例模型", "index": "index-1", "results": [result(patent, 1, fit)]}
    recommended = [RecommendedPatent(patent, PATENTS[patent][1], "NM")]
    rankings.add_written(connection, record, COMMAND_CALLER, recommended, written)


def plan(connection: Connection) -> None:
    """Plan the meetings of the shortlists as they stand."""
    view = read_event_view(connection, NAME)
    request = meeting_request(view)
    planned = plan_meetings(request)
    events.set_plan(connection, NAME, plan_json(planned, request), MOMENT)


def edits(connection: Connection) -> list[tuple[str, str, str | None, Any]]:
    """Return need, kind, patent and value of each edit that was not undone."""
    return [
        (stored.need, stored.edit.kind.value, stored.edit.patent, stored.edit.value)
        for stored in event_edits.edits_of(connection, NAME)
        if stored.undone_at is None
    ]
