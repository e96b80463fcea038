"""Claim finding: the share of results whose evidence contains the claim that answers the need."""

import re
from collections.abc import Callable, Mapping

from matcher.types import Answer, Match
from scripts.quality.figures import Figure, Run, figure
from scripts.quality.samples import Pair

ON_ANSWERS = "samples, claim shown in the top ten"
ON_SHOWN = "samples, claim shown where the patent is"
HIT = "hit"
Numbers = frozenset[int]
FIRST_CLAIM: Numbers = frozenset({1})
MEASURES: dict[str, Callable[[Numbers, Numbers], float]] = {
    HIT: lambda shown, wanted: float(bool(shown & wanted)),
    "precision": lambda shown, wanted: len(shown & wanted) / max(1, len(shown)),
    "recall": lambda shown, wanted: len(shown & wanted) / len(wanted),
}
"""Functions of the claims shown and the claims wanted; each is 0 if no claim is shown."""
_CLAIM = re.compile(r"claim (\d+)")


def claim_figures(answers: Mapping[str, Answer], named: Mapping[Pair, Numbers]) -> list[Figure]:
    """Hit, precision and recall of the claims shown against those named, by need and patent.

    A patent that is not in the results shows no claim, which is a miss. A patent that is folded
    into another case of its family is left out. The reference always shows claim 1.
    """
    shown: dict[str, Numbers | None] = {}
    wanted: dict[str, Numbers] = {}
    for (query, patent), numbers in named.items():
        matches = answers[query].results
        if any(patent in match.family_members for match in matches):
            continue
        pair = f"{query} {patent}"
        wanted[pair] = numbers
        match = next((match for match in matches if match.patent.id == patent), None)
        shown[pair] = None if match is None else claims_shown(match)
    in_results = [pair for pair, numbers in shown.items() if numbers is not None]
    engine = {pair: numbers or frozenset() for pair, numbers in shown.items()}
    return [
        *_figures(ON_ANSWERS, list(shown), (HIT,), engine, wanted),
        *_figures(ON_SHOWN, in_results, tuple(MEASURES), engine, wanted),
    ]


def claims_shown(match: Match) -> Numbers:
    """Numbers of the claims in the evidence of a match."""
    found = [_CLAIM.fullmatch(evidence.passage) for evidence in match.evidence]
    return frozenset(int(claim[1]) for claim in found if claim)


def _figures(
    on: str,
    pairs: list[str],
    metrics: tuple[str, ...],
    engine: Mapping[str, Numbers],
    wanted: Mapping[str, Numbers],
) -> list[Figure]:
    """Figures of the engine and of the reference over some pairs; none without a pair."""
    if not pairs:
        return []
    runs: tuple[tuple[Run, Mapping[str, Numbers]], ...] = (
        ("reference", dict.fromkeys(pairs, FIRST_CLAIM)),
        ("engine", engine),
    )
    return [
        figure(on, metric, run, [(p, MEASURES[metric](shown[p], wanted[p])) for p in pairs])
        for metric in metrics
        for run, shown in runs
    ]
