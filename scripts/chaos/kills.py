"""Kills of operations, and the judgement of what they left."""

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scripts.chaos import process
from scripts.chaos.judgement import Ends, Side, differences, judge
from scripts.chaos.operations import Operation, Workshop
from scripts.chaos.process import KILLED, Ended, Way
from scripts.chaos.state import State, read_state

STARTED_EVERY = 6
"""Of so many kills one is of a program of its own."""
LEFTOVERS = "leftovers"
"""Part of `matcher check` whose findings the next run may remove."""
TRIES = 4
"""Attempts to hit an operation before its end, each earlier than the one before."""
LAST_ACTS = 0.8
"""Share of the acts after which half of the kills at acts fall: commits come last."""
EARLIER = 0.85
"""Part of the delay that the next attempt has."""


Clock = Literal["time", "acts"]
"""Measure of the moment of a kill: seconds, or commits and changes of files."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A kill as it was drawn: what, when, and how."""

    number: int
    operation: str
    share: float
    """Delay as a share of the operation's undisturbed duration, or of its acts."""
    by: Clock
    way: Way
    group: bool


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill and what it left."""

    plan: Plan
    seconds: float
    """From the start of the operation to its death."""
    side: Side
    problems: tuple[str, ...]
    """Losses: what is neither old nor new, not clean, or does not become new by the next run."""
    home: str
    was_hit: bool = True
    """False where the operation ended before the signal came, in each of the tries."""
    notes: tuple[str, ...] = ()
    """Leftovers that the next run removed."""


def draw(seed: int, kills: int, names: Sequence[str]) -> list[Plan]:
    """Draw the kills: each operation as often as the others, at moments that are even by chance.

    The first ones of a seed are the same however many are drawn.
    """
    ordering, chance = random.Random(seed), random.Random(seed + 1)
    order: list[str] = []
    while len(order) < kills:
        order += ordering.sample(names, len(names))
    return [_plan(chance, number, name) for number, name in enumerate(order[:kills], 1)]


def _plan(chance: random.Random, number: int, name: str) -> Plan:
    way: Way = "started" if chance.randrange(STARTED_EVERY) == 0 else "forked"
    by: Clock = "acts" if way == "forked" and chance.random() < 0.5 else "time"
    first = LAST_ACTS if by == "acts" and chance.random() < 0.5 else 0.01
    return Plan(number, name, chance.uniform(first, 1.0), by, way, chance.random() < 0.5)


class Killer:
    """Kills operations, each in a home that is copied for it, and judges what is left."""

    def __init__(self, workshop: Workshop) -> None:
        """Take the workshop; make nothing."""
        self._workshop = workshop
        self._homes = workshop.homes
        workshop.prepare("ready")
        self._operations = {each.name: each for each in workshop.operations()}
        self._ends: dict[tuple[str, Way], Ends] = {}

    @property
    def names(self) -> list[str]:
        """Names of the operations."""
        return list(self._operations)

    @property
    def quick_names(self) -> list[str]:
        """Names of the operations that do not take long."""
        return [name for name, each in self._operations.items() if not each.is_slow]

    def kill_all(self, plans: Sequence[Plan]) -> Iterator[Kill]:
        """Carry out the kills, one after the other; the homes without a loss are removed."""
        for plan in plans:
            kill = self._kill(plan)
            if not kill.problems:
                self._homes.remove(kill.home)
            yield kill

    def _kill(self, plan: Plan) -> Kill:
        operation = self._operations[plan.operation]
        ends = self._both_ends(operation, plan.way)
        name = f"kill-{plan.number}"
        ended = self._hit(plan, operation, ends, name)
        wrong = {
            text: part for text, part in self._findings(name).items() if text not in ends.wrong
        }
        notes = [text for text, part in wrong.items() if part == LEFTOVERS]
        problems = [text for text in wrong if text not in notes]
        state, valid = self._look(operation, name, ended.stdout)
        side, found = judge(operation, ends, state, valid)
        problems += found
        if not problems and (operation.is_repeatable or side == "old"):
            problems += self._go_on(operation, ends, name, plan.way)
            problems += [text for text in self._findings(name) if text not in ends.wrong]
        elif notes:
            problems += notes
        was_hit = ended.status == KILLED
        return Kill(plan, ended.seconds, side, tuple(problems), name, was_hit, tuple(notes))

    def _hit(self, plan: Plan, operation: Operation, ends: Ends, name: str) -> Ended:
        """Run the operation in a new home and kill it before its end, if the tries suffice."""
        for attempt in range(TRIES):
            self._homes.copy(operation.start, name)
            command = self._homes.command(name, operation.arguments, operation.environment)
            share = plan.share * EARLIER**attempt
            if plan.by == "acts":
                act = math.ceil(ends.acts * share)
                ended = process.kill_at_act(command, act, group=plan.group)
            else:
                delay = ends.seconds * share
                ended = process.kill(command, delay, plan.way, group=plan.group)
            if ended.status == KILLED:
                return ended
        return ended

    def _both_ends(self, operation: Operation, way: Way) -> Ends:
        """Return the states before and after an undisturbed run, and its duration."""
        if (operation.name, way) not in self._ends:
            self._workshop.prepare(operation.start)
            before, valid_before = self._look(operation, operation.start, "")
            self._homes.copy(operation.start, "whole")
            command = self._homes.command("whole", operation.arguments, operation.environment)
            ended = process.run(command, way)
            if ended.status != 0:
                raise RuntimeError(f"{operation.name} ends with {ended.status}: {ended.stderr}")
            after, valid_after = self._look(operation, "whole", ended.stdout)
            wrong = frozenset(self._findings(operation.start)) | frozenset(self._findings("whole"))
            ends = Ends(before, after, valid_before, valid_after, ended.seconds, ended.acts, wrong)
            self._ends[operation.name, way] = ends
        return self._ends[operation.name, way]

    def _look(self, operation: Operation, name: str, printed: str) -> tuple[State, str]:
        output = self._homes.folder / "output" / name / "state.json"
        state = read_state(self._homes.environment(name), output)
        return state, operation.look(name, printed)

    def _go_on(self, operation: Operation, ends: Ends, name: str, way: Way) -> list[str]:
        """Run the operation again to its end, and hold what it leaves against the new state."""
        command = self._homes.command(name, operation.arguments, operation.environment)
        ended = process.run(command, way)
        if ended.status != 0:
            return [f"the next run ended with {ended.status}: {ended.stderr.strip()[-300:]}"]
        state, valid = self._look(operation, name, ended.stdout)
        wanted = replace(ends.after, acts=())
        found = differences(wanted, replace(state, acts=()))
        if valid != ends.valid_after:
            found.append(f"valid after the next run: {valid}, not {ends.valid_after}")
        return [f"after the next run: {each}" for each in found]

    def _findings(self, name: str) -> dict[str, str]:
        """Return what `matcher check` finds wrong in a home: its texts, and their parts."""
        ended = process.run(self._homes.command(name, ("check", "--json")))
        if ended.status == 0:
            return {}
        try:
            findings = json.loads(ended.stdout)["findings"]
        except ValueError:
            return {f"matcher check ended with {ended.status}: {ended.stderr[-300:]}": "check"}
        home = str(self._homes.home(name))
        return {
            f"check: {each['part']}: {each['text']}".replace(home, "(home)"): each["part"]
            for each in findings
            if each["state"] == "wrong"
        }
