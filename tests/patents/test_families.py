"""Recognition of duplicate patents, and their folding in a ranking."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.importing.read_file import read_file
from matcher.patents.families import (
    DUPLICATE_JACCARD,
    DuplicateGroup,
    DuplicateGroups,
    FoldedPatent,
    family_key,
    same_invention,
)
from matcher.text.shingles import jaccard, shingles
from matcher.types import Claim, Patent, PatentId, PatentRow, PatentType
from tests.support.samples import (
    GRIPPER,
    SEPARATOR,
    TODAY,
    sibling,
)

ABSTRACT = (
    "本发明公开了一种浓缩果汁的降膜蒸发装置，包括进料泵、分布器和竖直的换热管束，分布器将料液"
    "均匀地分到每根换热管的内壁，料液沿内壁成膜向下流动并在短时间内浓缩，温度不超过六十摄氏度，"
    "香气成分损失少，清洗时不必拆开管束。"
)
CLAIM = (
    "1.一种浓缩果汁的降膜蒸发装置，其特征在于，包括进料泵、分布器、竖直的换热管束和汽液分离器，"
    "所述分布器位于所述换热管束的上端，其底板上开有与换热管一一对应的溢流孔。"
)
OTHER = (
    "一种水下焊缝的超声检测方法，将换能器阵列贴近焊缝扫查，由反射波的时差重建缺陷的位置和高度，"
    "并以机器人的定位数据把各段结果拼接成一张图。"
)
EVAPORATOR = Patent(
    id=PatentId("CN1"),
    title="一种浓缩果汁的降膜蒸发装置",
    abstract=ABSTRACT,
    claims=(Claim(1, CLAIM),),
    applicants=("样例大学",),
    inventors=("样例甲", "样例乙"),
    patent_type=PatentType.INVENTION,
    filing_date=date(2020, 3, 1),
)
PARTIES = st.lists(st.sampled_from(["甲", "乙", "丙"]), max_size=2).map(tuple)
PATENTS = st.builds(
    Patent,
    id=st.integers(0, 6).map(lambda n: PatentId(f"CN{n}")),
    title=st.sampled_from(["蒸发装置", "一种蒸发装置", "蒸发装置及方法", "检测方法", ""]),
    abstract=st.sampled_from([ABSTRACT, ABSTRACT + "用于果汁。", ABSTRACT[:60], OTHER, ""]),
    claims=st.sampled_from([(), (Claim(1, CLAIM),), (Claim(1, OTHER),)]),
    applicants=PARTIES,
    patent_type=st.sampled_from(list(PatentType)),
    filing_date=st.sampled_from([None, date(2020, 1, 1), date(2021, 1, 1)]),
    family_id=st.sampled_from([None, None, "F1", "F2"]),
)


def ranked(*patents: Patent) -> list[tuple[PatentRow, Patent]]:
    return [(PatentRow(row), patent) for row, patent in enumerate(patents, start=1)]


def fold(ranked: Iterable[tuple[PatentRow, Patent]]) -> list[DuplicateGroup]:
    folding = DuplicateGroups()
    for row, patent in ranked:
        folding.add(row, patent)
    return folding.groups


def resemblance(first: str, second: str) -> float:
    return jaccard(shingles(first), shingles(second))


def groups(*patents: Patent) -> list[list[str]]:
    return [[g.patent.id, *(f.id for f in g.folded)] for g in fold(ranked(*patents))]


@given(PATENTS, PATENTS)
def test_the_comparison_is_symmetric_and_reflexive(one: Patent, two: Patent) -> None:
    assert same_invention(one, two) == same_invention(two, one)
    assert same_invention(one, one) == "family"


@settings(max_examples=40)
@given(st.lists(PATENTS, max_size=8, unique_by=lambda patent: patent.id))
def test_folding_loses_no_patent_and_keeps_the_order(patents: list[Patent]) -> None:
    folded = fold(ranked(*patents))
    order = [patent.id for patent in patents]
    heads = [group.patent.id for group in folded]
    assert heads == [identity for identity in order if identity in heads]
    assert sorted(i for g in folded for i in (g.patent.id, *(f.id for f in g.folded))) == sorted(
        order
    )
    for group in folded:
        members = [order.index(member.id) for member in group.folded]
        assert members == sorted(members) and all(m > order.index(group.patent.id) for m in members)
    for number, group in enumerate(folded):
        assert all(same_invention(group.patent, other.patent) is None for other in folded[:number])


@settings(max_examples=40)
@given(st.lists(PATENTS, max_size=8, unique_by=lambda patent: patent.id))
def test_every_folded_patent_has_its_reason(patents: list[Patent]) -> None:
    by_id = {patent.id: patent for patent in patents}
    for group in fold(ranked(*patents)):
        for member in group.folded:
            if member.reason == "family":
                keys = {family_key(by_id[m.id]) for m in group.folded if m.id != member.id}
                assert family_key(by_id[member.id]) in keys | {family_key(group.patent)}
            else:
                assert same_invention(group.patent, by_id[member.id]) == member.reason
                assert member.resemblance >= DUPLICATE_JACCARD


def test_two_publications_of_one_case_without_its_number_fold() -> None:
    granted = sibling(EVAPORATOR, "CN2", claims=(Claim(1, CLAIM + "所述溢流孔的孔径为三毫米。"),))
    assert same_invention(EVAPORATOR, granted) == "text"
    assert fold(ranked(granted, EVAPORATOR)) == [
        DuplicateGroup(PatentRow(1), granted, [FoldedPatent(EVAPORATOR.id, "text", 1.0)])
    ]


def test_a_divisional_with_other_claims_folds_by_its_abstract() -> None:
    divisional = sibling(EVAPORATOR, "CN2", claims=(Claim(1, OTHER),), inventors=())
    assert same_invention(EVAPORATOR, divisional) == "text"


def test_missing_texts_are_not_compared() -> None:
    by_claim = sibling(EVAPORATOR, "CN2", abstract="")
    by_abstract = sibling(EVAPORATOR, "CN3", claims=())
    assert same_invention(EVAPORATOR, by_claim) == same_invention(EVAPORATOR, by_abstract) == "text"
    assert same_invention(by_claim, by_abstract) is None


def test_a_utility_model_of_the_same_day_folds_under_another_title() -> None:
    twin = sibling(
        EVAPORATOR,
        "CN2",
        title="浓缩果汁用蒸发设备",
        abstract=ABSTRACT.replace("本发明", "本实用新型"),
        patent_type=PatentType.UTILITY_MODEL,
    )
    assert same_invention(EVAPORATOR, twin) == "same_day"
    for other in (
        replace(twin, filing_date=date(2020, 3, 2)),
        replace(twin, filing_date=None),
        replace(twin, patent_type=PatentType.INVENTION),
        replace(twin, applicants=("样例研究院",), inventors=("样例丙",)),
    ):
        assert same_invention(EVAPORATOR, other) is None


def test_a_series_that_differs_in_a_term_of_the_title_does_not_fold() -> None:
    series = sibling(
        EVAPORATOR,
        "CN2",
        title="一种浓缩牛奶的降膜蒸发装置",
        abstract=ABSTRACT.replace("果汁", "牛奶"),
        claims=(),
    )
    assert resemblance(ABSTRACT, series.abstract) > DUPLICATE_JACCARD
    assert same_invention(EVAPORATOR, series) is None


def test_the_same_title_alone_does_not_fold() -> None:
    assert same_invention(EVAPORATOR, sibling(EVAPORATOR, "CN2", abstract=OTHER, claims=())) is None
    silent = sibling(EVAPORATOR, "CN2", abstract="", claims=())
    assert same_invention(silent, sibling(silent, "CN3")) is None
    short = sibling(EVAPORATOR, "CN4", abstract="一种装置。", claims=())
    assert same_invention(short, sibling(short, "CN5")) is None


def test_patents_without_a_common_party_need_a_higher_similarity() -> None:
    stranger = sibling(EVAPORATOR, "CN2", applicants=("样例公司",), inventors=("样例丙",))
    assert same_invention(EVAPORATOR, stranger) == "text"
    reworded = replace(stranger, abstract=ABSTRACT.replace("香气", "风味"), claims=())
    assert DUPLICATE_JACCARD < resemblance(ABSTRACT, reworded.abstract) < 0.95
    assert same_invention(EVAPORATOR, reworded) is None
    ours = replace(reworded, inventors=("样例乙",))
    assert same_invention(EVAPORATOR, ours) == "text"


def test_families_fold_for_any_texts() -> None:
    one = sibling(EVAPORATOR, "CN1", family_id="F1")
    two = sibling(SEPARATOR, "CN2", family_id="F1")
    three = sibling(SEPARATOR, "CN3", priority_numbers=("P2", "P1"))
    four = sibling(GRIPPER, "CN4", priority_numbers=("P1", "P2"))
    alone = sibling(GRIPPER, "CN5")
    assert groups(one, three, alone, two, four) == [["CN1", "CN2"], ["CN3", "CN4"], ["CN5"]]


def test_the_family_of_a_folded_patent_folds_too() -> None:
    copy = sibling(EVAPORATOR, "CN2", family_id="F1")
    relative = sibling(GRIPPER, "CN3", family_id="F1")
    assert groups(EVAPORATOR, copy, relative) == [["CN1", "CN2", "CN3"]]


def test_small_differences_do_not_add_up() -> None:
    """Each patent is compared with the representative of a group, not with the previous member."""
    cut = 2
    steps = [replace(EVAPORATOR, claims=())]
    for number in range(1, 20):
        text = OTHER[: cut * number] + ABSTRACT[cut * number :]
        steps.append(sibling(steps[0], f"CN{number + 1}", abstract=text))
    neighbours = pairwise(steps)
    assert {same_invention(a, b) for a, b in neighbours} == {"text"}
    for group in fold(ranked(*steps)):
        assert all(member.resemblance >= DUPLICATE_JACCARD for member in group.folded)
    assert len(groups(*steps)) > 1


def test_only_families_and_twin_rows_fold_in_the_sample_catalogue() -> None:
    file = Path(__file__).parents[2] / "matcher" / "samples" / "patents.jsonl"
    read = [record.patent for record in read_file(file, mapping={}, today=TODAY).patents]
    for group in fold(ranked(*dict.fromkeys(read))):
        for member in group.folded:
            assert member.reason == "family"


def test_blanks_and_a_leading_yi_zhong_do_not_change_a_title() -> None:
    spaced = sibling(EVAPORATOR, "CN2", title=re.sub("一种", " ", EVAPORATOR.title) + "及清洗方法")
    assert same_invention(EVAPORATOR, spaced) == "text"
