"""Need with its terms, validated, and its contact person, from a row of a form (技术需求征集表).

Matching uses none of these; `matcher.importing.rows.need` reads the part that is matched.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from matcher.errors import InputError
from matcher.importing.headings.heading_tables import plain_heading
from matcher.importing.rows.check_boxes import TickedEntries, read_boxes, ticked_text
from matcher.importing.rows.need import is_refused, need_from, read_cells, tell_contacts
from matcher.importing.rows.need_contact import read_contact
from matcher.importing.rows.need_terms import cooperation_entries, read_cooperation
from matcher.importing.rows.problem import quoted_entry
from matcher.importing.rows.publish_scope import read_scope
from matcher.importing.rows.row import Row
from matcher.labels import listed
from matcher.language.messages import _
from matcher.needs.contact_data import contact_person, is_contact_number, without_contacts
from matcher.needs.credit_codes import credit_code
from matcher.needs.record import (
    Cooperation,
    NeedDetails,
    PublishScope,
)
from matcher.patents.licence_terms import read_yes_no
from matcher.text import dates
from matcher.text.amounts import Amount, read_amount
from matcher.text.characters import nfkc
from matcher.text.contact_clauses import clear_contacts
from matcher.text.deadlines import read_deadline
from matcher.types import Need

MAX_NAME_CHARACTERS = 200
"""Characters of the name of an enterprise, or of a reference number."""
MAX_BUDGET_WAN = 10_000_000
"""Budget in 万元."""
_SUSPECT_WAN = 10_000
"""Bare figure from which yuan may be meant: in 万元 it would be 100 million yuan."""

_UNDECIDED = re.compile(
    r"面议|面谈|待定|协商|另议|不限|(?:长期|常年)(?:有效|征集)?|无要求|视.{0,8}而定|无|暂无|没有"
)
"""Entries that leave a term open."""
_BUDGET_FIELDS = frozenset({"budget_wan", "budget_written"})
"""Fields that change together."""
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
    written = need_from(read_cells(row))
    if is_refused(row, written):
        return None
    need, taken = without_contacts(written)
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
        row.tally("enterprise", _("the enterprise is not named: fill in 企业名称"))
    return NeedForm(
        details,
        read_scope(row, need.full_text),
        _pledge_wish(row),
        contact,
        row.context.file,
        row.sheet,
        row.number,
    )


def _is_acceptable(row: Row, need: Need) -> bool:
    """True if the need has a text and no value too long; else a problem refuses the row."""
    if is_refused(row, need):
        return False
    if need.enterprise and len(need.enterprise) > MAX_NAME_CHARACTERS:
        fix = _(
            "a name has {most} characters at most: is this the enterprise?",
            most=MAX_NAME_CHARACTERS,
        )
        row.complain("enterprise", fix, refused=True)
        return False
    return True


def _read_details(row: Row, need: Need) -> NeedDetails:
    budget = _budget(row)
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
        budget_wan=budget.wan,
        budget_written=budget.written,
        cooperation=_cooperation(row),
        deadline=_deadline(row),
    )


def merge_details(known: NeedDetails, given: NeedDetails) -> NeedDetails:
    """Return the known details, updated by the form's; an empty cell changes nothing."""
    values = {name: getattr(given, name) for name in NeedDetails.__dataclass_fields__}
    filled = {name: value for name, value in values.items() if value not in (None, "", ())}
    if filled.keys() & _BUDGET_FIELDS:
        filled |= {name: values[name] for name in _BUDGET_FIELDS}
    return replace(known, **filled)


def _reference(row: Row) -> str | None:
    """Read the enterprise's or the staff's own number; a column that counts rows gives none."""
    written = row.get("id")
    if not written or plain_heading(row.column("id") or "") in _SERIAL_NUMBERS:
        return None
    if is_contact_number(written):  # told with the contact data of the texts
        return None
    if len(written) > MAX_NAME_CHARACTERS:
        row.complain(
            "id",
            _(
                "left out: a number has {most} characters at most",
                most=MAX_NAME_CHARACTERS,
            ),
        )
        return None
    return written


def _credit_code(row: Row) -> str | None:
    written = row.get("uscc")
    if not written:
        return None
    try:
        return credit_code(nfkc(written))
    except InputError as problem:
        row.complain("uscc", _("left out: {problem}", problem=problem))
        return None


@dataclass(frozen=True, slots=True)
class _Budget:
    """A budget in 万元, and as it is shown where the figure alone would say less."""

    wan: float | None = None
    written: str | None = None


def _budget(row: Row) -> _Budget:
    """Read the budget; of a range the figure is the upper end, and the range is shown."""
    written = " ".join(clear_contacts(ticked_text(row.get("budget"))).text.split())[
        :MAX_NAME_CHARACTERS
    ]
    if not written or re.fullmatch(r"[无-]|暂?无|没有", written):
        return _Budget()
    heading = row.column("budget") or ""
    amount = read_amount(written, heading)
    if amount.wan is None or amount.wan > MAX_BUDGET_WAN:
        if not amount.is_undecided:
            row.complain("budget", _budget_fix(amount))
        return _Budget(written=written)
    if amount.is_range:
        row.tally(
            "budget", _("of a range the upper end was kept as the figure; the range is shown")
        )
    if not (amount.has_unit or amount.in_yuan or "万" in heading) and amount.wan >= _SUSPECT_WAN:
        row.complain(
            "budget", _("taken as 万元: write 元 behind the figure if it is meant in yuan")
        )
    if not amount.has_unit:
        written += "元" if amount.in_yuan else "万元"
    is_plain = written.replace(" ", "") == f"{amount.wan:.10g}万元"
    return _Budget(amount.wan, None if is_plain else written)


def _budget_fix(amount: Amount) -> str:
    if amount.is_foreign:
        return _("shown as written, without a figure: it is not in yuan")
    if amount.wan is not None:
        return _("shown as written, without a figure: too high to be a budget in 万元")
    return _("shown as written, without a figure: write it in 万元 alone, such as 50")


def _cooperation(row: Row) -> tuple[Cooperation, ...]:
    modes: list[Cooperation] = []
    for entry in cooperation_entries(_ticked(row, "cooperation")):
        if (mode := read_cooperation(entry)) is not None:
            modes.append(mode)
        elif not _UNDECIDED.fullmatch(plain_heading(entry)):
            known = listed(mode.chinese for mode in Cooperation)
            row.complain(
                "cooperation",
                _(
                    "{entry!r} was left out: write some of {known}",
                    entry=quoted_entry(entry, 20),
                    known=known,
                ),
            )
    return tuple(dict.fromkeys(modes))


def _deadline(row: Row) -> date | None:
    written = ticked_text(row.get("deadline"))
    if not written or _UNDECIDED.fullmatch(plain_heading(written)):
        return None
    deadline = read_deadline(written, dates.parse(row.get("filled_on")))
    if deadline.is_relative:
        row.complain(
            "deadline",
            _(
                "left out: it counts from a day that the form does not give; write a whole date, "
                "such as {example}",
                example=_example_deadline(written, row.context.today),
            ),
        )
    elif deadline.day is None:
        example = _example_deadline(written, row.context.today)
        fix = _("left out: this is no day; write a whole date, such as {example}", example=example)
        row.complain("deadline", fix)
    elif deadline.day < row.context.today:
        row.complain("deadline", _("the deadline is past: look whether the need still asks"))
    elif deadline.is_last_of_several:
        row.tally("deadline", _("of a period the last day was kept as the deadline"))
    return deadline.day


def _example_deadline(written: str, today: date) -> date:
    """Return a day of the kind that was written, counted from today; else the end of the year."""
    return read_deadline(written, today).day or date(today.year, 12, 31)


def _pledge_wish(row: Row) -> bool | None:
    """Read the wish for pledge financing; of two possible readings it is no."""
    written = row.get("pledge_wish")
    boxes = read_boxes(written)
    if boxes is None and len({read_yes_no(word) for word in written.split()}) < 2:
        return read_yes_no(written)
    boxes = boxes or TickedEntries(tuple(written.split()))
    wishes = {read_yes_no(entry) for entries in boxes.readings for entry in entries}
    is_doubtful = boxes.otherwise is not None and not all(boxes.readings)
    if len(wishes) > 1 or is_doubtful or boxes.are_crosses:
        row.complain(
            "pledge_wish", _("the ticks can be read in two ways; taken as 否: write 是 or 否")
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
        row.complain(field, _("the ticks can be read in two ways: write the entry in words"))
    return "；".join(boxes.entries)
