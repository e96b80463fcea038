"""Deadlines as people write them: 2026年底前, 三季度末, 2026年1月至12月, 三个月内, end of 2026."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.text import dates
from matcher.text.characters import nfkc, simplified
from matcher.text.numerals import with_arabic_dates

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_TO = r"(?:[-~–—―]+|至|到)"
_YEAR = r"(?<!\d)(?P<year>(?:19|20|21)\d\d)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_THIRD = r"(?P<third>上旬|中旬|初|中(?!旬))?"
_SHORT_YEAR = re.compile(
    r"(?<!\d)([2-4]\d)\s*年(?=\s*(?:[底末终]|度[底末]|\d{1,2}\s*月|[上下]半年|第?[1-4一二三四]季|q[1-4]))"
)
"""A year without its century: 27年6月, but not 20年内."""
_FULL_DATE = re.compile(
    r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}(?!\d)日?|(?<!\d)\d{8}(?!\d)"
    r"|(?<!\d)\d{1,2}\s*([-./])\s*\d{1,2}\s*\1\s*\d{4}(?!\d)"
    rf"|(?<!\d)\d{{1,2}}[\s-]+{_MONTH_NAME},?[\s-]+\d{{4}}|{_MONTH_NAME}\s+\d{{1,2}},?\s+\d{{4}}"
)
"""Whole dates, read or not; what is left may name months and years."""
_PERIOD = re.compile(
    rf"(?P<year>\d{{4}})\s*年\s*\d{{1,2}}月\s*\d{{1,2}}\s*日?\s*{_TO}\s*(?P<end>\d{{1,2}}\s*月\s*\d{{1,2}})"
)
"""Period whose second day does not repeat the year."""
_DAYS = {"初": 10, "上旬": 10, "中": 20, "中旬": 20}
_DURATION = re.compile(
    r"(?<!\d)(\d{1,3}(?:\.\d)?|半)(?:个)?(年|季|(?<=个)月|周|星期|天|工作日|日(?=内|之内|以内|后)|day|week|month|year)"
)
_PART_BEHIND = re.compile(
    r"的?(?:农历|阴历)?(?:新年|元旦|元宵|春|清明|五一|劳动节|端午|夏|七一|暑|八一|中秋|秋|国庆|双?十一(?!月)|冬|寒"
    r"|年?初|汛|雨季|旺季|淡季|开学|学期|生产季|采暖|供暖|高考|两会)"
)
"""Feast or season behind a year: 2027年春节前."""
_PART_BEFORE = re.compile(
    r"(?:early|mid|middle|beginning|start|spring|summer|fall|autumn|winter|quarter|half|christmas"
    r"|easter|festival|newyear|semester|term)(?:of|in)?(?:the)?(?:year)?[-,]*$"
)
"""Season or part in front of a year, without blanks: early 2027, first half of 2027."""
_FROM_AN_EVENT = re.compile(r"签|合同|协议|生效|立项|付款|启动|对接|contract|signing")
"""Words of a day that is not that of the form."""
_MAX_MONTHS = 600
_MONTHS_OF = {"年": 12, "year": 12, "季": 3, "月": 1, "month": 1}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as it was understood."""

    day: date | None = None
    """Last day; None where the text names none."""
    is_last_of_several: bool = False
    """True for the end of a period, or the last of several days."""
    is_relative: bool = False
    """True if it counts from a day that is not known (三个月内, 年底前)."""


def read_deadline(written: str, base: date | None = None) -> Deadline:
    """Read the last day of a deadline; `base` is the day from which a relative one counts."""
    plain = with_arabic_dates(simplified(nfkc(written)).strip().lower())
    plain = _SHORT_YEAR.sub("20\\1年", plain)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain):
        return Deadline(dates.parse(plain))
    days = dates.parse_all(_PERIOD.sub(r"\g<0>#\g<year>年\g<end>", plain))
    rest = re.sub(r"\s", "", _ENGLISH_MONTH.sub("#", _FULL_DATE.sub("#", plain)))
    if not days:
        days += _english_days(plain)
    for pattern, last in _POINTS:
        for match in pattern.finditer(rest):
            day = last(match)
            if day is not None:
                days.append(day)
        rest = pattern.sub("#", rest)
    if days:
        return Deadline(max(days), is_last_of_several=len(set(days)) > 1)
    if base is None or _FROM_AN_EVENT.search(rest):
        return Deadline(is_relative=_relative_day(rest, date(2000, 1, 1)) is not None)
    return Deadline(_relative_day(rest, base))


def last_day_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _of_month(match: re.Match[str]) -> date:
    year, month = int(match["year"]), int(match["month"])
    third = match.groupdict().get("third")
    return date(year, month, _DAYS[third]) if third else last_day_of_month(year, month)


def _of_quarter(match: re.Match[str]) -> date:
    return last_day_of_month(int(match["year"]), int(match["quarter"]) * 3)


def _of_half(match: re.Match[str]) -> date:
    return last_day_of_month(int(match["year"]), 12 if match["half"] == "下半年" else 6)


def _of_year(match: re.Match[str]) -> date | None:
    """Return the last day of a year; None where a part of the year is meant that has no day."""
    before, behind = match.string[: match.start()], match.string[match.end() :]
    if _PART_BEFORE.search(before) or _PART_BEHIND.match(behind):
        return None
    return date(int(match["year"]), 12, 31)


_POINTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = tuple(
    (re.compile(pattern), last)
    for pattern, last in (
        # 2026年1月至12月, 2026.1-12: the year of the first month is that of the second.
        (
            rf"{_YEAR}[-./年](?:0?[1-9]|1[0-2])月?{_TO}{_MONTH}(?:月{_THIRD}|(?![\d.年/]))",
            _of_month,
        ),
        (rf"{_YEAR}[-./年]{_MONTH}(?:月份?{_THIRD}|(?![\d季个]))", _of_month),
        (rf"^{_YEAR}{_MONTH}$", _of_month),
        (rf"{_YEAR}年?第?(?P<quarter>[1-4])季度?", _of_quarter),
        (rf"{_YEAR}年?[-/]?q(?P<quarter>[1-4])", _of_quarter),
        (r"q(?P<quarter>[1-4])[-/]?(?P<year>20\d\d)(?!\d)", _of_quarter),
        (rf"{_YEAR}年?(?P<half>上半年|下半年|年?中(?!旬))", _of_half),
        (rf"{_YEAR}(?:年度?|(?!\d))", _of_year),
    )
)
"""Patterns of a month, a quarter or a year, without blanks; the first that fits takes its text."""
_ENGLISH_MONTH = re.compile(
    rf"(?P<name>{_MONTH_NAME})\s*,?\s*(?P<year>(?:19|20|21)\d\d)(?!\d)"
    rf"|(?<!\d)(?P<first>(?:19|20|21)\d\d)\s*,?\s*(?P<second>{_MONTH_NAME})(?!\s*\d)"
)


def _english_days(plain: str) -> list[date]:
    return [
        last_day_of_month(
            int(match["year"] or match["first"]),
            _MONTHS.index((match["name"] or match["second"])[:3]) + 1,
        )
        for match in _ENGLISH_MONTH.finditer(plain)
    ]


def _relative_day(rest: str, base: date) -> date | None:
    """Return the day of a text such as 三个月内, 年底前, 12月底, counted from a day."""
    return next((day for day in _relative_days(rest, base) if day is not None), None)


def _relative_days(rest: str, base: date) -> Iterator[date | None]:
    if match := re.search(r"(明年|后年|今年|本年|当年)?(?:年)?第?([1-4])季度|q([1-4])", rest):
        yield _next(base, int(match[2] or match[3]) * 3, _years(match[1]))
    if match := _DURATION.search(rest):
        yield _after(base, 0.5 if match[1] == "半" else float(match[1]), match[2])
    if match := re.search(r"(明年|后年|今年|本年|当年)?(0?[1-9]|1[0-2])月", rest):
        yield _next(base, int(match[2]), _years(match[1]))
    if re.search(r"(?:本月|当月|月)(?:底|末|内)", rest):
        yield last_day_of_month(base.year, base.month)
    if re.search(r"(?:本|当|该)季度?", rest):
        yield last_day_of_month(base.year, (base.month + 2) // 3 * 3)
    if match := re.search(r"(明年|后年)|(?:今年|本年|当年|年)度?(?:底|末|内|终)", rest):
        half = 6 if re.search("上半年|年中", rest) else 12
        yield last_day_of_month(base.year + _years(match[1]), half)


def _years(word: str | None) -> int:
    return {"明年": 1, "后年": 2}.get(word or "", 0)


def _next(base: date, month: int, years: int) -> date:
    """Return the end of a month, in the next year where it is past and no year is said."""
    day = last_day_of_month(base.year + years, month)
    return last_day_of_month(base.year + 1, month) if day < base and not years else day


def _after(base: date, count: float, unit: str) -> date | None:
    if unit in _MONTHS_OF:
        months = round(count * _MONTHS_OF[unit])
        return dates.months_before(base, -months) if months <= _MAX_MONTHS else None
    return base + timedelta(days=count * (7 if unit in ("周", "星期", "week") else 1))
