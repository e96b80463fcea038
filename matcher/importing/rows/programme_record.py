"""Values of a programme record from a row."""

import re
from collections.abc import Mapping
from decimal import Decimal

from matcher.importing.headings.headings import normalise
from matcher.importing.rows.row import Row
from matcher.labels import listed
from matcher.language.messages import _
from matcher.patents import application_numbers
from matcher.patents.application_numbers import ApplicationNumber
from matcher.patents.ids import LOCAL_ID
from matcher.programme.fields import Field, Value
from matcher.programme.record import RecordKind
from matcher.text import dates
from matcher.text.characters import nfkc

MAX_YUAN = Decimal(10) ** 13
"""Largest sum of money, in yuan."""
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(万元?|亿元?|元)?")
_FACTORS: Mapping[str, int] = {"万": 10_000, "亿": 100_000_000}


class _UnreadableError(Exception):
    """A cell that cannot be read; the message gives the fault and its fix."""


def read_record(row: Row, kind: RecordKind) -> dict[str, Value] | None:
    """Read the values of the row's non-empty cells; None for a row left out.

    A row is left out where a required value is missing or unreadable; another unreadable value is
    left out alone. Both become problems.
    """
    values: dict[str, Value] = {}
    is_complete = True
    for field in kind.fields:
        text = row.get(field.name)
        try:
            value = _value(row, field, text) if text else None
        except _UnreadableError as fault:
            row.complain(field.name, str(fault), refused=field.is_required)
            is_complete &= not field.is_required
            continue
        if value is not None:
            values[field.name] = value
        elif field.is_required:
            row.complain(
                field.name,
                _("{headings} is empty: fill it in", headings=field.headings[0]),
                refused=True,
            )
            is_complete = False
    return values if is_complete else None


def _value(row: Row, field: Field, text: str) -> Value:
    if text.startswith("="):
        raise _UnreadableError(_("this is a formula: put its value in its place"))
    if field.form == "day":
        return _day(text)
    if field.form == "yuan":
        return _yuan(text, row.column(field.name) or "")
    if field.form == "choice":
        return _choice(field, text)
    if field.form == "patent":
        return _patent(row, field, text)
    if field.form == "text":
        text = " ".join(text.split())
        if len(text) > field.max_length:
            raise _UnreadableError(
                _(
                    "this is longer than {most} characters: shorten it",
                    most=field.max_length,
                )
            )
    return text


def _day(text: str) -> Value:
    day = dates.parse(text)
    if day is None:
        raise _UnreadableError(_("this is no date: write it as 2026-05-01"))
    return day


def _yuan(text: str, heading: str) -> Value:
    """Return a sum in yuan; 万 behind the figure or in the heading multiplies it."""
    bare = re.sub(r"[\s,¥￥]|RMB|人民币", "", nfkc(text).upper())
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        raise _UnreadableError(_("this is no sum of money: write the figure alone, such as 300000"))
    unit = match[2] or ("万" if "万元" in heading else "元")
    amount = Decimal(match[1]) * _FACTORS.get(unit[0], 1)
    if amount > MAX_YUAN or amount != round(amount, 2):
        raise _UnreadableError(_("a sum has two decimals and 13 digits at most, in yuan"))
    return round(amount, 2)


def _choice(field: Field, text: str) -> Value:
    wanted = normalise(text)
    for stored, labels in field.choices.items():
        if wanted in {stored, *map(normalise, labels)}:
            return stored
    known = listed(labels[0] for labels in field.choices.values())
    raise _UnreadableError(
        _(
            "there is no such {headings}: write one of {known}",
            headings=field.headings[0],
            known=known,
        )
    )


def _patent(row: Row, field: Field, text: str) -> Value:
    if LOCAL_ID.fullmatch(text):
        return text
    number = application_numbers.parse_application_number(text)
    if not isinstance(number, ApplicationNumber):
        raise _UnreadableError(
            _("{number}: give the application number (申请号) as text", number=number)
        )
    if number.check_digit_is_wrong:
        row.complain(field.name, _("the check digit does not fit the number: compare it"))
    return number.canonical
