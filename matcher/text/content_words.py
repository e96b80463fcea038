"""Content words of a text: function words, form words, numbers and letters left out."""

import re
from collections.abc import Sequence

from matcher.ports import WordEncoder
from matcher.text.highlights import Span

SHORTEST_LATIN = 3
"""Latin words of fewer letters are mostly function words and units."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
EMPTY_WORDS = frozenset(
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
"""Words that say nothing by themselves: of grammar, of the form of patents, of asking."""


def content_spans(
    encoder: WordEncoder | None, texts: Sequence[str]
) -> list[tuple[Span, ...]] | None:
    """Where the content words of each text stand, in order; None where the model cannot tell."""
    spans = None if encoder is None else encoder.words(texts)
    if spans is None:
        return None
    return [
        tuple((a, b) for a, b in own if is_content_word(text[a:b]))
        for text, own in zip(texts, spans, strict=True)
    ]


def is_content_word(word: str) -> bool:
    """Whether a word says something by itself: no function word, form word, number or letter."""
    if _CHINESE.search(word):
        return len(word) > 1 and word not in EMPTY_WORDS
    folded = word.casefold()
    return len(_LETTER.findall(word)) >= SHORTEST_LATIN and folded not in EMPTY_WORDS
