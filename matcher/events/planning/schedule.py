"""Slots for chosen pairs: nobody in two places at once, everybody present, a table for each."""

from collections import defaultdict

from ortools.sat.python import cp_model

from matcher.events.planning.assignment import Times, meeting_value
from matcher.events.planning.candidates import Candidate, Resources
from matcher.events.planning.model import MeetingRequest
from matcher.events.planning.solver import EFFORT, new_solver


def schedule(
    request: MeetingRequest, pairs: tuple[Candidate, ...], effort: float = EFFORT
) -> Times:
    """Return a slot for each pair, or for the best-fitting subset if not all can be held.

    The meetings of a firm are not moved together: the gaps between them serve for reserves.
    """
    model = cp_model.CpModel()
    slot_vars: dict[Candidate, dict[int, cp_model.IntVar]] = {}
    at_once: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for pair in pairs:
        slot_vars[pair] = {slot: model.new_bool_var("") for slot in pair.slots}
        must = model.add_exactly_one if pair.is_pinned else model.add_at_most_one
        must(slot_vars[pair].values())
        for slot, meets_here in slot_vars[pair].items():
            at_once[slot].append(meets_here)
    for users in Resources(request).users(pairs).values():
        for slot in at_once:
            model.add_at_most_one(
                slot_vars[user][slot] for user in users if slot in slot_vars[user]
            )
    for together in at_once.values():
        model.add(sum(together) <= len(request.rules.tables))
    held = {pair: sum(slot_vars[pair].values()) for pair in pairs}
    model.maximize(sum(meeting_value(pair.fit, 1) * is_held for pair, is_held in held.items()))
    solver = new_solver(effort)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {
        pair.pair: slot
        for pair in pairs
        for slot, meets_here in slot_vars[pair].items()
        if solver.boolean_value(meets_here)
    }
