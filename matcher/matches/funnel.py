"""Funnel (跟进漏斗): matches by present state, and by the states they reached.

A match counts in the month (UTC) of its first recommendation, under the institution and the
industry that it had then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from matcher.matches.periods import CountFilters
from matcher.matches.states import PATH, MatchState
from matcher.text.organisations import organisation_key

UNKNOWN = "unknown"
"""Label of the matches without institution or industry."""


@dataclass(frozen=True, slots=True)
class FunnelFilters(CountFilters):
    """Filters of the counted matches; None or empty does not narrow."""

    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunnelCell:
    """Number of matches with equal values in every dimension of the funnel."""

    institution: str | None
    industry: str | None
    month: str
    """`2026-06`"""
    state: MatchState
    furthest: MatchState
    """Last state of the path that was reached and not taken back."""
    matches: int


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """Counts of the matches with one value of a dimension."""

    value: str
    matches: int
    now: dict[MatchState, int]
    """State to the number of matches in it."""
    reached: dict[MatchState, int]
    """State of the path to the number of matches that reached it, whatever happened later."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Counts of all matches, and by industry, institution and month."""

    total: FunnelLine
    by_industry: tuple[FunnelLine, ...]
    by_institution: tuple[FunnelLine, ...]
    by_month: tuple[FunnelLine, ...]


def summarise(cells: Iterable[FunnelCell]) -> Funnel:
    """Add up the cells; lines with most matches first, months in order."""
    counted = list(cells)
    return Funnel(
        total=_line("all", counted),
        by_industry=_by_size(_lines(counted, lambda cell: cell.industry or UNKNOWN)),
        by_institution=_by_size(_lines(counted, _institutions(counted))),
        by_month=tuple(_lines(counted, lambda cell: cell.month)),
    )


def _lines(cells: list[FunnelCell], of: Callable[[FunnelCell], str]) -> list[FunnelLine]:
    grouped: dict[str, list[FunnelCell]] = {}
    for cell in cells:
        grouped.setdefault(of(cell), []).append(cell)
    return [_line(value, grouped[value]) for value in sorted(grouped)]


def _institutions(cells: list[FunnelCell]) -> Callable[[FunnelCell], str]:
    """Return the institution of a cell in the spelling that most of its matches have."""
    matches: Mapping[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell in cells:
        name = cell.institution or UNKNOWN
        matches[organisation_key(name)][name] += cell.matches
    spelling = {key: min(own, key=lambda name: (-own[name], name)) for key, own in matches.items()}
    return lambda cell: spelling[organisation_key(cell.institution or UNKNOWN)]


def _by_size(lines: list[FunnelLine]) -> tuple[FunnelLine, ...]:
    return tuple(sorted(lines, key=lambda line: -line.matches))


def _line(value: str, cells: list[FunnelCell]) -> FunnelLine:
    now = dict.fromkeys(MatchState, 0)
    reached = dict.fromkeys(PATH, 0)
    for cell in cells:
        now[cell.state] += cell.matches
        for state in PATH[: PATH.index(cell.furthest) + 1]:
            reached[state] += cell.matches
    return FunnelLine(value, sum(cell.matches for cell in cells), now, reached)
