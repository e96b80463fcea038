"""Landscapes: every figure against a count by hand, and against filters for any catalogue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matcher.access.roles import COMMAND_CALLER, Caller, Role
from matcher.errors import InputError
from matcher.ids import new_id
from matcher.landscape.columns import COLUMNS, DEMAND_FRAMES
from matcher.landscape.demand import AskedNeed, Demand, Nearest, NeedOutcome, stored_needs
from matcher.landscape.landscape import Landscape, landscape
from matcher.landscape.reading import read_landscape
from matcher.landscape.scope import EVERY_STATUS, Scope, describe
from matcher.landscape.sentences import sentences
from matcher.language.choice import speaking
from matcher.needs.record import NeedDetails, NeedRecord, NeedState, PublishScope
from matcher.search.matcher import Matcher
from matcher.store import needs
from matcher.store.database import Store
from matcher.types import Fit, LegalStatus, Need
from tests.support.engines import engine
from tests.support.samples import BEARING, GRIPPER, INSTITUTION, SEPARATOR, TODAY, sibling

PHONE = "13912345678"
COIL = sibling(
    SEPARATOR,
    "CN202119900004.5",
    publication_number=None,
    title="一种芳纶涂覆隔膜的卷绕方法",
    ipc=("H01M50/449", "H01M10/0525", "C08J7/04"),
    owners=(INSTITUTION, "样例电池有限公司", "样例研究院"),
    filing_date=date(2021, 1, 1),
    grant_date=None,
    legal_status=LegalStatus.PENDING,
    expiry_date=date(2041, 1, 1),
    unused_since=None,
    wipo_fields=(1,),
)
CATALOGUE = (
    replace(SEPARATOR, wipo_fields=(1, 17)),
    replace(GRIPPER, wipo_fields=(25,)),
    replace(BEARING, owners=("样例 大学",)),
    COIL,
)
"""Separator: in force, asleep; gripper: status unknown; bearing: lapsed; coil: pending, of three
owners. The bearing's institution is spelled with a blank, and it has no technology field."""


@pytest.fixture
def matcher(tmp_path: Path) -> Iterator[Matcher]:
    with engine(tmp_path / "home", CATALOGUE) as opened:
        yield opened


def counted(
    matcher: Matcher, scope: Scope | None = None, demand: Demand | None = None
) -> Landscape:
    return landscape(matcher.catalogue, scope or Scope(), demand, matcher=matcher, today=TODAY)


def rows(found: Landscape, name: str, *columns: str) -> list[list[object]]:
    listed: list[list[object]] = found.frames[name][list(columns)].astype(object).values.tolist()
    return listed


def outcome(number: int, *results: tuple[str, int, Fit | None]) -> NeedOutcome:
    nearest = tuple(Nearest(identity, "样例", field, fit) for identity, field, fit in results)
    return NeedOutcome(AskedNeed(f"n{number}", Need("隔膜"), f"需求{number}"), nearest)


def store_need(store: Store, scope: PublishScope, **changes: object) -> NeedRecord:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    record = NeedRecord(
        id=new_id("need"),
        created_by="portal",
        details=NeedDetails(
            text="电池隔膜在高温下收缩",
            title=f"样例甲乙公司的隔膜，请致电 {PHONE}",
            enterprise="样例甲乙公司",
        ),
        contact=None,
        publish_scope=scope,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    with store.writing() as connection:
        needs.add(connection, replace(record, **changes))  # type: ignore[arg-type]
    return record


def test_each_frame_of_the_supply(matcher: Matcher) -> None:
    found = counted(matcher)
    assert [name for name in COLUMNS if name not in DEMAND_FRAMES] == list(found)
    for name in found:
        assert list(found.frames[name].columns) == list(COLUMNS[name])
    assert (found.totals.catalogue, found.totals.patents, found.totals.in_force) == (4, 4, 1)
    assert (found.totals.sleeping, found.totals.needs) == (1, None)
    years = rows(found, "by_year", "year", "filings", "grants")
    assert years == [
        [2015, 1, 0],
        [2016, 0, 0],
        [2017, 0, 0],
        [2018, 0, 0],
        [2019, 1, 0],
        [2020, 1, 0],
        [2021, 1, 1],
    ]
    # Two symbols of one subclass count once.
    assert rows(found, "by_ipc", "ipc", "title_zh", "patents", "in_force") == [
        ["H01M", "电池与燃料电池", 2, 1],
        ["B25J", "机器人与机械手", 1, 0],
        ["C08J", "高分子的加工与回收", 1, 0],
        ["G01M", "机械与结构测试", 1, 0],
    ]
    assert rows(found, "by_institution", "institution", "patents", "sleeping") == [
        [INSTITUTION, 3, 1],
        ["样例研究院", 1, 0],
    ]
    assert rows(found, "by_status", "status", "patents") == [
        ["in_force", 1],
        ["pending", 1],
        ["lapsed", 1],
        ["unknown", 1],
    ]
    bands = dict(
        zip(found.by_years_left["years_left"], found.by_years_left["patents"], strict=True)
    )
    assert bands == {"0-2": 0, "2-5": 1, "5-10": 0, "10-15": 2, "15+": 0, "unknown": 0}
    assert rows(found, "teams", "team", "patents") == [["储能材料团队", 2]]
    assert sorted(rows(found, "co_owners", "owner", "co_owner", "patents")) == sorted(
        [
            [INSTITUTION, "样例电池有限公司", 1],
            [INSTITUTION, "样例研究院", 1],
            ["样例电池有限公司", "样例研究院", 1],
        ]
    )


def test_a_landscape_names_its_frames(matcher: Matcher) -> None:
    found = counted(matcher)
    assert found.by_ipc is found.frames["by_ipc"]
    with pytest.raises(AttributeError, match="by_year"):
        found.demand  # noqa: B018 - the access is the test


def test_filters_narrow_a_landscape(matcher: Matcher) -> None:
    found = counted(matcher, Scope(replace(EVERY_STATUS, industries=("HEM",))))
    assert (found.totals.patents, found.totals.catalogue) == (2, 4)
    assert set(found.by_ipc["ipc"]) == {"B25J", "G01M"}
    nothing = counted(matcher, Scope(replace(EVERY_STATUS, regions=("西藏",))))
    assert nothing.totals.patents == 0
    assert all(nothing.frames[name].empty for name in nothing)
    assert set(sentences(nothing).values()) == {"There is no patent in this scope."}


def test_a_query_counts_the_patents_near_to_it(matcher: Matcher) -> None:
    found = counted(matcher, Scope(query="陶瓷涂覆的锂离子电池隔膜"))
    assert 0 < found.totals.patents <= 4
    assert "H01M" in set(found.by_ipc["ipc"])
    none = counted(matcher, Scope(replace(EVERY_STATUS, regions=("西藏",)), query="隔膜"))
    assert none.totals.patents == 0
    with pytest.raises(InputError, match="no word"):
        counted(matcher, Scope(query="123"))


def test_supply_against_demand(matcher: Matcher) -> None:
    demand = Demand(
        (
            outcome(1, (SEPARATOR.id, 1, "strong"), (GRIPPER.id, 25, "weak")),
            outcome(2, (COIL.id, 1, "fair")),
            outcome(3, (GRIPPER.id, 25, "weak"), (SEPARATOR.id, 1, "weak")),
            outcome(4),
        ),
        4,
    )
    found = counted(matcher, demand=demand)
    assert found.has_demand and found.totals.needs == 4
    table = rows(found, "demand", "field_en", "patents", "sleeping", "needs", "strong", "without")
    assert table == [
        ["Electrical machinery, apparatus, energy", 2, 1, 2, 1, 0],
        ["no technology field", 1, 0, 1, 0, 1],
        ["Handling", 1, 0, 1, 0, 1],
    ]
    missing = rows(found, "needs_without_match", "need", "title", "field_zh", "nearest")
    assert missing[0] == ["n3", "需求3", "装卸与搬运", GRIPPER.id]
    assert missing[1][:3] == ["n4", "需求4", "无技术领域"]
    said = sentences(found)
    assert "1 with a good fit, 1 with some fit, 2 without a match" in said["demand"]
    assert "sleeping" not in said["demand"]  # the only sleeping patent has needs in its field
    assert "Handling (1)" in said["needs_without_match"]


def test_a_field_with_sleeping_patents_and_no_need_is_named(matcher: Matcher) -> None:
    demand = Demand((outcome(1, (GRIPPER.id, 25, "strong")),), 1)
    said = sentences(counted(matcher, demand=demand))["demand"]
    assert "1 field has sleeping patents and no need: Electrical machinery" in said
    none = sentences(counted(matcher, demand=Demand((), 0)))
    assert none["demand"].startswith("No need falls into this scope.")
    assert none["needs_without_match"] == "No need falls into this scope."


def test_a_need_counts_in_a_scope_that_holds_a_patent_for_it(matcher: Matcher) -> None:
    materials = Scope(replace(EVERY_STATUS, industries=("NM",)))
    demand = Demand(
        (
            outcome(1, (GRIPPER.id, 25, "strong"), (SEPARATOR.id, 1, "fair")),
            outcome(2, (GRIPPER.id, 25, "strong"), (SEPARATOR.id, 1, "weak")),
            outcome(3, (SEPARATOR.id, 1, "weak")),
            outcome(4),
        ),
        4,
    )
    found = counted(matcher, materials, demand)
    assert (found.totals.needs, found.totals.asked) == (2, 4)
    # The first has its good fit elsewhere; the third has none at all.
    assert found.demand["strong"].sum() == 0 and found.demand["without"].sum() == 1
    assert found.needs_without_match["need"].tolist() == ["n3"]


def test_a_set_of_needs_is_the_scope_and_the_demand(matcher: Matcher) -> None:
    scope = Scope(needs=(Need("锂离子电池隔膜的陶瓷层", title="隔膜"), Need("", id="leer")))
    found = read_landscape(matcher, scope, COMMAND_CALLER, today=TODAY)
    assert found.totals.needs == 2 and found.totals.patents > 0
    assert "leer" in found.needs_without_match["need"].tolist()


def test_only_what_the_reader_may_see_of_a_need_is_counted_and_shown(matcher: Matcher) -> None:
    store = matcher.catalogue.store
    ids = {scope: store_need(store, scope).id for scope in PublishScope}
    store_need(store, PublishScope.PUBLIC, state=NeedState.CLOSED)
    store_need(store, PublishScope.PUBLIC, expires_on=date(2026, 5, 31))

    def seen(caller: Caller) -> dict[str, str | None]:
        with store.reading() as connection:
            asked, total = stored_needs(connection, caller, TODAY)
        assert total == len(asked)
        return {need.id: need.title for need in asked}

    staff = seen(Caller("s", Role.STAFF))
    assert staff.keys() == set(ids.values())
    office = seen(Caller("t", Role.TTO, institution=INSTITUTION))
    assert office.keys() == {ids[PublishScope.PUBLIC], ids[PublishScope.MASKED]}
    assert "样例甲乙" in (office[ids[PublishScope.PUBLIC]] or "")
    assert "样例甲乙" not in (office[ids[PublishScope.MASKED]] or "")
    assert seen(Caller("a", Role.AUDITOR)) == {}
    assert seen(Caller("e", Role.ENTERPRISE, enterprise="样例丙公司")) == {}
    assert PHONE not in str([*staff.values(), *office.values()])
    found = read_landscape(matcher, Scope(), Caller("a", Role.AUDITOR), today=TODAY)
    assert found.totals.needs == 0


def test_a_scope_is_described_without_contact_data() -> None:
    scope = Scope(
        replace(EVERY_STATUS, industries=("NM",), ipc_prefixes=("H01M",), sleeping=True),
        query=f"隔膜收缩，请致电 {PHONE}",
    )
    text = describe(scope)
    assert text == "IPC: H01M; industry: new materials; sleeping: yes; Query: 隔膜收缩"
    assert describe(Scope()) == "The whole catalogue"
    alive = replace(EVERY_STATUS, legal_status=frozenset({LegalStatus.IN_FORCE}))
    with speaking("zh"):
        assert describe(Scope(alive)) == "法律状态：有权"
        assert describe(Scope(replace(EVERY_STATUS, min_years_left=3.0))) == "剩余年限：至少 3 年"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_sentence_is_true_of_one_patent(tmp_path: Path, language: str) -> None:
    with engine(tmp_path / "home", [replace(SEPARATOR, wipo_fields=(1,))]) as matcher:
        found = counted(matcher, demand=Demand((), 0))
    with speaking("zh" if language == "zh" else "en"):
        said = sentences(found)
    assert list(said) == list(COLUMNS)
    if language == "en":
        assert said["by_year"].startswith(
            "1 filings and 1 grants have a known day. The most filings of a year are 1, in 2019."
        )
        assert said["co_owners"] == "No patent in this scope has several owners."
        assert "%" not in " ".join(said.values())
    else:
        assert (
            said["by_ipc"] == "专利分布在 1 个 IPC 小类，件数居前的是：H01M 电池与燃料电池（1）。"
        )
