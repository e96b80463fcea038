"""The funnel (跟进漏斗): how many matches stand where, and how many came at least how far.

A match counts in the month (UTC) of its first recommendation, under the institution and the
industry that it had then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from matcher.matches.periods import check_days
from matcher.matches.states import PATH, MatchState

NOT_KNOWN = "unknown"
"""Stands for an institution or industry that a match has none of."""


@dataclass(frozen=True, slots=True)
class FunnelFilters:
    """Which matches count; None does not narrow."""

    since: date | None = None
    """First recommended on this day or later, in UTC."""
    until: date | None = None
    """And on this day or earlier."""
    institution: str | None = None
    industries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises InputError for a time that ends before it begins."""
        check_days(self.since, self.until)


@dataclass(frozen=True, slots=True)
class FunnelCell:
    """How many matches are alike in all that the funnel tells apart."""

    institution: str | None
    industry: str | None
    month: str
    """`2026-06`"""
    state: MatchState
    furthest: MatchState
    """The last state of the path that was reached and not taken back."""
    matches: int


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """The matches that have one thing in common."""

    value: str
    matches: int
    now: dict[MatchState, int]
    """By every state, how many are in it."""
    reached: dict[MatchState, int]
    """By every state of the path, how many came at least so far, whatever became of them."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """All matches, and the same ones told apart in three ways."""

    total: FunnelLine
    by_industry: tuple[FunnelLine, ...]
    by_institution: tuple[FunnelLine, ...]
    by_month: tuple[FunnelLine, ...]


def summarise(cells: Iterable[FunnelCell]) -> Funnel:
    """Add the cells up; lines with most matches first, months in their order."""
    counted = list(cells)
    return Funnel(
        total=_line("all", counted),
        by_industry=_by_size(_lines(counted, lambda cell: cell.industry or NOT_KNOWN)),
        by_institution=_by_size(_lines(counted, lambda cell: cell.institution or NOT_KNOWN)),
        by_month=tuple(_lines(counted, lambda cell: cell.month)),
    )


def _lines(cells: list[FunnelCell], of: Callable[[FunnelCell], str]) -> list[FunnelLine]:
    grouped: dict[str, list[FunnelCell]] = {}
    for cell in cells:
        grouped.setdefault(of(cell), []).append(cell)
    return [_line(value, grouped[value]) for value in sorted(grouped)]


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
