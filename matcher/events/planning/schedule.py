"""When the chosen pairs meet: nobody in two places, nobody when they cannot, tables for all."""

from collections import defaultdict

from ortools.sat.python import cp_model

from matcher.events.planning.assignment import Times, value
from matcher.events.planning.candidates import Candidate, Resources
from matcher.events.planning.model import MeetingRequest
from matcher.events.planning.solver import EFFORT, new_solver


def schedule(
    request: MeetingRequest, pairs: tuple[Candidate, ...], effort: float = EFFORT
) -> Times:
    """A slot for each of the pairs, or for those that fit best where not all can be held.

    A firm's meetings are not moved together: whoever has time between two of them can stand in.
    """
    model = cp_model.CpModel()
    places: dict[Candidate, dict[int, cp_model.IntVar]] = {}
    at_once: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for one in pairs:
        places[one] = {slot: model.new_bool_var("") for slot in one.slots}
        must = model.add_exactly_one if one.is_pinned else model.add_at_most_one
        must(places[one].values())
        for slot, here in places[one].items():
            at_once[slot].append(here)
    for users in Resources(request).users(pairs).values():
        for slot in at_once:
            model.add_at_most_one(places[one][slot] for one in users if slot in places[one])
    for together in at_once.values():
        model.add(sum(together) <= len(request.rules.tables))
    held = {one: sum(places[one].values()) for one in pairs}
    model.maximize(sum(value(one.fit, 1) * here for one, here in held.items()))
    solver = new_solver(effort)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {
        one.pair: slot
        for one in pairs
        for slot, here in places[one].items()
        if solver.boolean_value(here)
    }
