"""The sheets of an event as they come in: its needs, its teams, its firms."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from matcher.events.record import Event, EventFirm, EventTeam
from matcher.events.timetable import read_presence, table_name
from matcher.importing.read_need_files import NeedsFile, read_needs_files
from matcher.importing.read_programme_file import ReadRecord, RecordsFile, read_records
from matcher.importing.rows.problem import Problem, problem_line
from matcher.patents.names import read_people
from matcher.programme.kind import Field, RecordKind, Value
from matcher.settings import Settings
from matcher.store import events, institutions
from matcher.workflows.import_needs import keeping_by_command, save_needs

_PERSONS = Field(
    "persons",
    ("参会人", "人员", "参会人员", "成员", "团队成员", "代表", "参会代表", "姓名"),
    "Who comes",
    at_most=2_000,
)
_SLOTS = Field(
    "slots",
    ("可到场时段", "到场时段", "可参加时段", "可用时段", "时段", "可到场时间"),
    "When they can; empty for always",
    at_most=2_000,
)
TEAMS = RecordKind(
    name="event-teams",
    chinese="到会团队",
    prefix="team",
    about="The teams that come to an event.",
    fields=(
        Field(
            "institution",
            ("机构", "所属机构", "高校院所", "单位", "单位名称", "所在单位"),
            "机构",
            is_required=True,
        ),
        Field(
            "team",
            ("团队", "团队名称", "发明人团队", "科研团队", "课题组"),
            "团队",
            is_required=True,
        ),
        _PERSONS,
        _SLOTS,
        Field("table", ("桌号", "桌", "洽谈桌", "展位", "展位号"), "The table", at_most=60),
    ),
    key=("institution", "team"),
    owner="institution",
)
FIRMS = RecordKind(
    name="event-firms",
    chinese="到会企业",
    prefix="firm",
    about="The enterprises that come to an event.",
    fields=(
        Field("enterprise", ("企业", "企业名称", "单位名称", "公司名称"), "企业", is_required=True),
        _PERSONS,
        _SLOTS,
    ),
    key=("enterprise",),
    owner="enterprise",
)


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the files say; None where there is none."""

    needs: Sequence[NeedsFile] | None
    teams: RecordsFile | None
    firms: RecordsFile | None


def read(needs: Path | None, teams: Path | None, firms: Path | None = None) -> Sheets:
    """Read the sheets. Raises InputError for a file that cannot be used."""
    today = date.today()
    return Sheets(
        None if needs is None else read_needs_files([needs], today=today),
        None if teams is None else read_records(teams, TEAMS, today=today),
        None if firms is None else read_records(firms, FIRMS, today=today),
    )


def save(connection: Connection, name: str, sheets: Sheets, settings: Settings) -> dict[str, Any]:
    """Let the needs of the sheets join the event, in their order; its teams and firms take the
    place of those it had. What came in, the problems as lines, and near-same needs.

    A need that the sheet changes waits to be matched again. Raises EventNotFoundError.
    """
    event = events.named(connection, name)
    told: dict[str, Any] = {"needs": 0, "teams": 0, "firms": 0, "problems": [], "duplicates": []}
    if sheets.needs is not None:
        result = save_needs(connection, sheets.needs, keeping_by_command(settings))
        told["needs"] = events.add_needs(connection, name, result.needs)
        events.wait_again(connection, name, result.changed)
        told["duplicates"] = list(result.duplicates)
        found = [problem for file in result.files for problem in file.problems]
        told["problems"] += map(problem_line, found)
    if sheets.teams is not None:
        rows = _Rows(event, sheets.teams)
        known = institutions.known_teams(connection)
        teams = [_team(known, rows, record) for record in rows.records()]
        events.set_teams(connection, name, teams)
        told["teams"] = len(teams)
        told["problems"] += rows.problems
    if sheets.firms is not None:
        rows = _Rows(event, sheets.firms)
        asking = {one.need.enterprise for one in events.needs_of(connection, name)}
        firms = [_firm(asking, rows, record) for record in rows.records()]
        events.set_firms(connection, name, firms)
        told["firms"] = len(firms)
        told["problems"] += rows.problems
    return told


class _Rows:
    """The rows of a sheet of parties, and what is wrong with them."""

    def __init__(self, event: Event, file: RecordsFile) -> None:
        self.event, self._file = event, file
        self.problems = [problem_line(problem) for problem in file.problems]

    def records(self) -> Iterator[ReadRecord]:
        """Each party once; a second row of one is told and left out."""
        seen: dict[tuple[Value, ...], ReadRecord] = {}
        for record in self._file.records:
            key = tuple(record.values[name] for name in self._file.kind.key)
            if (first := seen.setdefault(key, record)) is record:
                yield record
            else:
                mend = f"row {first.row} names the same already: put both into one row"
                self.complain(record, None, mend, refused=True)

    def text(self, record: ReadRecord, field: str) -> str:
        """What the cell says; empty if nothing."""
        return str(record.values.get(field) or "")

    def slots(self, record: ReadRecord) -> tuple[str, ...] | None:
        """When the party can; None for always. What is no slot of the event is told."""
        words = self.text(record, "slots")
        slots, unknown = read_presence(words, self.event.slots)
        known = "、".join(self.event.slots) or "none yet: give --slots first"
        for word in unknown:
            self.complain(record, word, f"this is no slot of the event; it has {known}")
        if slots == ():
            self.complain(record, None, "no slot is left in which it can come")
        return slots

    def complain(
        self, record: ReadRecord, value: str | None, mend: str, *, refused: bool = False
    ) -> None:
        """Note what is wrong with a row."""
        self.problems.append(
            problem_line(
                Problem(self._file.file, record.sheet, record.row, None, value, mend, refused)
            )
        )


def _team(known: Collection[tuple[str, str]], rows: _Rows, record: ReadRecord) -> EventTeam:
    institution, team = rows.text(record, "institution"), rows.text(record, "team")
    if (institution, team) not in known:
        mend = f"the catalogue has no such team of {institution}: its patents do not find it"
        rows.complain(record, team, mend)
    table = table_name(rows.text(record, "table"), rows.event.tables)
    if table is not None and rows.event.tables and table not in rows.event.tables:
        there = "、".join(rows.event.tables)
        rows.complain(record, table, f"left out: this is no table of the event; it has {there}")
        table = None
    return EventTeam(
        institution, team, read_people(rows.text(record, "persons")), rows.slots(record), table
    )


def _firm(asking: Collection[str | None], rows: _Rows, record: ReadRecord) -> EventFirm:
    enterprise = rows.text(record, "enterprise")
    if enterprise not in asking:
        rows.complain(record, enterprise, "no need of the event is of this enterprise")
    return EventFirm(enterprise, read_people(rows.text(record, "persons")), rows.slots(record))
