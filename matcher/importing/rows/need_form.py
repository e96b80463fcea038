"""A need as its form (技术需求征集表) gives it: with checked terms and the contact person.

Matching needs none of that; `matcher.importing.rows.need` reads what is matched.
"""

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from matcher.errors import InputError
from matcher.importing.headings.headings import normalise
from matcher.importing.rows.need import need_from
from matcher.importing.rows.need_contact import read_contact
from matcher.importing.rows.row import Row
from matcher.needs.credit_codes import credit_code
from matcher.needs.record import (
    NEED_CHARACTERS_AT_MOST,
    Cooperation,
    NeedDetails,
    PublishScope,
)
from matcher.patents.licence_terms import read_list, read_yes_no
from matcher.text import dates

NAME_AT_MOST = 200
BUDGET_AT_MOST = 10_000_000
"""In 万元."""
_LIKELY_YUAN = 10_000
"""A bare figure from which on it may be meant in yuan: 万元 would make it 100 million yuan."""

_SCOPES = {
    "公开": PublishScope.PUBLIC,
    "全文公开": PublishScope.PUBLIC,
    "是": PublishScope.PUBLIC,
    "脱敏": PublishScope.MASKED,
    "脱敏公开": PublishScope.MASKED,
    "脱敏后公开": PublishScope.MASKED,
    "仅匹配": PublishScope.MATCH_ONLY,
    "仅用于匹配": PublishScope.MATCH_ONLY,
    "不公开": PublishScope.MATCH_ONLY,
    "否": PublishScope.MATCH_ONLY,
    **{scope.value: scope for scope in PublishScope},
}
_MODES = {
    **{mode.chinese: mode for mode in Cooperation},
    **{mode.value: mode for mode in Cooperation},
    "自主研发": Cooperation.INDEPENDENT,
    "委托开发": Cooperation.COMMISSIONED,
    "合作开发": Cooperation.JOINT,
    "联合研发": Cooperation.JOINT,
    "联合开发": Cooperation.JOINT,
    "转让": Cooperation.ASSIGNMENT,
    "专利转让": Cooperation.ASSIGNMENT,
    "技术许可": Cooperation.LICENCE,
    "专利许可": Cooperation.LICENCE,
    "许可使用": Cooperation.LICENCE,
}
_OPEN = re.compile(r"面议|面谈|待定|协商|另议|不限|长期(?:有效)?|无要求|视.{0,8}而定|无")
"""What people write where they do not commit themselves."""
_AMOUNT = re.compile(
    r"(?:约|不超过|不高于|最高|以内)?(\d+(?:\.\d+)?)(万|亿)?元?"
    r"(?:[-~–—至到](\d+(?:\.\d+)?)(万|亿)?元?)?(?:左右|以内|以下|以上)?"
)
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})(?:月(?:底|末|份|之?前)?)?")
_YEAR_END = re.compile(r"(\d{4})年(?:底|末|内)")
_TICKED, _EMPTY = "☑☒■√✓✔🗹", "□☐◻○〇"
_BOX = re.compile(f"([{_TICKED}{_EMPTY}])")
_SERIAL_NUMBERS = frozenset({"序号", "no", "no."})


@dataclass(frozen=True, slots=True)
class NeedForm:
    """One need of a file, and where it stands. What is None or empty was not given."""

    details: NeedDetails
    publish_scope: PublishScope | None
    pledge_wish: bool | None
    contact: Mapping[str, str | None] | None = field(repr=False)
    """Name, phone and e-mail of the enterprise's person, to be sealed."""
    file: str
    sheet: str | None
    row: int


def read_form(row: Row) -> NeedForm | None:
    """The form in a row; None where it says nothing of what is needed, or cannot be kept.

    A value that cannot be read is left out; whatever is left out becomes a problem.
    """
    names = [name for name in row.layout.columns if not name.startswith("contact")]
    need = need_from({name: row.get(name) for name in names})
    if not need.full_text:
        row.complain(
            None, "the need is empty: fill in its name, problem, indicators or goal", refused=True
        )
        return None
    if len(need.full_text) > NEED_CHARACTERS_AT_MOST:
        mend = f"the need is longer than {NEED_CHARACTERS_AT_MOST:,} characters: shorten it"
        row.complain(None, mend, refused=True)
        return None
    if need.enterprise and len(need.enterprise) > NAME_AT_MOST:
        mend = f"a name has {NAME_AT_MOST} characters at most: is this the enterprise?"
        row.complain("enterprise", mend, refused=True)
        return None
    details = NeedDetails(
        text=need.text,
        reference=_reference(row),
        title=need.title,
        enterprise=None if need.enterprise is None else " ".join(need.enterprise.split()),
        credit_code=_credit_code(row),
        region=need.region,
        industry=need.industry,
        problem=need.problem,
        indicators=need.indicators,
        goal=need.goal,
        keywords=need.keywords,
        budget_wan=_budget(row),
        cooperation=_cooperation(row),
        deadline=_deadline(row),
    )
    if details.enterprise is None:
        row.tally("enterprise", "the enterprise is not named: fill in 企业名称")
    return NeedForm(
        details,
        _scope(row),
        read_yes_no(row.get("pledge_wish")),
        read_contact(row),
        row.reading.file,
        row.sheet,
        row.number,
    )


def merged(known: NeedDetails, given: NeedDetails) -> NeedDetails:
    """What is known, with what the form gives in its place; an empty cell changes nothing."""
    values = {name: getattr(given, name) for name in NeedDetails.__dataclass_fields__}
    return replace(known, **{k: v for k, v in values.items() if v not in (None, "", ())})


def _reference(row: Row) -> str | None:
    """The enterprise's or the staff's own number; a column that only counts rows gives none."""
    written = row.get("id")
    if not written or normalise(row.column("id") or "") in _SERIAL_NUMBERS:
        return None
    if len(written) > NAME_AT_MOST:
        row.complain("id", f"left out: a number has {NAME_AT_MOST} characters at most")
        return None
    return written


def _credit_code(row: Row) -> str | None:
    written = row.get("uscc")
    if not written:
        return None
    try:
        return credit_code(unicodedata.normalize("NFKC", written))
    except InputError as problem:
        row.complain("uscc", f"left out: {problem}")
        return None


def _budget(row: Row) -> float | None:
    """In 万元: so is a bare figure, unless the heading says 元. Of a range the upper end counts."""
    written = row.get("budget")
    plain = re.sub(r"[\s,，¥￥]|人民币|RMB", "", unicodedata.normalize("NFKC", written))
    if not plain or _OPEN.fullmatch(plain):
        return None
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        row.complain("budget", "left out: write the figure in 万元 alone, such as 50")
        return None
    lower, lower_unit, upper, upper_unit = found.groups()
    figure, unit = (upper, upper_unit) if upper else (lower, lower_unit)
    heading = unicodedata.normalize("NFKC", row.column("budget") or "")
    in_yuan = unit is None and (plain.endswith("元") or ("元" in heading and "万" not in heading))
    factor = {"亿": 10_000.0, "万": 1.0}.get(unit or "", 0.0001 if in_yuan else 1.0)
    amount = round(float(figure) * factor, 6)
    if not math.isfinite(amount) or amount > BUDGET_AT_MOST:
        row.complain("budget", "left out: the sum is too high to be a budget in 万元")
        return None
    if upper:
        row.tally("budget", "of a range the upper end was kept as the budget")
    if unit is None and not in_yuan and "万" not in heading and amount >= _LIKELY_YUAN:
        row.complain("budget", "taken as 万元: write 元 behind the figure if it is meant in yuan")
    return amount


def _cooperation(row: Row) -> tuple[Cooperation, ...]:
    modes: list[Cooperation] = []
    for word in read_list(ticked(row.get("cooperation"))):
        plain = normalise(word)
        if (mode := _MODES.get(plain)) is not None:
            modes.append(mode)
        elif not _OPEN.fullmatch(plain):
            known = "、".join(mode.chinese for mode in Cooperation)
            row.complain("cooperation", f"{word[:20]!r} was left out: write some of {known}")
    return tuple(dict.fromkeys(modes))


def _deadline(row: Row) -> date | None:
    written = row.get("deadline")
    if not written or _OPEN.fullmatch(normalise(written)):
        return None
    day = dates.parse(written) or _last_day(unicodedata.normalize("NFKC", written).strip())
    if day is None:
        row.complain("deadline", "left out: this is no day; write 2026-12-31")
    elif day < row.reading.today:
        row.complain("deadline", "the deadline is past: look whether the need still asks")
    return day


def _last_day(written: str) -> date | None:
    """The last day of a month (2026年12月) or of a year (2026年底)."""
    if found := _YEAR_END.fullmatch(written):
        return date(int(found[1]), 12, 31)
    found = _MONTH.fullmatch(written)
    if found is None or not (1850 <= int(found[1]) <= 2199 and 1 <= int(found[2]) <= 12):
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, monthrange(year, month)[1])


def _scope(row: Row) -> PublishScope | None:
    written = ticked(row.get("publish_scope"))
    if not written:
        return None
    scope = _SCOPES.get(normalise(written))
    if scope is None:
        row.complain(
            "publish_scope", "taken as 仅匹配, which publishes nothing: write 公开, 脱敏 or 仅匹配"
        )
        return PublishScope.MATCH_ONLY
    return scope


def ticked(text: str) -> str:
    """Of a line of boxes (□独立研发 ☑委托研发) the words behind the ticked ones; else the text."""
    pieces = _BOX.split(text)
    if len(pieces) == 1:
        return text
    marked = zip(pieces[1::2], pieces[2::2], strict=True)
    return "；".join(words.strip(" ;；、,，") for mark, words in marked if mark in _TICKED)
