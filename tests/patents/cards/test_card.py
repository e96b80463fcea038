import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.importing.read_file import read_file
from matcher.patents.cards.card import (
    ASPECTS,
    CARDS_VERSION,
    MAX_LINES_PER_ASPECT,
    CardOverride,
    technology_card,
    with_override,
)
from matcher.patents.passages import in_simplified
from matcher.store import patents
from matcher.store.cards import delete_override, overrides_of, save_override
from matcher.store.database import Store
from matcher.types import CardAspect, Claim, Patent, PatentId, PatentRow, TechnologyCard
from scripts.docs.sample_corpus import SAMPLES
from tests.support.samples import ALL, SEPARATOR

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFICE = "样例大学技术转移中心"
PIECES = (
    "本发明公开了一种隔膜，",
    "其特征在于，包括基膜（1）和所述涂层（2）",
    "解决了现有技术中隔膜受热收缩的问题",
    "从而提高了安全性",
    "收缩率由12%降到2%",
    "可用于动力电池",
    "（见图1，",
    "The invention provides a gripper, wherein said finger holds",
    " 0.5 mm, so that the force fell from 3 N to 1 N",
    "It is suitable for packing lines",
    "。",
    "；",
    "、",
    "，",
    ". ",
    "：",
    "\n",
)


@cache
def catalogue() -> tuple[Patent, ...]:
    read = read_file(SAMPLES / "patents.jsonl", mapping={}, today=date(2026, 11, 1), sample=True)
    return tuple(record.patent for record in read.patents)


def test_rules_that_make_other_cards_have_another_version() -> None:
    """An index keeps its cards; it makes them anew for another version."""
    cards = "\n".join(repr(technology_card(own).lines) for own in catalogue())
    digest = hashlib.sha256(cards.encode()).hexdigest()[:16]
    assert (CARDS_VERSION, digest) == ("1", "d875f6ca625afadd"), (
        "raise CARDS_VERSION, and record both here"
    )


def patent(abstract: str = "", *claims: str, title: str = "一种样例装置") -> Patent:
    numbered = tuple(Claim(number, text) for number, text in enumerate(claims, 1))
    return Patent(PatentId("local:0"), title, abstract, claims=numbered)


def lines(card: TechnologyCard, aspect: CardAspect) -> list[str]:
    return [line.text for line in card.lines if line.aspect == aspect]


def check_sources(patent: Patent) -> None:
    """Each line comes from a sentence of its passage, without added words or figures.

    Cards are written in simplified characters.
    """
    read = in_simplified(patent)
    passages = {"abstract": read.abstract, "title": read.title}
    passages |= {f"claim {claim.number}": claim.text for claim in read.claims}
    card = technology_card(patent)
    for line in card.lines:
        assert line.source and line.source in passages[line.passage]
        text = re.sub("等$|, and more$", "", line.text)
        assert is_subsequence(letters(text), letters(line.source)), line
        assert set(figures(text)) <= set(figures(line.source)), line
    for aspect in ASPECTS:
        assert len(lines(card, aspect)) <= MAX_LINES_PER_ASPECT
    assert not card.is_reviewed


def letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def figures(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def is_subsequence(part: str, whole: str) -> bool:
    left: Iterator[str] = iter(whole)
    return all(character in left for character in part)


@pytest.mark.parametrize("sample", [*catalogue(), *ALL], ids=lambda sample: sample.id)
def test_every_line_stands_in_the_patent(sample: Patent) -> None:
    check_sources(sample)
    assert lines(technology_card(sample), "means"), "every sample says how it is done"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=20).map("".join),
    st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=3),
)
def test_no_line_is_added_to_any_text(abstract: str, claims: list[str]) -> None:
    check_sources(patent(abstract, *claims))


@pytest.mark.parametrize("sample", catalogue(), ids=lambda sample: sample.id)
def test_the_lines_of_a_card_do_not_repeat_each_other(sample: Patent) -> None:
    texts = [line.text for line in technology_card(sample).lines]
    for index, text in enumerate(texts):
        assert not any(text in other or other in text for other in texts[:index])


def test_a_repeated_statement_gives_one_line() -> None:
    statement = "包括底座和设在底座上的立柱"
    card = technology_card(
        patent(f"本发明公开一种支架，{statement}。所述支架{statement}，立柱为钢管。")
    )
    assert lines(card, "means") == [statement]


def test_a_chinese_card_is_plain_and_keeps_its_figures() -> None:
    card = technology_card(
        patent(
            "本实用新型公开了一种柔性夹爪，解决了现有技术中刚性夹爪容易压伤果蔬的技术问题。"
            "所述夹爪包括硅胶手指（11）和设置在所述硅胶手指（11）内的充气腔（12）。"
            "与现有技术相比，本实用新型将草莓损伤率由4.1%降到0.3%，每分钟抓取38次。"
            "适用于果蔬分拣和食品包装。"
        )
    )
    assert [(line.aspect, line.text) for line in card.lines] == [
        ("problem", "刚性夹爪容易压伤果蔬"),
        ("means", "夹爪包括硅胶手指和设置在硅胶手指内的充气腔"),
        ("effect", "将草莓损伤率由4.1%降到0.3%，每分钟抓取38次"),
        ("use", "果蔬分拣和食品包装"),
    ]
    assert {line.passage for line in card.lines} == {"abstract"}
    assert card.lines[3].source == "适用于果蔬分拣和食品包装。"


def test_an_english_card_is_plain_and_keeps_its_figures() -> None:
    card = technology_card(
        patent(
            "Rigid grippers damage soft fruit. The invention provides a finger of silicone which "
            "comprises an air chamber. In tests with 200 strawberries, damage fell from 4.1 % to "
            "0.3 %. The gripper is suitable for packing lines.",
            title="Soft gripper",
        )
    )
    assert [(line.aspect, line.text) for line in card.lines] == [
        ("problem", "Rigid grippers damage soft fruit"),
        ("means", "A finger of silicone, which comprises an air chamber"),
        ("effect", "In tests with 200 strawberries, damage fell from 4.1 % to 0.3 %"),
        ("use", "Packing lines"),
    ]


def test_an_aspect_without_a_statement_has_no_line() -> None:
    card = technology_card(patent("本发明公开一种支架，包括底座、立柱和横梁。"))
    assert [(line.aspect, line.text) for line in card.lines] == [("means", "包括底座、立柱和横梁")]
    assert technology_card(patent("", title="")).lines == ()


def test_without_an_abstract_the_first_claim_gives_the_means() -> None:
    card = technology_card(
        patent(
            "",
            "一种夹爪，其特征在于，包括以下步骤：向充气腔充气使手指变形；测量接触压力并调节气压。",
            "根据权利要求1所述的夹爪在果蔬分拣中的应用。",
        )
    )
    assert [(line.aspect, line.text, line.passage) for line in card.lines] == [
        ("means", "向充气腔充气使手指变形", "claim 1"),
        ("means", "测量接触压力并调节气压", "claim 1"),
        ("use", "果蔬分拣", "claim 2"),
    ]


def test_a_use_in_the_title_is_a_line() -> None:
    card = technology_card(patent("包括底座和立柱。", title="一种支架及其在温室大棚中的应用"))
    (use,) = [line for line in card.lines if line.aspect == "use"]
    assert (use.text, use.passage) == ("温室大棚", "title")


def test_a_long_list_is_cut_between_its_entries() -> None:
    parts = "、".join(f"第{number}个安装部件" for number in range(1, 31))
    card = technology_card(patent(f"本发明公开一种机床，包括{parts}。"))
    (means,) = lines(card, "means")
    assert means.endswith("个安装部件等") and len(means) < 80


def test_the_purpose_of_a_part_is_no_use_of_the_invention() -> None:
    card = technology_card(
        patent("本发明公开一种泵，包括壳体和螺栓，用于固定所述壳体，壳体内设有叶轮。")
    )
    assert lines(card, "use") == []


def test_an_institution_replaces_the_lines_of_an_aspect() -> None:
    card = technology_card(SEPARATOR)
    assert {line.aspect for line in card.lines} == {"means", "use"}
    own: dict[CardAspect, tuple[str, ...]] = {"problem": ("隔膜受热会收缩",), "effect": ()}
    reviewed = with_override(card, CardOverride(own, OFFICE, NOON))
    assert [line.aspect for line in reviewed.lines] == ["problem", "means", "use"]
    written = reviewed.lines[0]
    assert (written.text, written.passage, written.source) == ("隔膜受热会收缩", "TTO", "")
    assert reviewed.lines[1:] == tuple(x for x in card.lines if x.aspect in ("means", "use"))
    assert reviewed.is_reviewed


def test_an_empty_override_marks_the_card_as_reviewed() -> None:
    card = technology_card(SEPARATOR)
    assert with_override(card, None) is card
    approved = with_override(card, CardOverride({}, OFFICE, NOON))
    assert approved.lines == card.lines and approved.is_reviewed


@pytest.mark.parametrize(
    ("own", "who", "when", "message"),
    [
        ({"price": ("x",)}, OFFICE, NOON, "no aspect"),
        ({"use": ("一", "二", "三")}, OFFICE, NOON, "at most 2 lines"),
        ({"use": (" ",)}, OFFICE, NOON, "1 to 300"),
        ({"use": ("字" * 301,)}, OFFICE, NOON, "1 to 300"),
        ({"use": ("请电 13900000000",)}, OFFICE, NOON, "no phone"),
        ({}, "jia@sample.example", NOON, "no phone"),
        ({}, " ", NOON, "names its institution"),
        ({}, OFFICE, NOON.replace(tzinfo=None), "time zone"),
    ],
)
def test_an_override_that_cannot_be_shown_is_refused(
    own: dict[CardAspect, tuple[str, ...]], who: str, when: datetime, message: str
) -> None:
    with pytest.raises(InputError, match=message) as refused:
        CardOverride(own, who, when)
    assert "13900000000" not in str(refused.value) and "sample.example" not in str(refused.value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        with opened.writing() as connection:
            patents.save(connection, ALL)
        yield opened


def stored(store: Store, *patents: Patent) -> dict[PatentId, CardOverride]:
    with store.reading() as connection:
        return overrides_of(connection, [patent.id for patent in patents])


def test_overrides_are_stored_replaced_and_deleted(store: Store) -> None:
    first = CardOverride({"use": ("动力电池", "储能")}, OFFICE, NOON)
    second = CardOverride({"effect": ()}, "样例研究院", NOON + timedelta(days=1))
    with store.writing() as connection:
        save_override(connection, PatentRow(1), CardOverride({}, "role: TTO", NOON))
        save_override(connection, PatentRow(1), first)
        save_override(connection, PatentRow(3), second)
    one, two, three = ALL[:3]
    assert stored(store, three, two, one) == {one.id: first, three.id: second}
    assert stored(store) == {}
    with store.writing() as connection:
        assert delete_override(connection, PatentRow(1))
        assert not delete_override(connection, PatentRow(1))
    assert stored(store, one, two, three) == {three.id: second}


def test_the_time_is_the_same_moment_in_any_zone(store: Store) -> None:
    china = timezone(timedelta(hours=8))
    with store.writing() as connection:
        save_override(connection, PatentRow(1), CardOverride({}, OFFICE, NOON.astimezone(china)))
    assert stored(store, ALL[0])[ALL[0].id].written_at == NOON


def test_every_change_of_a_card_advances_the_revision_only(store: Store) -> None:
    before = store.version().revision, store.catalogue_state()
    with store.writing() as connection:
        save_override(connection, PatentRow(2), CardOverride({}, OFFICE, NOON))
        delete_override(connection, PatentRow(2))
        delete_override(connection, PatentRow(2))
    assert (store.version().revision, store.catalogue_state()) == (before[0] + 2, before[1])


def test_an_override_is_deleted_with_its_patent(store: Store) -> None:
    with store.writing() as connection:
        save_override(connection, PatentRow(1), CardOverride({}, OFFICE, NOON))
        save_override(connection, PatentRow(2), CardOverride({}, OFFICE, NOON))
        patents.delete_all_but(connection, {ALL[1].id})
    assert set(stored(store, *ALL)) == {ALL[1].id}


def test_many_overrides_are_read_at_once(store: Store) -> None:
    with store.writing() as connection:
        save_override(connection, PatentRow(2), CardOverride({}, OFFICE, NOON))
    ids = [*(PatentId(f"local:{number:016x}") for number in range(5000)), ALL[1].id]
    with store.reading() as connection:
        assert set(overrides_of(connection, ids)) == {ALL[1].id}
