"""Contacts of institutions and persons, and teams."""

from dataclasses import dataclass
from datetime import date

from matcher.types.values import ConsentScope


@dataclass(frozen=True, slots=True)
class TtoContact:
    """Public contact of an institution: its technology-transfer office."""

    institution: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Institution:
    """Published facts of an institution."""

    name: str
    kind: str | None
    """Code of its kind: university, institute …"""
    region: str | None
    contact: TtoContact


@dataclass(frozen=True, slots=True)
class PersonalContact:
    """A person's own contact data. Never part of a match, an index, a log or an error."""

    person: str
    institution: str
    team: str | None
    phone: str | None
    email: str | None
    scope: ConsentScope
    evidence: str
    expires: date | None = None
    """Last day on which the consent holds."""
    purpose: str | None = None
    recipients: tuple[str, ...] = ()
    """Recipients of the consent: enterprises, ids of matches, ids of keys, names of events."""
    given_on: date | None = None

    def __repr__(self) -> str:
        return "PersonalContact(…)"


@dataclass(frozen=True, slots=True)
class ConsentRefusal:
    """A person who does not consent, whatever an earlier import said."""

    person: str
    institution: str
    team: str | None

    def __repr__(self) -> str:
        return "ConsentRefusal(…)"


@dataclass(frozen=True, slots=True)
class Team:
    """An inventor team as the TTO confirmed it."""

    institution: str
    name: str
    college: str | None = None
    lead: str | None = None
    members: tuple[str, ...] = ()
    fields: str | None = None
