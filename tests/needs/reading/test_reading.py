"""A need is understood: its parts, its figures, its terms; what says nothing is set apart."""

import json
import re
from datetime import date
from importlib.resources import as_file, files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.importing.read_need_document import read_needs
from matcher.needs.reading.reading import read_need, reading_json
from matcher.types import Need, Reading


def parts(need: Need | str) -> dict[str, str]:
    """The parts of a need by their kind; there is one of each kind at most."""
    reading = read_need(Need(text=need) if isinstance(need, str) else need)
    kinds = [part.kind for part in reading.parts]
    assert len(set(kinds)) == len(kinds)
    return {part.kind: part.text for part in reading.parts}


def boilerplate(text: str) -> tuple[str, ...]:
    return read_need(Need(title="耐磨涂层", text=text)).boilerplate


def test_fields_of_a_form_are_taken_as_they_are() -> None:
    reading = read_need(
        Need(
            title="水性防锈底漆",
            text="用于港口机械。",
            problem="需要调好以后老是没法喷。",
            indicators="1、盐雾1000小时；2、挥发物不超过100 g/L",
            goal="存在的锈蚀全部消除。",
            keywords=("底漆", " ", "防锈"),
        )
    )
    assert [(part.kind, part.text) for part in reading.parts] == [
        ("title", "水性防锈底漆"),
        ("text", "用于港口机械。"),
        ("problem", "调好以后老是没法喷。"),
        ("technique", "盐雾1000小时；挥发物不超过100 g/L"),
        ("goal", "存在的锈蚀全部消除。"),
        ("keywords", "底漆、防锈"),
    ]
    assert reading.indicators == ("1000小时", "不超过100 g/L")
    assert "primer coating" in {n for term in reading.terms for n in term.equivalents}
    assert reading.boilerplate == ()


@pytest.mark.parametrize(
    "text",
    [
        "一、主要问题：\n涂层用半年就脱落。\n二、技术关键及主要指标\n硬度HV900。\n三、预期目标：\n两年内量产。\n四、现有工作基础\n已有喷涂间。",
        "主要问题：涂层用半年就脱落。主要指标：硬度HV900。预期目标：两年内量产。工作基础：已有喷涂间。",
        "1、面临的难题\n涂层用半年就脱落。\n2、技术指标：硬度HV900。\n3、项目实施目标：两年内量产。\n4、企业概况：已有喷涂间。",
        "【存在问题】涂层用半年就脱落。\n【技术参数】硬度HV900。\n【达到目标】两年内量产。\n【研究基础】已有喷涂间。",
    ],
)
def test_a_pasted_text_is_divided_by_its_headings(text: str) -> None:
    reading = read_need(Need(title="耐磨涂层", text=text))
    assert [(part.kind, part.text) for part in reading.parts] == [
        ("title", "耐磨涂层"),
        ("problem", "涂层用半年就脱落。"),
        ("technique", "硬度HV900。"),
        ("goal", "两年内量产。"),
    ]
    assert reading.boilerplate == ("已有喷涂间。",)


def test_english_headings() -> None:
    text = (
        "Problem: The seal wears out.\nRequirements:\nUp to 200 °C.\nGoal: One year without repair."
    )
    assert parts(Need(title="Seals", text=text)) == {
        "title": "Seals",
        "problem": "The seal wears out.",
        "technique": "Up to 200 °C.",
        "goal": "One year without repair.",
    }


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("现有涂层存在易脱落的问题。", "problem"),
        ("温度高了就难以控制。", "problem"),
        ("目前只能靠人工挑选。", "problem"),
        ("The rubber fingers crack in the cold.", "problem"),
        ("厚度误差不超过0.1 mm。", "technique"),
        ("研究低温固化的树脂体系。", "technique"),
        ("要求孔径≤2 μm。", "technique"),
        ("It must survive a whole season.", "technique"),
        ("实现整线无人值守。", "goal"),
        ("建成年处理万吨的示范线。", "goal"),
        ("片材宽一米多，走的是卷对卷。", "text"),
    ],
)
def test_sentences_without_a_heading_are_classified_by_their_cues(sentence: str, kind: str) -> None:
    assert parts(Need(title="题", text=sentence)) == {"title": "题", kind: sentence}


def test_a_sentence_with_a_statement_and_a_demand_becomes_two() -> None:
    assert parts(Need(title="题", text="旧刀片容易崩口开裂，现需要开发一种耐热的刀片材料。")) == {
        "title": "题",
        "problem": "旧刀片容易崩口开裂",
        "technique": "开发一种耐热的刀片材料。",
    }


def test_without_a_title_the_first_sentence_is_the_title() -> None:
    assert parts("铝壳拼缝焊不好。板子有高低，容易烧穿。") == {
        "title": "铝壳拼缝焊不好。",
        "problem": "板子有高低，容易烧穿。",
    }
    assert parts("近年来环保政策趋严。我公司希望找到水性漆。刮破处容易生锈。") == {
        "title": "水性漆。",
        "problem": "刮破处容易生锈。",
    }
    assert parts("项目名称：水性漆\n预期目标：三年内换完") == {
        "title": "水性漆",
        "goal": "三年内换完",
    }
    assert parts("主要问题：刮破处容易生锈。") == {"problem": "刮破处容易生锈。"}


def test_a_repeated_title_is_left_out() -> None:
    assert parts(Need(title="水性漆", text="水性漆\n刮破处容易生锈。")) == {
        "title": "水性漆",
        "problem": "刮破处容易生锈。",
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "我公司成立于2008年，是一家集研发、生产、销售于一体的高新技术企业。",
        "公司占地80亩，员工300人，年产值2亿元。",
        "随着新能源汽车的快速发展，车厂对轻量化越来越重视。",
        "国家政策大力支持绿色制造。",
        "该产品市场规模已达百亿元，应用前景广阔。",
        "欢迎各高校专家与我公司开展产学研合作。",
        "We are a leading manufacturer of pumps, founded in 1998.",
        "With the rapid development of new energy, demand is growing.",
        "The company has 300 employees and an annual turnover of 20 million.",
    ],
)
def test_boilerplate_is_set_apart_as_whole_sentences(sentence: str) -> None:
    assert boilerplate(f"{sentence}\n涂层容易脱落。") == (sentence,)


def test_a_sentence_with_filler_and_content_keeps_the_content() -> None:
    reading = read_need(
        Need(title="题", text="随着电动车的普及，传统隔膜在高温下容易收缩，市场前景广阔。")
    )
    assert [part.text for part in reading.parts] == ["题", "传统隔膜在高温下容易收缩"]
    assert reading.boilerplate == ("随着电动车的普及", "市场前景广阔。")
    assert boilerplate("近年来，一种新的夹爪能分清软硬。") == ("近年来",)


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("我公司希望找到耐热的涂层。", "耐热的涂层。"),
        ("我司拟采用激光焊接薄板。", "激光焊接薄板。"),
        ("本项目拟开发低温固化树脂。", "开发低温固化树脂。"),
        ("因此，急需解决隔膜收缩。", "解决隔膜收缩。"),
        ("We are looking for thin sheets.", "thin sheets."),
        ("拟南芥的基因编辑。", "拟南芥的基因编辑。"),
        ("需氧发酵的搅拌。", "需氧发酵的搅拌。"),
        ("希望合作。", "希望合作。"),
    ],
)
def test_lead_ins_are_cut_off(sentence: str, left: str) -> None:
    reading = read_need(Need(title="题", problem=sentence))
    assert [part.text for part in reading.parts[1:]] == [left]


def test_a_need_of_boilerplate_only_is_kept() -> None:
    text = "我公司成立于2008年。市场前景广阔。"
    assert read_need(Need(text=text)) == Reading((read_need(Need(text=text)).parts[0],))
    assert parts(text) == {"text": text}


@pytest.mark.parametrize("text", ["", " \n", "？？？", "预期目标：", "技术难题", "一、"])
def test_needs_of_hardly_any_text(text: str) -> None:
    assert "".join(parts(text).values()).strip() == text.strip()


def test_a_hard_wrapped_english_text_keeps_its_sentences() -> None:
    assert parts("Hose clamps.\nThe clamp cracks when the\nwater freezes. We need steel.") == {
        "title": "Hose clamps.",
        "problem": "The clamp cracks when the water freezes.",
        "technique": "steel.",
    }


def test_the_sample_needs_keep_their_titles_and_fields() -> None:
    with as_file(files("matcher") / "samples" / "queries.jsonl") as file:
        needs, _ = read_needs(file, date(2026, 11, 24))
    assert len(needs) == 30
    for need in needs:
        read = parts(need)
        assert read["title"] == need.title
        assert bool(need.goal) <= ("goal" in read)
        assert bool(need.problem) <= ("problem" in read)


def test_the_reading_as_json() -> None:
    reading = read_need(Need(title="PVC管≥3 mm", text="近年来市场规模扩大。"))
    told = reading_json(reading)
    assert json.loads(json.dumps(told)) == told
    assert told["parts"] == [{"kind": "title", "text": "PVC管≥3 mm"}]
    assert told["indicators"] == ["≥3 mm"]
    assert told["terms"][0]["text"] == "PVC" and "聚氯乙烯" in told["terms"][0]["equivalents"]
    assert told["boilerplate"] == ["近年来市场规模扩大。"]


SENTENCES = st.sampled_from(
    [
        "我公司成立于2008年，员工300人",
        "随着行业的发展，传统工艺难以满足要求",
        "涂层存在易脱落的问题，现急需开发新材料，市场前景广阔",
        "我司拟研究激光焊接",
        "厚度≤0.5 mm",
        "1、孔径10~20 μm",
        "（二）建成示范线",
        "We are a company founded in 1998",
        "it cracks, and we need 1,000 hours",
        "希望专家给予指导",
        "预期目标：三年达产",
        "工作基础：已有中试线",
        "说明书全是外文",
    ]
)
ENDS = st.sampled_from(["。", "；", "\n", "！\n", ". ", "。”", "，"])
TEXTS = st.lists(st.tuples(SENTENCES, ENDS), max_size=12).map(
    lambda pairs: "".join(sentence + end for sentence, end in pairs)
)
TRIMMED = re.compile(
    r"^(?:预期目标|工作基础|我公司|我司|现|急需|希望|拟|开发|研究|we|need|and|\s|\d、|（二）)*",
    re.IGNORECASE,
)


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.sampled_from([None, "耐磨涂层"]))
def test_nothing_is_lost_but_headings_numbers_and_lead_ins(text: str, title: str | None) -> None:
    reading = read_need(Need(text=text, title=title))
    kept = "\n".join([*(part.text for part in reading.parts), *reading.boilerplate])
    for clause in re.split("[，,。；！：\n”]|\\. ", text):
        assert TRIMMED.sub("", clause).strip() in kept


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("锂膜焊接难题目标：:。；，, \n1、（）.aB%≤2希望拟我公司")))
def test_any_text_is_read_and_no_letter_of_its_own_is_made_up(text: str) -> None:
    reading = read_need(Need(text=text))
    assert bool(reading.parts) == bool(text.strip())
    for told in (*(part.text for part in reading.parts), *reading.boilerplate):
        assert told.strip()
        for line in told.split("\n"):
            assert set(line) <= set(text) | {" "}
