"""Import of the sheets of an event: its needs, its teams, its firms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from matcher.events.record import Event, EventFirm, EventTeam
from matcher.events.timetable import presence_within, read_presence, read_table
from matcher.importing.read_need_files import NeedsFile, read_needs_files
from matcher.importing.read_programme_file import ReadRecord, RecordsFile, read_records
from matcher.importing.rows.problem import Problem, problem_line
from matcher.labels import listed
from matcher.language.messages import _
from matcher.patents.names import read_people
from matcher.programme.fields import Field
from matcher.programme.record import RecordKind
from matcher.settings import Settings
from matcher.store import events, institutions
from matcher.text.organisations import organisation_key, team_key
from matcher.workflows.import_needs import command_context, save_needs

_PERSONS = Field(
    "persons",
    ("参会人", "人员", "参会人员", "成员", "团队成员", "代表", "参会代表", "姓名"),
    "Who comes",
    max_length=2_000,
)
_SLOTS = Field(
    "slots",
    ("可到场时段", "到场时段", "可参加时段", "可用时段", "时段", "可到场时间"),
    "When they can; empty for always",
    max_length=2_000,
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
        Field("table", ("桌号", "桌", "洽谈桌", "展位", "展位号"), "The table", max_length=60),
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
class EventInput:
    """The contents of the files of an event; None for a file that was not given."""

    needs: Sequence[NeedsFile] | None
    teams: RecordsFile | None
    firms: RecordsFile | None


def read_event_input(
    needs: Path | None, teams: Path | None, firms: Path | None = None
) -> EventInput:
    """Read the sheets. Raises InputError for a file that cannot be used."""
    today = date.today()
    return EventInput(
        None if needs is None else read_needs_files([needs], today=today),
        None if teams is None else read_records(teams, TEAMS, today=today),
        None if firms is None else read_records(firms, FIRMS, today=today),
    )


def save_event_input(
    connection: Connection, name: str, sheets: EventInput, settings: Settings
) -> dict[str, Any]:
    """Add the needs of the sheets to the event, in their order, and replace its teams and firms.

    Returns the counts, the problems as lines, and the near-duplicate needs. A need that the sheet
    changes waits to be matched again. Raises EventNotFoundError.
    """
    event = events.by_name(connection, name)
    report: dict[str, Any] = {"needs": 0, "teams": 0, "firms": 0, "problems": [], "duplicates": []}
    if sheets.needs is not None:
        result = save_needs(connection, sheets.needs, command_context(settings))
        report["needs"] = events.add_needs(connection, name, result.needs)
        events.reset_answers(connection, name, result.changed)
        report["duplicates"] = list(result.duplicates)
        problems = [problem for file in result.files for problem in file.problems]
        report["problems"] += map(problem_line, problems)
    if sheets.teams is not None:
        rows = _Rows(event, sheets.teams)
        known = {team_key(*team): team for team in institutions.known_teams(connection)}
        teams = [_team(known, rows, record) for record in rows.records()]
        events.set_teams(connection, name, teams)
        report["teams"] = len(teams)
        report["problems"] += rows.problems
    if sheets.firms is not None:
        rows = _Rows(event, sheets.firms)
        with_needs = {
            organisation_key(need.need.enterprise or "")
            for need in events.needs_of(connection, name)
        }
        firms = [_firm(with_needs, rows, record) for record in rows.records()]
        events.set_firms(connection, name, firms)
        report["firms"] = len(firms)
        report["problems"] += rows.problems
    return report


def refit_presence(connection: Connection, event: Event) -> list[str]:
    """Fit the presence of teams and firms to the slots of the event, which may have changed.

    Returns a line for each party that can come at other times than its sheet said, and for each
    team whose table the event has no more.
    """
    lines: list[str] = []

    def refitted(name: str, slots: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if slots is None or set(slots) <= set(event.slots):
            return slots
        left = presence_within(slots, event.slots)
        lines.append(
            _(
                "{name} said it comes at {before}; of the slots now that is {after}: give its "
                "sheet again if it comes at other times",
                name=name,
                before=listed(slots),
                after=listed(left) or "–",
            )
        )
        return left

    teams = [
        replace(team, slots=refitted(f"{team.institution}/{team.team}", team.slots))
        for team in events.teams_of(connection, event.name)
    ]
    firms = [
        replace(firm, slots=refitted(firm.enterprise, firm.slots))
        for firm in events.firms_of(connection, event.name)
    ]
    lines += [
        _(
            "{name} asked for table {table}, which the event does not have now",
            name=f"{team.institution}/{team.team}",
            table=team.table,
        )
        for team in teams
        if team.table is not None and team.table not in event.tables
    ]
    if lines:
        events.set_teams(connection, event.name, teams)
        events.set_firms(connection, event.name, firms)
    return lines


class _Rows:
    """The rows of a sheet of teams or firms, with their problems as lines."""

    def __init__(self, event: Event, file: RecordsFile) -> None:
        self.event, self._file = event, file
        self.problems = [problem_line(problem) for problem in file.problems]

    def records(self) -> Iterator[ReadRecord]:
        """Yield each party once; a second row of the same party is reported and left out."""
        seen: dict[tuple[str, ...], ReadRecord] = {}
        for record in self._file.records:
            key = tuple(organisation_key(self.text(record, name)) for name in self._file.kind.key)
            if (first := seen.setdefault(key, record)) is record:
                yield record
            else:
                fix = _("row {row} names the same already: put both into one row", row=first.row)
                self.add_problem(record, None, fix, refused=True)

    def text(self, record: ReadRecord, field: str) -> str:
        """Return the text of a cell; empty for an empty cell."""
        return str(record.values.get(field) or "")

    def slots(self, record: ReadRecord) -> tuple[str, ...] | None:
        """Return the slots of a party, None for all; text that is no slot is reported."""
        slots, unknown = read_presence(self.text(record, "slots"), self.event.slots)
        known = listed(self.event.slots) or _("none yet: give --slots first")
        for part in unknown:
            self.add_problem(
                record, part, _("this is no slot of the event; it has {known}", known=known)
            )
        if slots == ():
            self.add_problem(record, None, _("no slot is left in which it can come"))
        return slots

    def add_problem(
        self, record: ReadRecord, value: str | None, fix: str, *, refused: bool = False
    ) -> None:
        """Add a problem of a row, with how to correct it."""
        self.problems.append(
            problem_line(
                Problem(self._file.file, record.sheet, record.row, None, value, fix, refused)
            )
        )


def _team(
    known: Mapping[tuple[str, str], tuple[str, str]], rows: _Rows, record: ReadRecord
) -> EventTeam:
    """Read a team, in the spelling of the catalogue if it is there."""
    institution, team = rows.text(record, "institution"), rows.text(record, "team")
    if (spelling := known.get(team_key(institution, team))) is not None:
        institution, team = spelling
    else:
        fix = _(
            "the catalogue has no such team of {institution}: its patents do not find it",
            institution=institution,
        )
        rows.add_problem(record, team, fix)
    table = read_table(rows.text(record, "table"), rows.event.tables)
    if table is not None and rows.event.tables and table not in rows.event.tables:
        tables = listed(rows.event.tables)
        fix = _("left out: this is no table of the event; it has {tables}", tables=tables)
        rows.add_problem(record, table, fix)
        table = None
    return EventTeam(
        institution, team, read_people(rows.text(record, "persons")), rows.slots(record), table
    )


def _firm(with_needs: Collection[str], rows: _Rows, record: ReadRecord) -> EventFirm:
    enterprise = rows.text(record, "enterprise")
    if organisation_key(enterprise) not in with_needs:
        rows.add_problem(record, enterprise, _("no need of the event is of this enterprise"))
    return EventFirm(enterprise, read_people(rows.text(record, "persons")), rows.slots(record))
