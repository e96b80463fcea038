"""A target: code of ours that reads bytes from outside, with inputs to begin from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

Run = Callable[[bytes], None]
"""Function that reads one input. It returns, or raises a MatcherError, whatever the bytes."""
Raw = Callable[[bytes, Random], bytes]
"""Function that changes bytes without regard to their form."""
Mutation = Callable[[bytes, Random, Raw], bytes]
"""Function that changes an input, mostly within its form."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A target that is ready to run, and its first inputs."""

    run: Run
    seeds: Sequence[bytes]
    more_seeds: Callable[[], Sequence[bytes]] = tuple
    """Function that makes more of them, which takes long: for guided runs."""


@dataclass(frozen=True, slots=True)
class Target:
    """Code that reads input, and how inputs for it are made."""

    name: str
    prepare: Callable[[Path], Prepared]
    """Function that takes an empty folder for files and homes."""
    mutate: Mutation
    weight: int
    """Share of the inputs."""
    max_bytes: int = 20_000
    needs_home: bool = False
    """True where making it ready takes seconds."""
