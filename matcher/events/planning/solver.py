"""The solver of all planning models: exact and deterministic CP-SAT."""

from ortools.sat.python import cp_model

EFFORT = 8.0
"""The limit of a search in the solver's own deterministic seconds, which no clock measures: the
same input gives the same plan on every machine. About half a minute of one core."""


def new_solver(effort: float = EFFORT, *, is_flow: bool = True) -> cp_model.CpSolver:
    """Return CP-SAT with one worker and a fixed seed; with more, the first to finish would win.

    Its linear relaxation is on for flows: without shared persons the choice of pairs is one, which
    the relaxation solves outright, while search alone takes minutes (see docs/decisions/012). The
    shortening of waits is none: there search alone finds in a second what the relaxation misses.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2 if is_flow else 0
    solver.parameters.max_deterministic_time = effort
    return solver
