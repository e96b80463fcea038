"""The figures a need asks for (指标), whole and as written: ≤0.5 mm, 300 ℃, 10~20 μm, 不低于95%."""

import re
from collections.abc import Iterator

from matcher.text.characters import plain

_POWER = r"(?:\s?[×xX*·]\s?10\s?(?:\^\s?[-−+]?\d{1,3}|[-−⁻+]?[⁰¹²³⁴-⁹\d]{1,3})|[eE][-+]\d{1,3})"
_NUMBER = rf"(?:(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?{_POWER}?|10[−⁻^][-−]?\d{{1,2}})"
_SIGNED = rf"[-−+±]?\s?{_NUMBER}"
_DIGITS = "一二两三四五六七八九十百千万半几零"
_CHINESE_NUMBER = rf"(?<![{_DIGITS}])[{_DIGITS}]{{1,12}}(?![{_DIGITS}])(?:点[{_DIGITS}]{{1,6}})?"
_COMPARISON = (
    r"(?:不低于|不高于|不大于|不小于|不超过|不少于|不多于|不短于|不长于|不得超过|不得低于"
    r"|不要超过|别超过|不到|至少|至多|最多|最高|最低"
    r"|大于等于|小于等于|大于或等于|小于或等于|大于|小于|高于|低于|超过|多于|少于|优于|达到|可达"
    r"|长达|高达|达|约为?|大约"
    r"|\b(?:at least|at most|no more than|not more than|no less than|not less than|more than"
    r"|less than|fewer than"
    r"|greater than|up to|within|below|above|under|over|between|about|approx\.?)"
    r"|(?:[A-Za-zα-ωΔΩ][A-Za-z\d]{0,3}\s?)?(?:[≤≥≦≧≈]|[<>]=?|=))"
)
_LATIN_UNIT = (
    r"(?:[kKmMGTµμunp]?(?:Pa|Hz|Wh|eV|mol|VA|Ah|bps|bit)|[kmcdµμun]?m(?:in)?(?:[²³23](?![\d.]))?"
    r"|[kmMGµμn]?[VWANgJF]|[kMGT]?B|mAh|m?bar|torr|KN|HRC|HV|HB"
    r"|[munµμ]?[sL]|ml|dB[Am]?|ppm|ppb|rpm|r|lx|lm|cd|nit|dpi|fps|kgf|cP|cps|[kMGm]?Ω|ohm|h|hrs?"
    r"|min|s|d|t|kcal|cal|mesh|wt%|vol%"
    r"|[cµμm]?[lL]|℃|°\s?C|°F|℉|°|%|‰|degrees?(?: (?:C|Celsius))?|hours?|minutes?|seconds?|days?"
    r"|years?|months?|weeks?"
    r"|micrometers?|microns?|millimet(?:er|re)s?|centimet(?:er|re)s?|met(?:er|re)s?|inch(?:es)?"
    r"|kilos?|tonnes?|percent|per cent|times|cycles)"
)
_CHINESE_MEASURE = (
    r"(?:毫米|厘米|公分|分米|千米|公里|微米|纳米|平方米|立方米|摄氏度|千克|公斤|毫克|微克|毫升"
    r"|小时|个小时|个钟头|钟头|分钟|秒钟?|毫秒|微秒"
    r"|兆帕|千帕|千瓦时?|兆瓦|千伏|毫安时?|兆赫|赫兹|分贝|流明|目|转/分钟?|万次)"
)
_CHINESE_UNIT = (
    rf"(?:{_CHINESE_MEASURE}|个?百分点|个月|度|米|克|吨|升|帕|伏|安|瓦|牛|天|日|周|年|倍|次|丝|成"
    rf"|级|寸|像素|英寸|层|路|帧|万吨)"
)
_UNIT = rf"(?:{_CHINESE_UNIT}|{_LATIN_UNIT}(?![A-Za-z\d]))"
_DIVIDED = (
    rf"(?:\s?[/·∙⋅*]\s?(?:\(|（)?(?:{_UNIT}|[a-zA-Z]{{1,4}}\d?|人|台|个|件"
    rf"|m²)(?:[·∙⋅*][A-Z](?![a-z]))?(?:\)|）)?(?:\^?[-−⁻]?[\d¹²³])?"
    rf"|\s?(?:{_LATIN_UNIT})[-−⁻][1-3¹²³])"
)
_COMPOUND = rf"{_UNIT}(?:\^?[-−⁻][1-3¹²³](?![\d.])|\^[23])?{_DIVIDED}{{0,3}}"
_RANGE = rf"(?:\s?(?:[~～\-–—−至到]{{1,3}}|±|\bto\b|\band\b)\s?{_SIGNED})"
_SIDE = r"(?:\s?(?:mm|cm|m|毫米|厘米|米)(?=\s?[×xX*]))?"
_SIZES = rf"{_SIDE}(?:\s?[×xX*]\s?{_NUMBER}{_SIDE}){{1,2}}"
_AFTER = (
    r"(?:以上|以下|以内|之内|内(?!部|外|径|孔|壁|腔)|左右|及以上|及以下| or (?:more|less|better"
    r"|above|below)| at (?:most|least))"
)
_FIGURE = re.compile(
    rf"(?P<compared>{_COMPARISON}\s?)?(?:(?<![A-Za-z\d.])(?<!\d[-/,])(?<![A-Za-z][-])"
    rf"|(?<=[≤≥<>=]))"
    rf"(?:(?P<open>\()?(?P<number>{_SIGNED})(?:{_SIZES})?(?:\s?(?P<unit>{_COMPOUND}))?"
    rf"(?P<range>{_RANGE})?(?(open)\s?\))(?:(?:\s|-(?=[a-z]{{4}}))?(?P<unit2>{_COMPOUND}))?"
    rf"(?:\s?±\s?{_NUMBER}\s?(?:{_COMPOUND})?)?"
    rf"|(?P<words>{_CHINESE_NUMBER})(?:(?P<measure>{_CHINESE_MEASURE})|{_CHINESE_UNIT}))"
    rf"(?P<after>{_AFTER})?"
)
_GRADE = re.compile(
    r"(?<![A-Za-z\d])(?:IP\d{2}|(?:HV|HRC|HRA|HB|HBW|pH|PH|Ra|Rz|Sa"
    r"|UL ?94)(?:\d[\d.]*)?\s?(?:[≤≥<>=]|值|为|不超过|不低于|不大于|不小于)?\s?\d+(?:\.\d+)?"
    rf"(?:\s?[~～\-–—]\s?\d+(?:\.\d+)?)?(?:\s?(?:μm|µm|um))?|V-[012]){_AFTER}?(?![A-Za-z\d])"
)
_UNTECHNICAL = re.compile(
    r"\s*(?:万|亿|千|百)?(?:美?元|块|人|项|篇|套|台|件|个(?!月|百分)|亩|头|家|种|名|期|款|批|只"
    r"|号|月|、|[)）])|\s*[万亿]"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def indicators(text: str) -> tuple[str, ...]:
    """The figures of a text in order, each once: a number with a unit, a comparison or a range.

    Bare numbers, list numbers, years, sums of money and counts of people or papers are none.
    """
    folded = plain(text)
    spans = sorted([*_figures(folded), *(match.span() for match in _GRADE.finditer(folded))])
    found: dict[str, None] = {}
    reached = 0
    for start, end in spans:
        if start >= reached:
            found.setdefault(text[start:end].strip())
            reached = end
    return tuple(found)


def _figures(text: str) -> Iterator[tuple[int, int]]:
    for match in _FIGURE.finditer(text):
        if _is_figure(match, text):
            begins = (match.start(group) for group in ("compared", "open", "number", "words"))
            yield next(place for place in begins if place >= 0), match.end()


def _is_figure(match: re.Match[str], text: str) -> bool:
    bounded = bool(match["compared"] or match["after"])
    if match["words"]:
        return bool(match["measure"]) or bounded
    if not (match["unit"] or match["unit2"]):
        if _UNTECHNICAL.match(text, match.end("range" if match["range"] else "number")):
            return False
        return bounded and not _YEAR.fullmatch(match["number"].strip())
    year = (match["unit"] or match["unit2"]).startswith(("年", "日"))
    steel = re.fullmatch(r"[234]\d\dL", match.group())
    return not (steel or (year and _YEAR.search(match.group())))
