"""Claim finding: does what the engine shows of a patent contain the claim that answers?"""

import re
from collections.abc import Callable, Mapping, Sequence

from matcher.types import Answer, Match
from scripts.quality.figures import Figure, Run, figure
from scripts.quality.samples import Pair

ON_ANSWERS = "samples, claim shown in the top ten"
ON_SHOWN = "samples, claim shown where the patent is"
HIT = "hit"
FIRST = frozenset({1})
Numbers = frozenset[int]
MEASURES: dict[str, Callable[[Numbers, Numbers], float]] = {
    HIT: lambda shown, wanted: float(bool(shown & wanted)),
    "precision": lambda shown, wanted: len(shown & wanted) / max(1, len(shown)),
    "recall": lambda shown, wanted: len(shown & wanted) / len(wanted),
}
"""Of the claims shown and those wanted; nothing shown is 0 by each."""
_CLAIM = re.compile(r"claim (\d+)")


def claim_figures(
    answers: Mapping[str, Answer], named: Mapping[Pair, frozenset[int]]
) -> list[Figure]:
    """Whether the claims that the results show are those named, by need and patent.

    A patent that is not among them shows nothing, which is a miss; one that is folded into another
    case of its family is left out. The reference always shows claim 1.
    """
    shown: dict[str, frozenset[int] | None] = {}
    wanted: dict[str, frozenset[int]] = {}
    for (query, patent), numbers in named.items():
        matches = answers[query].results
        if any(patent in match.family_members for match in matches):
            continue
        pair = f"{query} {patent}"
        wanted[pair] = numbers
        match = next((one for one in matches if one.patent.id == patent), None)
        shown[pair] = None if match is None else claims_shown(match)
    return _figures(shown, wanted)


def _figures(
    shown: Mapping[str, frozenset[int] | None], wanted: Mapping[str, frozenset[int]]
) -> list[Figure]:
    """From the claims shown and wanted of each pair; None where the patent was not shown."""
    listed = []
    for on, pairs, metrics in (
        (ON_ANSWERS, list(shown), (HIT,)),
        (
            ON_SHOWN,
            [pair for pair, numbers in shown.items() if numbers is not None],
            tuple(MEASURES),
        ),
    ):
        engine = {pair: shown[pair] or frozenset() for pair in pairs}
        runs: tuple[tuple[Run, dict[str, frozenset[int]]], ...] = (
            ("reference", dict.fromkeys(pairs, FIRST)),
            ("engine", engine),
        )
        for metric in metrics:
            for run, numbers in runs:
                value = MEASURES[metric]
                values = [(pair, value(numbers[pair], wanted[pair])) for pair in pairs]
                listed.append(figure(on, metric, run, values))
    return [one for one in listed if one.values]


def claims_shown(match: Match) -> frozenset[int]:
    """The numbers of the claims among a match's evidence."""
    found: Sequence[re.Match[str] | None] = [_CLAIM.fullmatch(e.passage) for e in match.evidence]
    return frozenset(int(one[1]) for one in found if one)
