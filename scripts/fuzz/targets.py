"""All targets."""

from scripts.fuzz.parsers import PARSERS
from scripts.fuzz.readers import READERS
from scripts.fuzz.returned_books import RETURNED_BOOKS
from scripts.fuzz.routes import ROUTES
from scripts.fuzz.target import Target
from scripts.fuzz.tokens import TOKENS

TARGETS: dict[str, Target] = {
    target.name: target for target in (*READERS, *RETURNED_BOOKS, *PARSERS, *TOKENS, *ROUTES)
}
"""Targets by name, in the order in which they run."""


def shares(inputs: int, names: list[str]) -> dict[str, int]:
    """Return how many of the inputs each target gets, by its weight; together all of them."""
    weights = [TARGETS[name].weight for name in names]
    total, given, seen = sum(weights), 0, 0
    counts: dict[str, int] = {}
    for name, weight in zip(names, weights, strict=True):
        seen += weight
        counts[name] = inputs * seen // total - given
        given += counts[name]
    return counts
