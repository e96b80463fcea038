"""The headings with which firms divide the text of a need: 主要问题：, 二、预期目标, Background."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from matcher.types import NeedPartKind

SectionKind = NeedPartKind | Literal["firm"]


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, or before the first."""

    kind: SectionKind
    """`firm` is what the firm tells of itself: its basis, means, money, ways of cooperation."""
    strict: bool
    """Whether all of it is of that kind; else single sentences may be of another."""
    text: str


_NUMBER = (
    r"(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]{0,2}|[①-⑳]"
    r"|第[一二三四五六七八九十][部分章节]{1,2})"
)
_QUALIFIERS = (
    "主要|技术|关键|核心|具体|预期|预计|现有|已有|目前|当前|项目|课题|产品|研究|研发|开发|实施"
    "|工作|企业"
    "|公司|单位|我司|本|拟|希望|期望|需要|急需|亟需|需|解决|攻克|突破|存在|面临|遇到|达到|应|以下"
    "|阶段"
    "|总体|最终|考核|性能|质量|功能|合作|征集|经济|社会|市场|产业化|应用|重点|难|基本|预|所|欲"
    "|前期|科研"
    "|实验|试验|国内外|行业|发展|建设|建成|完成|后|现在|投入|初步|详细|简要|相关|其他|其它|的|与"
    "|和|及|以及|或|、|/"
)
_TAILS = (
    "如下|方式|归属|计划|包括|描述|说明|内容|方面|情况|要点|概述|简述|介绍|主要有|有|为|是|等|的"
    "|与|和|及|、"
)
_KINDS: tuple[tuple[str, SectionKind, bool], ...] = (
    ("名称|题目", "title", True),
    ("指标|参数|规格", "technique", True),
    ("问题|难题|难点|瓶颈|痛点|困难|困境", "problem", True),
    ("内容|任务", "technique", False),
    ("目标|目的|效果|成果|愿景", "goal", True),
    (
        "基础|简介|概况|团队|资金|投资|预算|经费|费用|前景|效益|专利|知识产权|条件|优势|实力"
        "|进展|进度|安排",
        "firm",
        True,
    ),
    ("合作方式|合作方案|合作模式|合作单位|合作意向|产学研合作|联系方式|联系人", "firm", True),
    ("意义|必要性|背景|现状|概述|趋势", "text", False),
    ("需求|技术|要求|方案|方法|路线|功能|创新点|原理|思路|用途", "technique", False),
)
_CORES = "|".join(words for words, _, _ in _KINDS)
_WORDS = sorted({*_QUALIFIERS.split("|"), *_TAILS.split("|"), *_CORES.split("|")}, key=len)[::-1]
_CHINESE = re.compile(rf"(?:{'|'.join(_WORDS)})++(?:[(（][^()（）\n]{{1,24}}[)）])?")
_ENGLISH: tuple[tuple[str, SectionKind, bool], ...] = (
    (r"(?:project |need )?(?:title|name)", "title", True),
    (
        r"(?:(?:the|main|key|technical|our|current) )*(?:problems?|challenges?|pain points?"
        r"|issues?)"
        r"(?: to (?:solve|be solved))?",
        "problem",
        True,
    ),
    (
        r"(?:(?:key|main|technical|performance) )*(?:indicators?|specifications?|parameters?"
        r"|figures)"
        r"|performance targets?",
        "technique",
        True,
    ),
    (
        r"(?:(?:technical|technology|key|our|main|the) )*(?:requirements?|needs?|solution sought"
        r"|techniques?|what we need)",
        "technique",
        False,
    ),
    (
        r"(?:(?:expected|project|our|desired|the) )*(?:goals?|objectives?|outcomes?|targets?"
        r"|results?|aims?)",
        "goal",
        True,
    ),
    (r"(?:(?:project|technical) )?background|current situation|context", "text", False),
    (
        r"about (?:us|the company)|(?:company|our company|company profile|who we are)|budget"
        r"|funding|contacts?|cooperation(?: mode)?|existing (?:basis|work)",
        "firm",
        True,
    ),
)
_HEADING = re.compile(
    rf"(?:^|(?<=[。；;！？\n]))(?P<lead>[ \t\u3000]*(?:{_NUMBER}[ \t\u3000]*)?[【\[《#*]*)"
    r"(?P<name>[^\n。；;：:，,！？!?【】\[\]《》*]{2,40}?)[ \t\u3000]*[】\]》*]*"
    r"(?P<end>[ \t\u3000]*[：:][ \t\u3000]*|[ \t\u3000]*(?=[；;]?\n|$)|(?<=】))"
)


def sections(text: str) -> list[Section]:
    """The text divided by its own headings, which are left out; empty sections are too.

    Headings follow each other or the text's lines; one inside a line needs a colon and a sentence
    that ends before it. Text before the first heading is of kind `text`.
    """
    found: list[Section] = []
    kind: SectionKind = "text"
    strict = False
    start = 0
    for place, end, next_kind, next_strict in _headings(text):
        found.append(Section(kind, strict, text[start:place]))
        start, kind, strict = end, next_kind, next_strict
    found.append(Section(kind, strict, text[start:]))
    return [section for section in found if any(map(str.isalnum, section.text))]


def _headings(text: str) -> Iterator[tuple[int, int, SectionKind, bool]]:
    """Where each heading begins and where its text begins, with what it announces."""
    for match in _HEADING.finditer(text):
        meaning = _meaning(match["name"].strip())
        if meaning is None:
            continue
        at_line = match.start() == 0 or text[match.start() - 1] == "\n"
        if at_line or "：" in match["end"] or ":" in match["end"]:
            yield match.start(), match.end(), *meaning


def _meaning(name: str) -> tuple[SectionKind, bool] | None:
    if name.isascii():
        english = (
            (kind, strict)
            for words, kind, strict in _ENGLISH
            if re.fullmatch(words, name, re.IGNORECASE)
        )
        return next(english, None)
    if not _CHINESE.fullmatch(name):
        return None
    if re.fullmatch("(?:现有|已有|目前)的?技术", name):
        return "text", False
    if re.search("企业|公司|单位", name) and re.search("背景|情况|现状|条件", name):
        return "firm", True
    known = ((kind, strict) for words, kind, strict in _KINDS if re.search(words, name))
    return next(known, None)
