"""What saving a record did."""

from typing import Literal

Outcome = Literal["new", "changed", "unchanged"]
