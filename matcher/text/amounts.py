"""Amounts of money as forms have them: 50万元, ¥500,000, 五十至八十万元, 80万元（含税）, 面议."""

import re
from dataclasses import dataclass, replace

from matcher.text.characters import nfkc, simplified
from matcher.text.numerals import NUMERAL, read_numeral

_WAN = 10_000.0
_NUMBER = rf"(?:\d+(?:\.\d+)?|{NUMERAL}[{NUMERAL[1:-1]}万亿]*(?:点{NUMERAL}+)?)"
_UNIT = r"(?:[百千十]?万|[百千十]?亿|千(?=[元块])|[wWkK](?![a-zA-Z]))"
_AMOUNT = rf"(?P<{{0}}>{_NUMBER})(?P<{{0}}_unit>{_UNIT})?(?P<{{0}}_yuan>[元块圆])?"
_RANGE = re.compile(
    _AMOUNT.replace("{0}", "lower") + rf"(?:[-~–—至到―]+{_AMOUNT.replace('{0}', 'upper')})?"
)
_TOTAL = re.compile(
    rf"(?:总|合计|共计|共)(?:预算|投入|投资|经费|金额|额|计)*(?:约|为|[:])?({_RANGE.pattern})"
)
_COUNT = re.compile(
    rf"[,;、]?(?:总计|合计|共计|共有?|计)(?:\d+|{NUMERAL}+)(?:个?年度?|个?月|[人名位项个台套家期次批天周件款种类条轮]|阶段)(?!元)"
)
"""Count of other things than money: 共3年, 合计2项."""
_YEARLY = re.compile(
    rf"(?:每年度?|年均|平均每年)[^\d,;]{{0,6}}?(?:约|不超过|为|[:])?({_RANGE.pattern})"
    rf"[,;、×x*]*(?:总计|合计|共计|共|连续|持续|为期|合作|支持|期限|周期|合作期|[:为])*"
    rf"(?P<years>\d{{1,2}}|{NUMERAL}{{1,2}})年"
)
"""Yearly amount with its years: 每年50万元，共3年."""
_UNDECIDED = re.compile(
    r"(?:价格|价款|金额|预算|经费|具体|根据|双方|可|待|另|再|以)*(?:面议|面谈|待定|协商|另议|议定|商定|商议|洽谈|不限)"
    r"(?:确定|解决)?|(?:可)?(?:视|根据|按).{0,12}(?:而定|确定|决定)|不限|无要求|negotiable|tbd",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"人民币|rmb|cny|大约|大概|约|左右|上下|以内|以下|以上|之内|不超过|不高于|不低于|不少于|最高|最多|至少"
    r"|预计|预算|计划|拟?投入|拟?投资|总额|总计|合计|共计|资金|经费|金额|研发|合作|为|含税价?|不含税|税前|税后|整|起"
    r"|内|上限|下限|[:,;。]|about|approx\.?|upto|uptoamaximumof|max\.?|yuan",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\((?!\s*(?:人民币)?(?:百|千)?[万亿]?元?\s*\))[^()]*\)")
_UNIT_IN_BRACKETS = re.compile(r"\(\s*(?:人民币)?((?:百|千)?[万亿]?元?)\s*\)")
_YUAN_SIGN = re.compile(r"[¥￥]|(?:人民币|rmb|cny)(?=\s*\d)", re.IGNORECASE)
_FOREIGN = re.compile(
    r"\$|美元|美金|usd|€|欧元|eur|港[币元]|hkd|日元|jpy|£|英镑|gbp|韩元|krw|新?台币", re.IGNORECASE
)
_FACTORS = {"百": 100.0, "千": 1000.0, "十": 10.0, "": 1.0}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it was understood."""

    wan: float | None = None
    """In 万元, the upper end of a range; None where no figure could be read."""
    is_range: bool = False
    is_undecided: bool = False
    """True for 面议 and the like."""
    is_foreign: bool = False
    """True in another currency than yuan."""
    has_unit: bool = False
    """True where the text, and not only its heading, has the unit."""
    in_yuan: bool = False
    """True where a bare figure was taken as yuan."""


def read_amount(written: str, heading: str = "") -> Amount:
    """Read an amount; a bare figure is in 万元, or in yuan where the heading or a ¥ says so."""
    plain = re.sub(r"\s", "", simplified(nfkc(written))).lower()
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    if _FOREIGN.search(plain):
        return Amount(is_foreign=True)
    plain = re.sub(r"(?<=[\dwk万])(?:rmb|cny|yuan)", "元", plain)
    has_sign = _YUAN_SIGN.search(plain) is not None
    plain = _UNIT_IN_BRACKETS.sub(r"\1", _NOTE.sub("", _YUAN_SIGN.sub("", plain)))
    if _UNDECIDED.fullmatch(_WORDS.sub("", plain)):
        return Amount(is_undecided=True)
    heading = nfkc(heading)
    if yearly := _YEARLY.fullmatch(plain.rstrip(".。;")):
        return _times(_amount(yearly, heading, has_sign), yearly["years"])
    match = _RANGE.fullmatch(_WORDS.sub("", _COUNT.sub("", plain))) or _total(plain)
    return Amount() if match is None else _amount(match, heading, has_sign)


def _total(plain: str) -> re.Match[str] | None:
    """Return the total that a text names among other amounts; it has a unit of money."""
    for total in _TOTAL.finditer(plain):
        match = _RANGE.fullmatch(total[1])
        if match and _is_money(match):
            return match
    return None


def _is_money(match: re.Match[str]) -> bool:
    return any(match[f"{side}{part}"] for side in ("lower", "upper") for part in ("_unit", "_yuan"))


def _times(yearly: Amount, years: str) -> Amount:
    """Return the amount of several years; no figure if the yearly one has no unit of money."""
    count = int(years) if years.isdecimal() else read_numeral(years)
    if yearly.wan is None or not yearly.has_unit or not count:
        return Amount()
    return replace(yearly, wan=round(yearly.wan * count, 6))


def _amount(match: re.Match[str], heading: str, has_sign: bool) -> Amount:
    side = "upper" if match["upper"] else "lower"
    number, unit, yuan = (match[f"{side}{part}"] for part in ("", "_unit", "_yuan"))
    value, is_whole = _value(number)
    in_yuan = False
    if is_whole:  # the numeral has its 万 in it
        wan = value / _WAN
    elif unit:
        wan = value * _factor(unit)
    else:
        heading_unit = _heading_unit(heading)
        in_yuan = bool(yuan) or heading_unit == "元"
        in_yuan |= has_sign and (heading_unit != "万" or value >= _WAN)
        wan = value / _WAN if in_yuan else value * {"千": 0.1, "亿": _WAN}.get(heading_unit, 1.0)
    return Amount(
        wan=round(wan, 6),
        is_range=match["upper"] is not None,
        has_unit=bool(is_whole or unit or yuan or has_sign),
        in_yuan=in_yuan,
    )


def _value(number: str) -> tuple[float, bool]:
    """Return the value of a number, and whether it is a numeral with 万 or 亿 in it."""
    if number[0].isdecimal():
        return float(number), False
    whole, point, decimals = number.partition("点")
    is_whole = any(unit in whole for unit in "万亿")
    value = float(read_numeral(whole.replace("半", "")) or 0)
    if point:
        value += (read_numeral(decimals) or 0) / 10 ** len(decimals)
    return value, is_whole


def _factor(unit: str) -> float:
    """Return the factor of a unit to 万元."""
    if unit in "wW":
        return 1.0
    if unit in "kK千":
        return 0.1
    return _FACTORS[unit[:-1]] * (_WAN if unit[-1] == "亿" else 1.0)


def _heading_unit(heading: str) -> str:
    """Return the unit of a heading: 万, 亿, 千 or 元; empty without one."""
    for unit in ("万", "亿", "千元"):
        if unit in heading:
            return unit[0]
    return "元" if "元" in heading else ""
