"""Measure the time to plan the meetings of an event: pairs, slots and tables.

    python -m scripts.bench.plan                        # 300 firms, 80 teams, six kinds of events
    python -m scripts.bench.plan --firms 50 --teams 20

The events are random with fixed seeds: some teams are more popular than others, and a firm has
wishes for up to eight teams. Prints a Markdown table with the commit and the machine, medians of
the runs. Run it in the project folder.
"""

import argparse
import random
import time
from dataclasses import dataclass
from statistics import median

from matcher.events.planning.model import (
    Firm,
    MeetingRequest,
    Pin,
    Plan,
    Rules,
    TeamOfEvent,
    Wish,
)
from matcher.events.planning.plan import plan_meetings
from scripts.bench.machine import describe_commit, describe_machine

SLOTS = tuple(f"{hour:02}:{minute:02}" for hour in (9, 10, 14, 15) for minute in (0, 20, 40))
WISHES_PER_FIRM = 8
MIN_SLOTS = 4
"""Slots in which every firm and team is present at least."""


@dataclass(frozen=True)
class EventKind:
    """Parameters of random events. All shares are from 0 to 1."""

    name: str
    attendance: float = 1.0
    """Share of the slots in which a firm or team is present."""
    tables_per_team: float = 1.0
    max_per_team: int = 8
    """Limit of meetings of a team."""
    shared: float = 0.0
    """Share of teams that share a professor with another one, and of firms that share a
    representative."""
    pinned: float = 0.0
    """Share of firms with a pinned meeting."""


@dataclass(frozen=True)
class PlanRun:
    """A plan and its run time."""

    seconds: float
    cpu_seconds: float
    """CPU time, which other load on the machine does not lengthen."""
    plan: Plan


KINDS = (
    EventKind("everybody always there, a table for each team"),
    EventKind("there in 60% of the slots", attendance=0.6),
    EventKind("tables for two teams in three", tables_per_team=2 / 3),
    EventKind("there in 80%, a tenth shares a person", attendance=0.8, shared=0.1),
    EventKind("there in 80%, a fifth shares a person", attendance=0.8, shared=0.2),
    EventKind("a tenth pinned, teams full", attendance=0.6, max_per_team=4, shared=0.1, pinned=0.1),
)


def main() -> None:
    """Plan events of each kind and print the table."""
    options = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}")
    print(f"{options.firms} firms, {options.teams} teams, {len(SLOTS)} slots; medians of", end=" ")
    print(f"{options.runs} events each\n")
    print("| event | s | s of CPU | s of CPU, longest | meetings | firms left out | proven best |")
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        runs = [
            _run(_request(kind, options.firms, options.teams, seed)) for seed in range(options.runs)
        ]
        print(_row(kind, runs), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.plan", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--firms", type=int, default=300)
    parser.add_argument("--teams", type=int, default=80)
    parser.add_argument("--runs", type=int, default=3, help="events of each kind")
    options = parser.parse_args()
    if min(options.firms, options.teams, options.runs) < 1:
        parser.error("--firms, --teams and --runs must be at least 1")
    return options


def _run(request: MeetingRequest) -> PlanRun:
    clock, cpu = time.perf_counter(), time.process_time()
    plan = plan_meetings(request)
    return PlanRun(time.perf_counter() - clock, time.process_time() - cpu, plan)


def _row(kind: EventKind, runs: list[PlanRun]) -> str:
    left_out = [sum(party.kind == "firm" for party in run.plan.left_out) for run in runs]
    cells = [
        kind.name,
        f"{median(run.seconds for run in runs):.1f}",
        f"{median(run.cpu_seconds for run in runs):.1f}",
        f"{max(run.cpu_seconds for run in runs):.1f}",
        f"{median(len(run.plan.meetings) for run in runs):.0f}",
        f"{median(left_out):.0f}",
        f"{sum(run.plan.is_best for run in runs)} of {len(runs)}",
    ]
    return f"| {' | '.join(cells)} |"


def _request(kind: EventKind, firms: int, teams: int, seed: int) -> MeetingRequest:
    """Return a random event; the same seed gives the same event."""
    rng = random.Random(seed)
    popularity = [1 / (rank + 1) ** 0.7 for rank in range(teams)]
    wishes = tuple(
        Wish(f"f{firm:03}", f"t{team:02}", round(rng.uniform(0.1, 1), 3), "need", "patent")
        for firm in range(firms)
        for team in sorted(set(rng.choices(range(teams), popularity, k=WISHES_PER_FIRM)))
    )
    pins = tuple(
        Pin(f"f{firm:03}", f"t{firm * teams // firms:02}")
        for firm in range(firms)
        if rng.random() < kind.pinned
    )
    tables = tuple(str(number) for number in range(1, 1 + round(teams * kind.tables_per_team)))
    return MeetingRequest(
        rules=Rules(SLOTS, tables, max_per_team=kind.max_per_team),
        firms=tuple(
            Firm(f"f{n:03}", f"企业{n}", _persons(rng, kind, n, "r"), _slots(rng, kind))
            for n in range(firms)
        ),
        teams=tuple(
            TeamOfEvent(f"t{n:02}", f"团队{n}", _persons(rng, kind, n, "p"), _slots(rng, kind))
            for n in range(teams)
        ),
        wishes=wishes,
        pins=pins,
    )


def _persons(rng: random.Random, kind: EventKind, number: int, letter: str) -> tuple[str, ...]:
    """Return an own person and, with probability `kind.shared`, that of the previous party."""
    own = f"{letter}{number}"
    return (own, f"{letter}{number - 1}") if number and rng.random() < kind.shared else (own,)


def _slots(rng: random.Random, kind: EventKind) -> frozenset[int] | None:
    """Slots in which a party is present; None for all."""
    if kind.attendance == 1:
        return None
    slots = {slot for slot in range(len(SLOTS)) if rng.random() < kind.attendance}
    return frozenset(slots | set(rng.sample(range(len(SLOTS)), MIN_SLOTS)))


if __name__ == "__main__":
    main()
