"""Sums of money: yuan in Python, whole fen in the database, never rounded."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

FEN = Decimal("0.01")


class Yuan(TypeDecorator[Decimal]):
    """An exact sum in yuan (元). SQLite knows no decimals, so both databases keep fen (分)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Convert yuan to fen. Raises ValueError for a fraction of a fen."""
        if value is None:
            return None
        fen = value * 100
        if fen != fen.to_integral_value():
            raise ValueError("a sum of money has two decimals at most")
        return int(fen)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Convert fen to yuan with two decimals; a SUM of the column comes back as yuan too."""
        return None if value is None else (Decimal(value) * FEN).quantize(FEN)
