"""Institutions and teams as the catalogue shows them: published facts and numbers of patents.

A team's lead is the name that its institution published with the team; members and the contacts
of persons are no part of this.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from matcher.language.messages import _
from matcher.ports import BoolArray
from matcher.programme.record import RecordNotFoundError
from matcher.search.catalogue_search import Snapshot
from matcher.store import institutions as stored
from matcher.store import patents
from matcher.text.organisations import organisation_key
from matcher.types import Institution, Patent, Team, TeamRef, TtoContact

MAX_PARTNERS = 20
"""Co-owners of a team's patents that are shown."""
MAX_CLASSES = 10
"""IPC subclasses of a team's patents that are shown."""


@dataclass(frozen=True, slots=True)
class PatentNumbers:
    """Numbers of some patents."""

    patents: int
    by_status: Mapping[str, int]
    open_licence: int
    sleeping: int


@dataclass(frozen=True, slots=True)
class InstitutionEntry:
    """Institution in a list of institutions."""

    name: str
    """The spelling of most of its patents."""
    numbers: PatentNumbers


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """Team in the list of its institution."""

    name: str
    college: str | None
    lead: str | None
    patents: int


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """Institution with its numbers, its teams and its public contact."""

    name: str
    kind: str | None
    region: str | None
    contact: TtoContact | None
    numbers: PatentNumbers
    teams: tuple[TeamEntry, ...]
    """Those with most patents first."""


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Team with its numbers, fields and partners."""

    institution: str
    entry: TeamEntry
    fields: str | None
    """Fields of work, in the words of its institution."""
    numbers: PatentNumbers
    industries: tuple[tuple[str, int], ...]
    classes: tuple[tuple[str, int], ...]
    """IPC subclasses with their number of patents, the most first."""
    partners: tuple[tuple[str, int], ...]
    """Other owners of its patents, likewise."""
    contact: TtoContact | None


def all_institutions(snapshot: Snapshot) -> list[InstitutionEntry]:
    """List the institutions that have patents, those with most patents first."""

    def read(_connection: Connection) -> list[InstitutionEntry]:
        columns = snapshot.columns
        values, statuses = columns.values["institutions"], columns.values["legal_status"]
        code = {name: number for number, name in enumerate(values.names)}
        every = columns.mask(columns.rows)
        total, is_open, is_asleep = map(values.counts, (every, columns.is_open, columns.is_asleep))
        of_status = {
            status: values.counts(statuses.having([status], len(columns)))
            for status in statuses.names
        }
        entries = []
        for spelled in _spellings(snapshot).values():
            codes = [code[name] for name in spelled]
            by_status = {s: int(own[codes].sum()) for s, own in of_status.items()}
            numbers = PatentNumbers(
                int(total[codes].sum()),
                {status: number for status, number in by_status.items() if number},
                int(is_open[codes].sum()),
                int(is_asleep[codes].sum()),
            )
            entries.append(InstitutionEntry(spelled[0], numbers))
        return sorted(entries, key=lambda entry: (-entry.numbers.patents, entry.name))

    return snapshot.once("institutions", read)


def institution_page(snapshot: Snapshot, name: str) -> InstitutionPage:
    """Return an institution by its name, in any spelling. Raises RecordNotFoundError."""
    key = organisation_key(name)
    spelled = _spellings(snapshot).get(key, [])

    def read(connection: Connection) -> InstitutionPage:
        own = [n for n in stored.names(connection) if organisation_key(n) == key]
        if not own and not spelled:
            raise RecordNotFoundError(
                _("there is no institution {name!r} in the catalogue", name=name.strip()[:60])
            )
        facts = stored.published(connection, own)
        return InstitutionPage(
            (spelled or own)[0],
            next((fact.kind for fact in facts if fact.kind), None),
            next((fact.region for fact in facts if fact.region), None),
            _contact(facts),
            _numbers(snapshot, snapshot.of_institution(name)),
            tuple(_teams(snapshot, name, stored.listed_teams(connection, own))),
        )

    return snapshot.once(("institution page", key), read)


def team_page(snapshot: Snapshot, institution: str, team: str) -> TeamPage:
    """Return a team of an institution by its name, in any spelling. Raises RecordNotFoundError."""
    page, key = institution_page(snapshot, institution), organisation_key(team)
    entry = next((own for own in page.teams if organisation_key(own.name) == key), None)
    if entry is None:
        raise RecordNotFoundError(
            _("{institution} has no team {team!r}", institution=page.name, team=team.strip()[:60])
        )

    def read(connection: Connection) -> TeamPage:
        mask = snapshot.of_team(institution, team)
        own = [
            n
            for n in stored.names(connection)
            if organisation_key(n) == organisation_key(institution)
        ]
        listed = stored.listed_teams(connection, own)
        rows = snapshot.columns.rows[mask].tolist()
        partners = _partners((p for _row, p in patents.each_of(connection, rows)), page.name)
        return TeamPage(
            page.name,
            entry,
            next((t.fields for t in listed if organisation_key(t.name) == key and t.fields), None),
            _numbers(snapshot, mask),
            _most(snapshot, "industries", mask),
            _most(snapshot, "ipc", mask)[:MAX_CLASSES],
            partners,
            page.contact,
        )

    return snapshot.once(("team page", organisation_key(institution), key), read)


def _spellings(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return the spellings of each institution, by the key of its name; that of most first."""

    def read(_connection: Connection) -> dict[str, list[str]]:
        values = snapshot.columns.values["institutions"]
        every = snapshot.columns.mask(snapshot.columns.rows)
        spelled: dict[str, list[str]] = {}
        counted = zip(values.counts(every).tolist(), values.names, strict=True)
        for _count, name in sorted(counted, key=lambda pair: (-pair[0], pair[1])):
            spelled.setdefault(organisation_key(name), []).append(name)
        return spelled

    return snapshot.once("spellings", read)


def _numbers(snapshot: Snapshot, mask: BoolArray) -> PatentNumbers:
    columns = snapshot.columns
    statuses = columns.values["legal_status"]
    counted = zip(statuses.names, statuses.counts(mask).tolist(), strict=True)
    return PatentNumbers(
        int(mask.sum()),
        {name: number for name, number in counted if number},
        int((mask & columns.is_open).sum()),
        int((mask & columns.is_asleep).sum()),
    )


def _teams(snapshot: Snapshot, name: str, listed: Sequence[Team]) -> list[TeamEntry]:
    """Join the teams of patents with those of lists, whose facts take precedence."""
    of_patents = snapshot.teams(name)
    of_lists = {organisation_key(team.name): team for team in listed}
    entries = []
    for key in of_patents.keys() | of_lists.keys():
        refs = [ref for _row, ref in of_patents.get(key, ())]
        listed_first: list[Team | TeamRef] = [of_lists[key]] if key in of_lists else []
        known = [*listed_first, *reversed(refs)]
        entries.append(
            TeamEntry(
                next(team.name for team in known if team.name),
                next((team.college for team in known if team.college), None),
                next((team.lead for team in known if team.lead), None),
                len(refs),
            )
        )
    return sorted(entries, key=lambda entry: (-entry.patents, entry.name))


def _contact(facts: Sequence[Institution]) -> TtoContact | None:
    contacts = (fact.contact for fact in facts)
    return next((c for c in contacts if c.name or c.phone or c.email), None)


def _most(snapshot: Snapshot, field: str, mask: BoolArray) -> tuple[tuple[str, int], ...]:
    values = snapshot.columns.values[field]
    counted = zip(values.names, values.counts(mask).tolist(), strict=True)
    return tuple(sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1]))


def _partners(owned: Iterable[Patent], institution: str) -> tuple[tuple[str, int], ...]:
    """Count the other owners, each under the first of its spellings."""
    own, names, counted = organisation_key(institution), dict[str, str](), Counter[str]()
    for patent in owned:
        for name in patent.owners or patent.applicants:
            key = organisation_key(name)
            names.setdefault(key, name)
            counted[key] += key != own
    return tuple(
        (names[key], number) for key, number in counted.most_common(MAX_PARTNERS) if number
    )
