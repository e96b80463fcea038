"""Records that are read from a file: patents and teams with their contacts."""

from dataclasses import dataclass

from matcher.types import ConsentRefusal, Patent, PatentId, PersonalContact, Team, TtoContact


@dataclass(frozen=True, slots=True)
class PatentRecord:
    """One patent, with the contacts of its rows."""

    patent: Patent
    tto: TtoContact | None
    personal: tuple[PersonalContact | ConsentRefusal, ...]
    file_row: int
    """Number of its first row."""
    sheet: str | None
    further_ids: tuple[PatentId, ...] = ()
    """Ids under which the case may be known, besides the id of the patent."""
    rests_on_text: bool = False
    """True without a number and an id of its source: the id follows from the texts."""
    additions: int = 0
    """Further rows about the same case that changed the record."""
    repeats: int = 0
    """Further rows about the same case that changed nothing."""


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """One inventor team, with the contacts of its rows."""

    team: Team
    tto: TtoContact | None
    personal: tuple[PersonalContact | ConsentRefusal, ...]
    file_row: int
    """Number of its first row."""
    sheet: str | None
    additions: int = 0
    """Further rows about the same team that changed the record."""
    repeats: int = 0
    """Further rows about the same team that changed nothing."""
