"""What a file's good rows become."""

from dataclasses import dataclass

from matcher.types import Patent, PersonalContact, Team, TtoContact


@dataclass(frozen=True, slots=True)
class PatentRecord:
    """One patent, with the contacts that its rows name."""

    patent: Patent
    tto: TtoContact | None
    personal: tuple[PersonalContact, ...]
    file_row: int
    """The first of its rows."""
    sheet: str | None
    additions: int = 0
    """Further rows about the same case that added something."""
    repeats: int = 0
    """Further rows about the same case that said nothing new."""


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """One inventor team, with the contacts that its rows name."""

    team: Team
    tto: TtoContact | None
    personal: tuple[PersonalContact, ...]
    file_row: int
    """The first of its rows."""
    sheet: str | None
    additions: int = 0
    """Further rows about the same team that changed something."""
    repeats: int = 0
    """Further rows about the same team that said nothing new."""
