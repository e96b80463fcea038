"""Figures of a need (指标), whole and as written: ≤0.5 mm, 300 ℃, 10~20 μm, 不低于95%."""

import re
from collections.abc import Iterator
from functools import cache

from matcher.needs.reading.phrase_lists import phrase_group
from matcher.text.characters import nfkc_in_place

_POWER = r"(?:\s?[×xX*·]\s?10\s?(?:\^\s?[-−+]?\d{1,3}|[-−⁻+]?[⁰¹²³⁴-⁹\d]{1,3})|[eE][-+]\d{1,3})"
_NUMBER = rf"(?:(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?{_POWER}?|10[−⁻^][-−]?\d{{1,2}})"
_SIGNED = rf"[-−+±]?\s?{_NUMBER}"
_DIGITS = "一二两三四五六七八九十百千万半几零"
_CHINESE_NUMBER = rf"(?<![{_DIGITS}])[{_DIGITS}]{{1,12}}(?![{_DIGITS}])(?:点[{_DIGITS}]{{1,6}})?"
_RANGE = rf"(?:\s?(?:[~～\-–—−至到]{{1,3}}|±|\bto\b|\band\b)\s?{_SIGNED})"
_SIDE = r"(?:\s?(?:mm|cm|m|毫米|厘米|米)(?=\s?[×xX*]))?"
_SIZES = rf"{_SIDE}(?:\s?[×xX*]\s?{_NUMBER}{_SIDE}){{1,2}}"
_AFTER = (
    r"(?:以上|以下|以内|之内|内(?!部|外|径|孔|壁|腔)|左右|及以上|及以下| or (?:more|less|better"
    r"|above|below)| at (?:most|least))"
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
    """Return the figures of a text in order, each once: a number with a unit, bound or range.

    Bare numbers, list numbers, years, sums of money and counts of people or papers are none. A
    figure stands on one line.
    """
    figures = (figure for line in text.splitlines() for figure in _figures_of_line(line))
    return tuple(dict.fromkeys(figures))


def _figures_of_line(text: str) -> Iterator[str]:
    folded = nfkc_in_place(text)
    spans = sorted([*_figures(folded), *(match.span() for match in _GRADE.finditer(folded))])
    reached = 0
    for start, end in spans:
        if start >= reached:
            yield text[start:end].strip()
            reached = end


def _figures(text: str) -> Iterator[tuple[int, int]]:
    for match in _figure_pattern().finditer(text):
        if _is_figure(match, text):
            begins = (match.start(group) for group in ("compared", "open", "number", "words"))
            yield next(start for start in begins if start >= 0), match.end()


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


@cache
def _figure_pattern() -> re.Pattern[str]:
    comparison = (
        rf"(?:{phrase_group('comparison')}|\b{phrase_group('comparison_english')}"
        r"|(?:[A-Za-zα-ωΔΩ][A-Za-z\d]{0,3}\s?)?(?:[≤≥≦≧≈]|[<>]=?|=))"
    )
    latin_unit, measure = phrase_group("latin_unit"), phrase_group("chinese_measure")
    chinese_unit = f"(?:{measure}|{phrase_group('chinese_unit')})"
    unit = rf"(?:{chinese_unit}|{latin_unit}(?![A-Za-z\d]))"
    divided = (
        rf"(?:\s?[/·∙⋅*]\s?(?:\(|（)?(?:{unit}|[a-zA-Z]{{1,4}}\d?|人|台|个|件|m²)"
        r"(?:[·∙⋅*][A-Z](?![a-z]))?(?:\)|）)?(?:\^?[-−⁻]?[\d¹²³])?"
        rf"|\s?{latin_unit}[-−⁻][1-3¹²³])"
    )
    compound = rf"{unit}(?:\^?[-−⁻][1-3¹²³](?![\d.])|\^[23])?{divided}{{0,3}}"
    return re.compile(
        rf"(?P<compared>{comparison}\s?)?(?:(?<![A-Za-z\d.])(?<!\d[-/,])(?<![A-Za-z][-])"
        rf"|(?<=[≤≥<>=]))"
        rf"(?:(?P<open>\()?(?P<number>{_SIGNED})(?:{_SIZES})?(?:\s?(?P<unit>{compound}))?"
        rf"(?P<range>{_RANGE})?(?(open)\s?\))(?:(?:\s|-(?=[a-z]{{4}}))?(?P<unit2>{compound}))?"
        rf"(?:\s?±\s?{_NUMBER}\s?(?:{compound})?)?"
        rf"|(?P<words>{_CHINESE_NUMBER})(?:(?P<measure>{measure})|{chinese_unit}))"
        rf"(?P<after>{_AFTER})?"
    )
