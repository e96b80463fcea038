"""How often the evidence shown is the claim that a person named for it.

Every judged pair of need and patent names the claims that answer best. A hit is a pair of whose
named claims one is shown. Showing more claims hits more, so the other figures stand beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import InputError

Pair = tuple[str, str]
"""Query id and document id."""


@dataclass(frozen=True, slots=True)
class EvidenceRates:
    """Means over the pairs; 0 for no pair."""

    pairs: int
    hit_rate: float
    """The share of pairs with a named claim among those shown."""
    precision: float
    """The share of the shown claims that are named; a pair that shows none counts 0."""
    recall: float
    """The share of the named claims that are shown."""
    claims_shown: float
    """How many claims are shown for a pair."""


def read_evidence(file: Path) -> dict[Pair, frozenset[int]]:
    """The named claims: lines of query id, document id and claims (`1,6`), parted by tabs.

    The first line is a heading. Raises InputError that names the line.
    """
    named: dict[Pair, frozenset[int]] = {}
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), start=1):
        if number == 1 or not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        claims = [claim.strip() for claim in cells[-1].split(",")]
        if len(cells) != 3 or not all(claim.isdecimal() for claim in claims):
            raise InputError(
                f"{file}, line {number}: needs query id, document id and claims (1,6), parted by "
                "tabs"
            )
        if (cells[0], cells[1]) in named:
            raise InputError(f"{file}, line {number}: {cells[0]!r} and {cells[1]!r} stood before")
        named[cells[0], cells[1]] = frozenset(map(int, claims))
    return named


def claim_number(passage: str) -> int | None:
    """The number in the label of a passage (`claim 3`); None for the abstract."""
    kind, _, number = passage.partition(" ")
    return int(number) if kind == "claim" and number.isdecimal() else None


def measure_evidence(
    shown: Mapping[Pair, frozenset[int]], named: Mapping[Pair, frozenset[int]]
) -> EvidenceRates:
    """Compare the claims shown with those named, over the named pairs.

    A pair that is missing in `shown` shows no claim.
    """
    hits = precision = recall = count = 0.0
    for pair, wanted in named.items():
        given = shown.get(pair, frozenset())
        common = len(given & wanted)
        hits += common > 0
        precision += common / max(1, len(given))
        recall += common / max(1, len(wanted))
        count += len(given)
    pairs = max(1, len(named))
    return EvidenceRates(len(named), hits / pairs, precision / pairs, recall / pairs, count / pairs)
