"""Facts of an event as options, and the echo of its slots and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.events.record import Event

MAX_ECHOED = 6
"""Slots or tables that the echo names; of more, the first and the last."""


@dataclass(frozen=True, slots=True)
class EventFields:
    """Facts of an event, and the sheet of its firms; None leaves a fact as it is."""

    firms: Annotated[
        Path | None,
        typer.Option(help="The sheet of the firms: who comes (参会人) and when (可到场时段)."),
    ] = None
    date: Annotated[str | None, typer.Option("--date", help="The day, such as 2026-12-03.")] = None
    place: Annotated[str | None, typer.Option(help="Where the event takes place.")] = None
    slots: Annotated[
        str | None,
        typer.Option(
            metavar="BEGIN-END/MINUTES",
            help="The slots: 14:00-17:00/20, or 14:00-14:20,14:30-14:50; several by comma.",
        ),
    ] = None
    tables: Annotated[
        str | None,
        typer.Option(help="The tables: a number, or their names by comma."),
    ] = None
    per_need: Annotated[
        int | None, typer.Option(min=1, max=20, help="Patents shown for one need.")
    ] = None
    per_firm: Annotated[
        int | None, typer.Option(min=1, max=50, help="Meetings of a firm at most.")
    ] = None
    per_team: Annotated[
        int | None, typer.Option(min=1, max=50, help="Meetings of a team at most.")
    ] = None
    line: Annotated[
        str | None,
        typer.Option(
            help="The label from which a firm is to have a meeting: strong, fair or weak."
        ),
    ] = None

    def changed(self, event: "Event") -> "Event":
        """Return the event with the given facts; the rest stays. Raises InputError."""
        from matcher.events.timetable import read_day, read_slots, read_tables

        facts: dict[str, Any] = {
            "day": None if self.date is None else read_day(self.date),
            "place": self.place,
            "slots": None if self.slots is None else read_slots(self.slots),
            "tables": None if self.tables is None else read_tables(self.tables),
        }
        if self.line is not None and self.line not in ("strong", "fair", "weak"):
            raise InputError(_("--line is strong, fair or weak, not {line!r}", line=self.line))
        options = {
            "shortlist_length": self.per_need,
            "meetings_per_firm": self.per_firm,
            "meetings_per_team": self.per_team,
            "line": self.line,
        }
        return replace(event, **_given(facts), options=replace(event.options, **_given(options)))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def echo(event: "Event") -> Iterator[str]:
    """Yield the slots and tables of an event as they were understood, and what is doubtful."""
    from matcher.events.timetable import long_slots

    if event.slots:
        yield _("slots ({count}): {names}", count=len(event.slots), names=_some(event.slots))
    if event.tables:
        yield _("tables ({count}): {names}", count=len(event.tables), names=_some(event.tables))
    for slot, minutes in long_slots(event.slots):
        yield _(
            "the slot {slot} is one meeting of {minutes} minutes: is that meant? Write {slot}/20 "
            "for meetings of 20 minutes",
            slot=slot,
            minutes=minutes,
        )
    if len(event.slots) == 1:
        yield _("there is only one slot: nobody can have a second meeting")


def _some(names: Sequence[str]) -> str:
    if len(names) <= MAX_ECHOED:
        return listed(names)
    return f"{listed(names[:2])} … {names[-1]}"
