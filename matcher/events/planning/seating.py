"""Tables for the teams. A team has a table of its own as long as there are enough tables."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise

from matcher.events.planning.assignment import Times
from matcher.events.planning.model import MeetingRequest, Pair


class Seating:
    """The tables of all teams in all slots.

    Each team has a home: the table that it asked for, or that of the plan before; else the table
    whose other teams are busy in the fewest of its slots, hence a free one as long as there is
    any, and where its firms sit already. Where two teams of one home meet in the same slot, the
    first by id stays and the other moves for that slot: no more pairs meet in a slot than there
    are tables. A pinned table, and that of a standing meeting, goes before any home.
    """

    def __init__(
        self, request: MeetingRequest, times: Times, tables: Mapping[Pair, str] | None = None
    ) -> None:
        """Seat the meetings; `tables` are those of meetings that stay as they are."""
        self._tables = request.rules.tables
        self._taken: dict[int, set[str]] = defaultdict(set)
        self._tables_of: dict[tuple[str, int], str] = {}
        self._busy: dict[str, set[int]] = defaultdict(set)
        for (_, team), slot in times.items():
            self._busy[team].add(slot)
        self.homes = self._home_tables(request, _steps(times))
        as_placed = [(pair[1], times[pair], table) for pair, table in (tables or {}).items()]
        for team, slot, table in (*as_placed, *_fixed_tables(request, times)):
            if table not in self._taken[slot] and (team, slot) not in self._tables_of:
                self._seat(team, slot, table)
        for slot in sorted(set(times.values())):
            self._seat_teams(slot, sorted(t for t, slots in self._busy.items() if slot in slots))

    def table_of(self, team: str, slot: int) -> str:
        """Return the table of a team that meets in this slot."""
        return self._tables_of[team, slot]

    def table_index(self, table: str) -> int:
        """Return the index of a table in the event's own order, from 0."""
        return self._tables.index(table)

    def free_table(self, team: str, slot: int) -> str | None:
        """Return a table for a team that does not meet in this slot; None if all are taken."""
        left = [table for table in self._tables if table not in self._taken[slot]]
        if not left:
            return None
        return self.homes[team] if self.homes[team] in left else left[0]

    def _home_tables(
        self, request: MeetingRequest, steps: Mapping[frozenset[str], int]
    ) -> dict[str, str]:
        homes = _standing_homes(request)
        homes |= {team.id: team.table for team in request.teams if team.table is not None}
        teams_at: dict[str, list[str]] = defaultdict(list)
        for team, table in homes.items():
            teams_at[table].append(team)
        rest = [team.id for team in request.teams if team.id not in homes]
        for team in sorted(rest, key=lambda team: (-len(self._busy[team]), team)):
            crowding = [self._crowding(team, teams_at[table], steps) for table in self._tables]
            homes[team] = self._tables[crowding.index(min(crowding))]
            teams_at[homes[team]].append(team)
        return homes

    def _crowding(
        self, team: str, others: list[str], steps: Mapping[frozenset[str], int]
    ) -> tuple[int, bool, int, int]:
        """Return how little a table suits a team: slots in which it is taken, walks not saved."""
        shared = sum(len(self._busy[team] & self._busy[other]) for other in others)
        walks_saved = sum(steps.get(frozenset({team, other}), 0) for other in others)
        return shared, bool(others), -walks_saved, len(others)

    def _seat_teams(self, slot: int, teams: list[str]) -> None:
        moving = []
        for team in teams:
            if (team, slot) in self._tables_of:
                continue
            if self.homes[team] in self._taken[slot]:
                moving.append(team)
            else:
                self._seat(team, slot, self.homes[team])
        for team in moving:
            self._seat(team, slot, next(t for t in self._tables if t not in self._taken[slot]))

    def _seat(self, team: str, slot: int, table: str) -> None:
        self._taken[slot].add(table)
        self._tables_of[team, slot] = table


def _fixed_tables(request: MeetingRequest, times: Times) -> list[tuple[str, int, str]]:
    """Return team, slot and table of the meetings whose table is decided, the firmest first."""
    fixed = [
        (pin.team, times[pin.firm, pin.team], pin.table)
        for pin in request.pins
        if pin.table is not None and (pin.firm, pin.team) in times
    ]
    asked = {team.id for team in request.teams if team.table is not None}
    for held in sorted(request.standing, key=lambda held: not held.is_published):
        if times.get((held.firm, held.team)) == held.slot and held.team not in asked:
            fixed.append((held.team, held.slot, held.table))
    return fixed


def _standing_homes(request: MeetingRequest) -> dict[str, str]:
    """Return the table at which each team sat most often before."""
    tables: dict[str, Counter[str]] = defaultdict(Counter)
    for held in request.standing:
        tables[held.team][held.table] += 1
    return {team: count.most_common(1)[0][0] for team, count in tables.items()}


def _steps(times: Times) -> dict[frozenset[str], int]:
    """Return how often a firm goes from one of two teams to the other for its next meeting."""
    visits: dict[str, list[tuple[int, Pair]]] = defaultdict(list)
    for pair, slot in times.items():
        visits[pair[0]].append((slot, pair))
    steps: Counter[frozenset[str]] = Counter()
    for own in visits.values():
        for (_, (_, before)), (_, (_, after)) in pairwise(sorted(own)):
            steps[frozenset({before, after})] += 1
    return dict(steps)
