"""Performance per person and office: matches, contracts and their amounts, by period.

A match counts for its case owner in the period (UTC) of its first recommendation. A contract
counts for whoever handled it, or else for the case owner of its match, in the period of its
signing; one that is about several patents is one contract, and its amounts add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from matcher.matches.periods import Period, check_days, period_of

ALL_PERIODS = "all"
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class PerformanceFilters:
    """What counts; None does not narrow."""

    since: date | None = None
    until: date | None = None
    institution: str | None = None

    def __post_init__(self) -> None:
        """Raises InputError for a time that ends before it begins."""
        check_days(self.since, self.until)


@dataclass(frozen=True, slots=True)
class HandledMatches:
    """How many matches of one month have one case owner."""

    day: date
    """A day of the month."""
    person: str | None
    office: str | None
    matches: int


@dataclass(frozen=True, slots=True)
class HandledContract:
    """One contract, as far as it is about one patent."""

    number: str
    signed_on: date
    person: str | None
    office: str | None
    amount: Decimal | None
    """In yuan; None where it is not known."""


@dataclass(frozen=True, slots=True)
class PerformanceLine:
    """What one person, or one office, did in one period."""

    period: str
    """`2026-06`, `2026-Q2`, `2026`, or `all`."""
    person: str | None
    """None for an office as a whole, and for what nobody has."""
    office: str | None
    matches: int
    contracts: int
    amount: Decimal
    """The known amounts, in yuan."""
    without_amount: int
    """Contracts about a patent whose amount is not known."""


@dataclass(frozen=True, slots=True)
class Performance:
    """The lines, periods in their order, and all of it in one."""

    by: Literal["person", "office"]
    lines: tuple[PerformanceLine, ...]
    total: PerformanceLine


def summarise(
    matches: Iterable[HandledMatches],
    contracts: Iterable[HandledContract],
    period: Period,
    by: Literal["person", "office"] = "person",
) -> Performance:
    """Add up what was done, per person with their office, or per office."""
    total = _Sum()
    sums: dict[tuple[str, str, str], _Sum] = {}

    def of(day: date, person: str | None, office: str | None) -> _Sum:
        who = (person or "") if by == "person" else ""
        return sums.setdefault((period_of(day, period), office or "", who), _Sum())

    for handled in matches:
        for counted in (total, of(handled.day, handled.person, handled.office)):
            counted.matches += handled.matches
    for contract in contracts:
        for counted in (total, of(contract.signed_on, contract.person, contract.office)):
            counted.add(contract)
    lines = tuple(sums[key].line(key[0], key[2], key[1]) for key in sorted(sums))
    return Performance(by, lines, total.line(ALL_PERIODS, "", ""))


class _Sum:
    """What is being added up for one line."""

    def __init__(self) -> None:
        self.matches = 0
        self.amount = ZERO
        self._numbers: set[str] = set()
        self._without_amount: set[str] = set()

    def add(self, contract: HandledContract) -> None:
        """Count a contract, once however many patents it is about."""
        self._numbers.add(contract.number)
        if contract.amount is None:
            self._without_amount.add(contract.number)
        else:
            self.amount += contract.amount

    def line(self, period: str, person: str, office: str) -> PerformanceLine:
        """As a line."""
        return PerformanceLine(
            period=period,
            person=person or None,
            office=office or None,
            matches=self.matches,
            contracts=len(self._numbers),
            amount=self.amount,
            without_amount=len(self._without_amount),
        )
