"""State of a generation whose rows are in Milvus, kept in the generation's folder."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from indexes.milvus.conditions import listed
from matcher.embedding.array_files import index_read_errors
from matcher.ports import Rows

FOLDER = "milvus"
_FILE = "state.json"
SAMPLED = 32
"""Rows of each segment that are compared when an index is opened."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Patents that are deleted from a segment, as long as their rows are there."""

    number: int
    """Number of the segment."""
    patents: tuple[int, ...]
    age: int
    """Generations published since; the rows of those older than one go with the next build."""


@dataclass(frozen=True)
class MilvusState:
    """Place of each segment's rows in a collection, and what is to be deleted there."""

    collection: str
    revision: int
    """Revision of the database whose values the rows have, for filters."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Number of each segment, by its name."""
    next_number: int = 1
    hidden: tuple[Hidden, ...] = ()
    retired: tuple[tuple[int, int], ...] = ()
    """Numbers of segments that are no more, and generations published since."""
    samples: dict[str, dict[str, str]] = field(default_factory=dict)
    """Digest of some rows of each segment, by its name and the own row."""

    @classmethod
    def read(cls, generation: Path) -> Self:
        """Read the state of a generation. Raises IndexUnavailableError."""
        with index_read_errors(generation, "rows"):
            values = json.loads((generation / FOLDER / _FILE).read_text("utf-8"))
            values["hidden"] = tuple(
                Hidden(own["number"], tuple(own["patents"]), own["age"]) for own in values["hidden"]
            )
            values["retired"] = tuple((number, age) for number, age in values["retired"])
            return cls(**values)

    def write(self, generation: Path) -> None:
        """Write the state into a generation."""
        folder = generation / FOLDER
        folder.mkdir(exist_ok=True)
        (folder / _FILE).write_text(json.dumps(asdict(self)), "utf-8")

    def following(self, kept: Sequence[str], hidden: Sequence[Hidden], revision: int) -> Self:
        """Return the state that begins the next generation, before its new segment.

        Rows that were to be deleted in the generation before are gone by then.
        """
        gone = [number for name, number in self.numbers.items() if name not in kept]
        older = (replace(own, age=own.age + 1) for own in self.hidden if own.age < 1)
        return replace(
            self,
            revision=revision,
            numbers={name: self.numbers[name] for name in kept},
            hidden=(*hidden, *(own for own in older if own.number not in gone)),
            retired=(
                *((number, 0) for number in gone),
                *((number, age + 1) for number, age in self.retired if age < 1),
            ),
            samples={name: self.samples[name] for name in kept},
        )

    def with_segment(self, name: str, samples: dict[str, str]) -> Self:
        """Return the state with a new segment."""
        return replace(
            self,
            numbers=self.numbers | {name: self.next_number},
            next_number=self.next_number + 1,
            samples=self.samples | {name: samples},
        )

    def leftovers(self) -> str:
        """Condition on the rows that no reader sees: of builds that were killed, and retired."""
        retired = [number for number, age in self.retired if age >= 1]
        killed = f"segment >= {self.next_number}"
        return f"{killed} or {listed('segment', retired)}" if retired else killed


def sampled(rows: int) -> Rows:
    """Return the own rows of a segment that are compared, evenly over it."""
    return np.unique(np.linspace(0, rows - 1, min(rows, SAMPLED)).astype(np.int64))


def digest(row: Any) -> str:
    """Return the digest of a row's vector and terms."""
    vector = np.asarray(row["vector"], dtype="<f4").tobytes()
    return hashlib.sha256(vector + row["terms"].encode()).hexdigest()[:16]
