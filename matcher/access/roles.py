"""Who asks: the roles of the programme, and the caller behind a request."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a key is for."""

    PORTAL = "portal"
    """The public portal, or an event tool: asks for the enterprises that use it."""
    ENTERPRISE = "enterprise"
    """One enterprise: sees its own needs and matches."""
    TTO = "tto"
    """One institution's technology-transfer office: sees and edits what is its own."""
    STAFF = "staff"
    """The programme's own team: sees every need and match."""
    ADMIN = "admin"
    """Keeps the installation: also keys, webhooks and consents."""
    AUDITOR = "auditor"
    """Reads the audit trail, and no contact."""


class Tier(StrEnum):
    """What kind of fields a route gives out or takes, from open to closed."""

    CATALOGUE = "catalogue"
    """Published facts: patents, teams, institutions, the TTO's contact."""
    NEED = "need"
    """What enterprises need, what they were shown and what became of it: confidential."""
    PROGRAMME = "programme"
    """The programme's own records: contracts, pledges, performance."""
    PERSONAL = "personal"
    """A person's contact data."""
    AUDIT = "audit"
    """Who did what, when and why."""
    SYSTEM = "system"
    """Keys, webhooks and the like."""


class Reach(StrEnum):
    """Which records of a route a role may meet."""

    ALL = "all"
    OWN = "own"
    """An enterprise its own needs, an institution its own patents, a portal what it sent in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the key says. The key's secret is not in it."""

    key: str
    """The key's id; `open` where no key is asked for."""
    role: Role
    institution: str | None = None
    """The institution of a TTO."""
    enterprise: str | None = None
    """The enterprise of an enterprise's key."""


OPEN_CALLER = Caller("open", Role.PORTAL)
"""Whoever asks while there are no keys at all."""

COMMAND_CALLER = Caller("command", Role.ADMIN)
"""Whoever runs a command on the machine itself, in the audit trail."""
