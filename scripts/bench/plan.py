"""How long the plan of an event takes: who meets whom, when and at which table.

    python scripts/bench/plan.py                     # 300 firms, 80 teams, six kinds of events
    python scripts/bench/plan.py --firms 50 --teams 20

The events are drawn by fixed seeds: some teams are wanted more than others, and a firm has wishes
for eight teams. Prints a Markdown table with the commit and the machine; medians of the runs.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matcher.events.planning.model import (  # noqa: E402 - found by the line above
    Firm,
    MeetingRequest,
    Pin,
    Plan,
    Rules,
    TeamOfEvent,
    Wish,
)
from matcher.events.planning.plan import plan_meetings  # noqa: E402
from scripts.bench.machine import commit, machine  # noqa: E402

SLOTS = 12


@dataclass(frozen=True)
class Kind:
    """A kind of event."""

    name: str
    there: float = 1.0
    """The share of the slots in which each firm and team can."""
    tables_each: float = 1.0
    most_per_team: int = 8
    shared: float = 0.0
    """The share of teams that share a professor with the next one, of firms that share a
    representative."""
    pinned: float = 0.0
    """The share of firms with a pinned meeting."""


@dataclass(frozen=True)
class Planned:
    """A plan and what it took; seconds of the processor do not grow when others use it too."""

    seconds: float
    of_processor: float
    plan: Plan


KINDS = (
    Kind("everybody always there, a table for each team"),
    Kind("there in 60% of the slots", there=0.6),
    Kind("tables for two teams in three", tables_each=2 / 3),
    Kind("there in 80%, a tenth shares a person", there=0.8, shared=0.1),
    Kind("there in 80%, a fifth shares a person", there=0.8, shared=0.2),
    Kind("a tenth pinned, teams full", there=0.6, most_per_team=4, shared=0.1, pinned=0.1),
)


def main() -> None:
    """Plan each kind of event and print the table."""
    options = _options()
    print(f"Commit {commit()}; {machine()}")
    print(f"{options.firms} firms, {options.teams} teams, {SLOTS} slots; medians of", end=" ")
    print(f"{options.runs} events each\n")
    print("| event | s | s of CPU | s of CPU, longest | meetings | firms left out | proven best |")
    print("|---|---|---|---|---|---|---|")
    for kind in KINDS:
        planned = [
            _planned(_event(kind, options.firms, options.teams, seed))
            for seed in range(options.runs)
        ]
        print(_row(kind, planned), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--firms", type=int, default=300)
    parser.add_argument("--teams", type=int, default=80)
    parser.add_argument("--runs", type=int, default=3, help="events of each kind")
    options = parser.parse_args()
    if min(options.firms, options.teams, options.runs) < 1:
        parser.error("--firms, --teams and --runs must be at least 1")
    return options


def _planned(request: MeetingRequest) -> Planned:
    clock, processor = time.perf_counter(), time.process_time()
    plan = plan_meetings(request)
    return Planned(time.perf_counter() - clock, time.process_time() - processor, plan)


def _row(kind: Kind, planned: list[Planned]) -> str:
    left = [sum(party.kind == "firm" for party in one.plan.left_out) for one in planned]
    cells = [
        kind.name,
        f"{median(one.seconds for one in planned):.1f}",
        f"{median(one.of_processor for one in planned):.1f}",
        f"{max(one.of_processor for one in planned):.1f}",
        f"{median(len(one.plan.meetings) for one in planned):.0f}",
        f"{median(left):.0f}",
        f"{sum(one.plan.is_best for one in planned)} of {len(planned)}",
    ]
    return f"| {' | '.join(cells)} |"


def _event(kind: Kind, firms: int, teams: int, seed: int) -> MeetingRequest:
    draw = random.Random(seed)
    wanted = [1 / (rank + 1) ** 0.7 for rank in range(teams)]
    wishes = [
        Wish(f"f{firm:03}", f"t{team:02}", round(draw.uniform(0.1, 1), 3), "need", "patent")
        for firm in range(firms)
        for team in sorted(set(draw.choices(range(teams), wanted, k=8)))
    ]
    pins = [
        Pin(f"f{firm:03}", f"t{firm * teams // firms:02}")
        for firm in range(firms)
        if draw.random() < kind.pinned
    ]
    tables = tuple(f"{number}" for number in range(1, 1 + round(teams * kind.tables_each)))
    slots = tuple(f"{hour:02}:{minute:02}" for hour in (9, 10, 14, 15) for minute in (0, 20, 40))
    return MeetingRequest(
        rules=Rules(slots, tables, most_per_team=kind.most_per_team),
        firms=tuple(
            Firm(f"f{n:03}", f"企业{n}", _persons(draw, kind, n, "r"), _free(draw, kind))
            for n in range(firms)
        ),
        teams=tuple(
            TeamOfEvent(f"t{n:02}", f"团队{n}", _persons(draw, kind, n, "p"), _free(draw, kind))
            for n in range(teams)
        ),
        wishes=tuple(wishes),
        pins=tuple(pins),
    )


def _persons(draw: random.Random, kind: Kind, number: int, letter: str) -> tuple[str, ...]:
    """Somebody of one's own, and now and then somebody of the party before."""
    own = f"{letter}{number}"
    return (own, f"{letter}{number - 1}") if number and draw.random() < kind.shared else (own,)


def _free(draw: random.Random, kind: Kind) -> frozenset[int] | None:
    """Some slots, never fewer than four."""
    if kind.there == 1:
        return None
    slots = {slot for slot in range(SLOTS) if draw.random() < kind.there}
    return frozenset(slots | set(draw.sample(range(SLOTS), 4)))


if __name__ == "__main__":
    main()
