"""Tables for the teams. A team has a table of its own as long as there are enough tables."""

from collections import defaultdict

from matcher.events.planning.assignment import Times
from matcher.events.planning.model import MeetingRequest


class Seating:
    """The tables of all teams in all slots.

    Each team has a home: the table that it asked for, or else the table whose other teams are busy
    in the fewest of its slots, hence a free one as long as there is any. Where two teams of one
    home meet in the same slot, the first by id stays and the other moves for that slot: no more
    pairs meet in a slot than there are tables.
    """

    def __init__(self, request: MeetingRequest, times: Times) -> None:
        self._tables = request.rules.tables
        self._taken: dict[int, set[str]] = defaultdict(set)
        busy: dict[str, set[int]] = defaultdict(set)
        for (_, team), slot in times.items():
            busy[team].add(slot)
        self.homes = self._home_tables(request, busy)
        self._tables_of: dict[tuple[str, int], str] = {}
        for slot in sorted(set(times.values())):
            self._seat_teams(slot, sorted(team for team in busy if slot in busy[team]))

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

    def _home_tables(self, request: MeetingRequest, busy: dict[str, set[int]]) -> dict[str, str]:
        homes = {team.id: team.table for team in request.teams if team.table is not None}
        teams_at: dict[str, list[str]] = defaultdict(list)
        for team, table in homes.items():
            teams_at[table].append(team)
        rest = [team.id for team in request.teams if team.id not in homes]
        for team in sorted(rest, key=lambda team: (-len(busy[team]), team)):
            crowding = [
                (
                    sum(len(busy[team] & busy[other]) for other in teams_at[table]),
                    len(teams_at[table]),
                )
                for table in self._tables
            ]
            homes[team] = self._tables[crowding.index(min(crowding))]
            teams_at[homes[team]].append(team)
        return homes

    def _seat_teams(self, slot: int, teams: list[str]) -> None:
        moving = []
        for team in teams:
            home = self.homes[team]
            if home in self._taken[slot]:
                moving.append(team)
            else:
                self._seat(team, slot, home)
        for team in moving:
            self._seat(team, slot, next(t for t in self._tables if t not in self._taken[slot]))

    def _seat(self, team: str, slot: int, table: str) -> None:
        self._taken[slot].add(table)
        self._tables_of[team, slot] = table
