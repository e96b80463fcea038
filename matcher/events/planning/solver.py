"""The solver of all planning models: exact and deterministic CP-SAT."""

from ortools.sat.python import cp_model

EFFORT = 8.0
"""The limit of a search in the solver's own deterministic seconds, which no clock measures: the
same input gives the same plan on every machine. About half a minute of one core."""


def new_solver(effort: float = EFFORT) -> cp_model.CpSolver:
    """Return CP-SAT with one worker and a fixed seed; with more, the first to finish would win.

    Its linear relaxation is on: without shared persons these problems are flows, which the
    relaxation solves outright, while search alone takes minutes (see docs/decisions/012).
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = effort
    return solver
