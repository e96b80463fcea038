"""How every problem of a plan is solved: exactly, and always the same way."""

from ortools.sat.python import cp_model

EFFORT = 8.0
"""When a search gives up, in the solver's own deterministic seconds: no clock, so that the same
input gives the same plan on every machine. About half a minute of one core."""


def new_solver(effort: float = EFFORT) -> cp_model.CpSolver:
    """CP-SAT with one worker and a fixed seed; more workers would race for which plan wins.

    Its linear relaxation is on: without shared persons these problems are flows, which the
    relaxation solves outright, while search alone takes minutes (see docs/decisions/012).
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = effort
    return solver
