"""Performance per person and office: matches, contracts and their amounts, by period.

A match counts for its case owner in the period (UTC) of its first recommendation. A contract
counts for the person that handled it, or else for the case owner of its match, in the period of
its signing; a contract on several patents counts once, and its amounts add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from matcher.matches.periods import Period, period_of
from matcher.text.organisations import Spellings

ALL_PERIODS = "all"
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class HandledMatches:
    """Number of matches of one case owner in one month."""

    day: date
    """Any day of the month."""
    person: str | None
    office: str | None
    matches: int


@dataclass(frozen=True, slots=True)
class HandledContract:
    """Part of a contract that is about one patent."""

    number: str
    signed_on: date
    person: str | None
    office: str | None
    amount: Decimal | None
    """In yuan; None if unknown."""


@dataclass(frozen=True, slots=True)
class PerformanceLine:
    """Counts of one person, or one office, in one period."""

    period: str
    """`2026-06`, `2026-Q2`, `2026`, or `all`."""
    person: str | None
    """None for an office as a whole, and for matches and contracts without a person."""
    office: str | None
    matches: int
    contracts: int
    amount: Decimal
    """Sum of the known amounts, in yuan."""
    without_amount: int
    """Contracts with a patent whose amount is unknown."""


@dataclass(frozen=True, slots=True)
class Performance:
    """Lines in order of their periods, and their total."""

    by: Literal["person", "office"]
    lines: tuple[PerformanceLine, ...]
    total: PerformanceLine


def summarise(
    matches: Iterable[HandledMatches],
    contracts: Iterable[HandledContract],
    period: Period,
    by: Literal["person", "office"] = "person",
) -> Performance:
    """Add up matches and contracts, per person with the office, or per office."""
    total = _Sum()
    sums: dict[tuple[str, str, str], _Sum] = {}
    offices = Spellings()

    def of(day: date, person: str | None, office: str | None) -> _Sum:
        name = (person or "") if by == "person" else ""
        return sums.setdefault((period_of(day, period), offices.of(office or ""), name), _Sum())

    for handled in matches:
        for counted in (total, of(handled.day, handled.person, handled.office)):
            counted.matches += handled.matches
    for contract in contracts:
        for counted in (total, of(contract.signed_on, contract.person, contract.office)):
            counted.add(contract)
    lines = tuple(sums[key].line(key[0], key[2], key[1]) for key in sorted(sums))
    return Performance(by, lines, total.line(ALL_PERIODS, "", ""))


class _Sum:
    """Running sums of one line."""

    def __init__(self) -> None:
        self.matches = 0
        self.amount = ZERO
        self._numbers: set[str] = set()
        self._without_amount: set[str] = set()

    def add(self, contract: HandledContract) -> None:
        """Count a contract, once for all its patents."""
        self._numbers.add(contract.number)
        if contract.amount is None:
            self._without_amount.add(contract.number)
        else:
            self.amount += contract.amount

    def line(self, period: str, person: str, office: str) -> PerformanceLine:
        """Return the sums as a line."""
        return PerformanceLine(
            period=period,
            person=person or None,
            office=office or None,
            matches=self.matches,
            contracts=len(self._numbers),
            amount=self.amount,
            without_amount=len(self._without_amount),
        )
