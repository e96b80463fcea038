"""Need with its terms, validated, and its contact person, from a row of a form (技术需求征集表).

Matching uses none of these; `matcher.importing.rows.need` reads the part that is matched.
"""

import math
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from matcher.errors import InputError
from matcher.importing.headings.headings import normalise
from matcher.importing.rows.check_boxes import read_boxes
from matcher.importing.rows.need import need_from, tell_contacts
from matcher.importing.rows.need_contact import read_contact
from matcher.importing.rows.row import Row
from matcher.needs.contact_data import contact_person, without_contacts
from matcher.needs.credit_codes import credit_code
from matcher.needs.record import (
    MAX_NEED_CHARACTERS,
    Cooperation,
    NeedDetails,
    PublishScope,
)
from matcher.patents.licence_terms import read_list, read_yes_no
from matcher.text import dates
from matcher.text.characters import nfkc
from matcher.types import Need

MAX_NAME_CHARACTERS = 200
"""Characters of the name of an enterprise, or of a reference number."""
MAX_BUDGET_WAN = 10_000_000
"""Budget in 万元."""
_SUSPECT_WAN = 10_000
"""Bare figure from which yuan may be meant: in 万元 it would be 100 million yuan."""

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
_UNDECIDED = re.compile(r"面议|面谈|待定|协商|另议|不限|长期(?:有效)?|无要求|视.{0,8}而定|无")
"""Entries that leave a term open."""
_AMOUNT = re.compile(
    r"(?:约|不超过|不高于|最高|以内)?(\d+(?:\.\d+)?)(万|亿)?元?"
    r"(?:[-~–—至到](\d+(?:\.\d+)?)(万|亿)?元?)?(?:左右|以内|以下|以上)?"
)
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})(?:月(?:底|末|份|之?前)?)?")
_YEAR_END = re.compile(r"(\d{4})年(?:底|末|内)")
_STRICTEST_FIRST = (PublishScope.MATCH_ONLY, PublishScope.MASKED, PublishScope.PUBLIC)
_SERIAL_NUMBERS = frozenset({"序号", "no", "no."})


@dataclass(frozen=True, slots=True)
class NeedForm:
    """One need of a file, with its sheet and row. None or empty: not given."""

    details: NeedDetails
    publish_scope: PublishScope | None
    pledge_wish: bool | None
    contact: Mapping[str, str | None] | None = field(repr=False)
    """Name, phone and e-mail of the enterprise's contact person, to be encrypted."""
    file: str
    sheet: str | None
    row: int


def read_form(row: Row) -> NeedForm | None:
    """Read the form of a row; None where it describes no need, or cannot be stored.

    An unreadable value is left out; everything left out becomes a problem.
    """
    names = [name for name in row.layout.columns if not name.startswith("contact")]
    need, taken = without_contacts(need_from({name: row.get(name) for name in names}))
    contact = read_contact(row)
    if contact is None and taken:
        contact = contact_person(taken)
        tell_contacts(row, len(taken), kept_apart=contact is not None)
    else:
        tell_contacts(row, len(taken))
    if not _is_acceptable(row, need):
        return None
    details = _read_details(row, need)
    if details.enterprise is None:
        row.tally("enterprise", "the enterprise is not named: fill in 企业名称")
    return NeedForm(
        details,
        _scope(row),
        _pledge_wish(row),
        contact,
        row.context.file,
        row.sheet,
        row.number,
    )


def _is_acceptable(row: Row, need: Need) -> bool:
    """True if the need has a text and no value too long; else a problem refuses the row."""
    if not need.full_text:
        row.complain(
            None, "the need is empty: fill in its name, problem, indicators or goal", refused=True
        )
        return False
    if len(need.full_text) > MAX_NEED_CHARACTERS:
        fix = f"the need is longer than {MAX_NEED_CHARACTERS:,} characters: shorten it"
        row.complain(None, fix, refused=True)
        return False
    if need.enterprise and len(need.enterprise) > MAX_NAME_CHARACTERS:
        fix = f"a name has {MAX_NAME_CHARACTERS} characters at most: is this the enterprise?"
        row.complain("enterprise", fix, refused=True)
        return False
    return True


def _read_details(row: Row, need: Need) -> NeedDetails:
    return NeedDetails(
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


def merge_details(known: NeedDetails, given: NeedDetails) -> NeedDetails:
    """Return the known details, updated by the form's; an empty cell changes nothing."""
    values = {name: getattr(given, name) for name in NeedDetails.__dataclass_fields__}
    return replace(known, **{k: v for k, v in values.items() if v not in (None, "", ())})


def _reference(row: Row) -> str | None:
    """Read the enterprise's or the staff's own number; a column that counts rows gives none."""
    written = row.get("id")
    if not written or normalise(row.column("id") or "") in _SERIAL_NUMBERS:
        return None
    if len(written) > MAX_NAME_CHARACTERS:
        row.complain("id", f"left out: a number has {MAX_NAME_CHARACTERS} characters at most")
        return None
    return written


def _credit_code(row: Row) -> str | None:
    written = row.get("uscc")
    if not written:
        return None
    try:
        return credit_code(nfkc(written))
    except InputError as problem:
        row.complain("uscc", f"left out: {problem}")
        return None


def _budget(row: Row) -> float | None:
    """Read the budget in 万元; the upper end of a range counts.

    A bare figure is in 万元 unless the heading has 元.
    """
    written = row.get("budget")
    plain = re.sub(r"[\s,，¥￥]|人民币|RMB", "", nfkc(written))
    if not plain or _UNDECIDED.fullmatch(plain):
        return None
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        row.complain("budget", "left out: write the figure in 万元 alone, such as 50")
        return None
    lower, lower_unit, upper, upper_unit = match.groups()
    figure, unit = (upper, upper_unit) if upper else (lower, lower_unit)
    heading = nfkc(row.column("budget") or "")
    in_yuan = unit is None and (plain.endswith("元") or ("元" in heading and "万" not in heading))
    factor = {"亿": 10_000.0, "万": 1.0}.get(unit or "", 0.0001 if in_yuan else 1.0)
    amount = round(float(figure) * factor, 6)
    if not math.isfinite(amount) or amount > MAX_BUDGET_WAN:
        row.complain("budget", "left out: the sum is too high to be a budget in 万元")
        return None
    if upper:
        row.tally("budget", "of a range the upper end was kept as the budget")
    if unit is None and not in_yuan and "万" not in heading and amount >= _SUSPECT_WAN:
        row.complain("budget", "taken as 万元: write 元 behind the figure if it is meant in yuan")
    return amount


def _cooperation(row: Row) -> tuple[Cooperation, ...]:
    modes: list[Cooperation] = []
    for entry in read_list(_ticked(row, "cooperation")):
        plain = normalise(entry)
        if (mode := _MODES.get(plain)) is not None:
            modes.append(mode)
        elif not _UNDECIDED.fullmatch(plain):
            known = "、".join(mode.chinese for mode in Cooperation)
            row.complain("cooperation", f"{entry[:20]!r} was left out: write some of {known}")
    return tuple(dict.fromkeys(modes))


def _deadline(row: Row) -> date | None:
    written = row.get("deadline")
    if not written or _UNDECIDED.fullmatch(normalise(written)):
        return None
    day = dates.parse(written) or _last_day(nfkc(written).strip())
    if day is None:
        row.complain("deadline", "left out: this is no day; write 2026-12-31")
    elif day < row.context.today:
        row.complain("deadline", "the deadline is past: look whether the need still asks")
    return day


def _last_day(written: str) -> date | None:
    """Return the last day of a month (2026年12月) or year (2026年底); None for another text."""
    if match := _YEAR_END.fullmatch(written):
        return date(int(match[1]), 12, 31)
    match = _MONTH.fullmatch(written)
    if match is None or not (1850 <= int(match[1]) <= 2199 and 1 <= int(match[2]) <= 12):
        return None
    year, month = int(match[1]), int(match[2])
    return date(year, month, monthrange(year, month)[1])


def _scope(row: Row) -> PublishScope | None:
    """Read the publish scope; of two possible readings the stricter one counts."""
    written = row.get("publish_scope")
    boxes = read_boxes(written)
    if boxes is None:
        return _scope_of(row, written)
    readings = [entries for entries in (boxes.entries, boxes.otherwise) if entries]
    scopes = [_scope_of(row, "；".join(entries)) for entries in readings]
    if len(set(scopes)) > 1:
        row.complain(
            "publish_scope",
            "the ticks can be read in two ways, and the stricter one was taken: write 公开, 脱敏 "
            "or 仅匹配",
        )
    return next((scope for scope in _STRICTEST_FIRST if scope in scopes), None)


def _scope_of(row: Row, written: str) -> PublishScope | None:
    if not written:
        return None
    scope = _SCOPES.get(normalise(written))
    if scope is None:
        row.complain(
            "publish_scope", "taken as 仅匹配, which publishes nothing: write 公开, 脱敏 or 仅匹配"
        )
        return PublishScope.MATCH_ONLY
    return scope


def _pledge_wish(row: Row) -> bool | None:
    """Read the wish for pledge financing; of two possible readings it is no."""
    written = row.get("pledge_wish")
    boxes = read_boxes(written)
    if boxes is None:
        return read_yes_no(written)
    readings = [boxes.entries] if boxes.otherwise is None else [boxes.entries, boxes.otherwise]
    wishes = {read_yes_no(entry) for entries in readings for entry in entries}
    if len(wishes) > 1 or (boxes.otherwise is not None and not all(readings)):
        row.complain(
            "pledge_wish", "the ticks can be read in two ways; taken as 否: write 是 or 否"
        )
        return False
    return next(iter(wishes), None)


def _ticked(row: Row, field: str) -> str:
    """Return the ticked entries of a cell, or the text of one without boxes."""
    written = row.get(field)
    boxes = read_boxes(written)
    if boxes is None:
        return written
    if boxes.otherwise is not None:
        row.complain(field, "the ticks can be read in two ways: write the entry in words")
    return "；".join(boxes.entries)
