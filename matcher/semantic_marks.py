"""Which words of a passage mean what a word of the need means, whatever the two are called.

Words that the need and the passage share are marked by `evidence.highlights`. Here a word of the
passage is marked because its vector is near to that of a word of the need, in either language.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evidence import Span, join
from matcher.ports import WordVectors

BoolArray = NDArray[np.bool_]
LINE = 0.55
"""The cosine from which two words count as related; read off the built-in model, where plastic and
polypropylene have 0.56, and words of unlike meaning seldom above 0.5."""
SHORTEST_LATIN = 3
"""Latin words of fewer letters are mostly function words and units."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_EMPTY_CHINESE = frozenset(
    re.findall(
        r"\S+",
        """
    一种 本发明 发明 实用新型 本实用新型 本申请 申请 公开 涉及 属于 提供 提出 所述 上述 前述 该 其
    特征 其特征 其特征在于 特征在于 在于 权利要求 要求 权利 根据 按照 依据 基于 通过 利用 采用 使用
    用于 应用 应用于 适用 适用于 包括 包含 具有 设有 设置 设置有 进行 实现 得到 获得 获取 形成 构成
    方法 装置 系统 设备 步骤 技术 领域 方案 问题 及其 以及 或者 并且 而且 从而 因此 由于 如果 但是
    其中 之间 之后 之前 同时 其他 其它 这个 那个 这种 一个 一些 多个 若干 至少 任一 任意 各个 每个
    不同 相同 对应 相应 可以 能够 需要 希望 想要 没有 不是 就是 还是 不能 不会 已经 现在 目前 现有
    我们 我司 公司 企业 单位 厂里 客户 产品 有没有 怎么 什么 如何 左右 以上 以下 以内 达到 不低于
    不超过 不大于 不小于 大于 小于 低于 高于 分别 作为 以及其 优选 优选地 具体 主要 有效 较 更 使得
    使其 也就是 随着 发展 帮助 解决 老是 东西 办法 法子 时候 一起 一样 出来 起来 下来 上来 出去
    分钟 小时 毫秒 秒钟 毫米 厘米 微米 千克 公斤 时间 超过 不大 不高
    """,
    )
)
_EMPTY_ENGLISH = frozenset(
    re.findall(
        r"\S+",
        """
    the and for are was were been being has have had having does did done with without from into
    onto that this these those than then there their they them its our ours you your she his her
    him who whom whose which what when where why how all any both each every few more most much
    many other others some such only own same too very can could may might must shall should will
    would not nor but also about above after again against before below between beyond during over
    under through until upon while within per via one ones two three first second claim claims
    claimed according accordance invention present method methods device devices apparatus system
    systems wherein thereof therein thereto whereby said comprising comprises comprise comprised
    including includes include included consisting consists characterized characterised provided
    providing provides configured adapted using used uses use based plurality least embodiment
    preferably want wants need needs like look looking keep keeps get gets make makes made new way
    thing things company firm customer customers today now just even still because since however
    therefore out off down back away come comes goes going got let lets take takes put puts try
    tried better best good bad well several minute minutes hour hours seconds year years month
    months week weeks day days time times hundred thousand metre metres inch inches kilo kilos
    """,
    )
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark in a passage; the two kinds do not overlap."""

    highlights: tuple[Span, ...]
    """Words that the need uses too."""
    related: tuple[Span, ...]
    """Words near in meaning to a word of the need."""


def marks(
    need: str,
    need_words: WordVectors,
    passage: str,
    passage_words: WordVectors,
    highlights: Iterable[Span],
    line: float = LINE,
) -> Marks:
    """The shared words, and the words of the passage related to one of the need's.

    A word that is shared as a whole stays so. Of shared characters that are only a part of a
    related word (Chinese ones are compared by twos, across words), the word takes them over.
    """
    closeness = word_closeness(need, need_words, passage, passage_words)
    shared = tuple(highlights)
    related = [
        (start, end)
        for (start, end), near in zip(passage_words.spans, closeness >= line, strict=True)
        if near and not any(a <= start and end <= b for a, b in shared)
    ]
    return Marks(_without(shared, related), join(related))


def word_closeness(
    need: str, need_words: WordVectors, passage: str, passage_words: WordVectors
) -> NDArray[np.float64]:
    """For each word of the passage (t,) its cosine with the nearest content word of the need.

    -1 for words that say nothing, and where the need has no content word.
    """
    closeness = np.full(len(passage_words.spans), -1.0)
    asked = need_words.vectors[_content(need, need_words)]
    places = np.flatnonzero(_content(passage, passage_words))
    if len(asked) and len(places):
        closeness[places] = (passage_words.vectors[places] @ asked.T).max(axis=1)
    return closeness


def is_content_word(word: str) -> bool:
    """Whether a word says something by itself: no function word, form word, number or letter."""
    if _CHINESE.search(word):
        return len(word) > 1 and word not in _EMPTY_CHINESE
    folded = word.casefold()
    return len(_LETTER.findall(word)) >= SHORTEST_LATIN and folded not in _EMPTY_ENGLISH


def _content(text: str, words: WordVectors) -> BoolArray:
    return np.array([is_content_word(text[a:b]) for a, b in words.spans], dtype=np.bool_)


def _without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the spans outside the taken ones; of a cut span no single character."""
    left = list(spans)
    for start, end in taken:
        cut = [(a, b) for a, b in left if a < end and start < b]
        ends = [piece for a, b in cut for piece in ((a, min(b, start)), (max(a, end), b))]
        left = [span for span in left if span not in cut] + [(a, b) for a, b in ends if b - a > 1]
    return tuple(sorted(left))
