"""Roles of the programme, tiers of data, and the caller of a request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """Role of a caller."""

    PORTAL = "portal"
    """The public portal, or an event tool, for the enterprises that use it."""
    ENTERPRISE = "enterprise"
    """One enterprise: sees its own needs and matches."""
    TTO = "tto"
    """One institution's technology-transfer office: sees and edits what is its own."""
    STAFF = "staff"
    """The programme's own team: sees every need and match."""
    ADMIN = "admin"
    """Runs the installation: keys, webhooks and consents besides."""
    AUDITOR = "auditor"
    """Reads the audit trail, and no contact."""
    VISITOR = "visitor"
    """Anybody at a browser who has not signed in: what is published. No key has this role."""


HolderRole = Literal["portal", "enterprise", "tto", "staff", "admin", "auditor"]
"""Role that a key or an account may have: all but the visitor's."""


class Tier(StrEnum):
    """Confidentiality of the fields of a route, from open to closed."""

    CATALOGUE = "catalogue"
    """Published facts: patents, teams, institutions, the TTO's contact."""
    NEED = "need"
    """Needs, matches and their follow-up: confidential."""
    PROGRAMME = "programme"
    """The programme's own records: contracts, pledges, performance."""
    PERSONAL = "personal"
    """A person's contact data."""
    AUDIT = "audit"
    """Audit trail: person, action, time and reason."""
    SYSTEM = "system"
    """Keys, webhooks and the like."""


class Reach(StrEnum):
    """Records of a route that a role may access."""

    ALL = "all"
    OWN = "own"
    """An enterprise its own needs, an institution its own patents, a portal what it sent in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Caller of a request, by its key or account; without a secret or a name."""

    key: str
    """Id of the key or the account; `open` where none is required."""
    role: Role
    institution: str | None = None
    """The institution of a TTO."""
    enterprise: str | None = None
    """The enterprise of an enterprise's key or account."""


OPEN_CALLER = Caller("open", Role.PORTAL)
"""Caller of any request while there are neither keys nor accounts."""

VISITOR_CALLER = Caller("visitor", Role.VISITOR)
"""Caller of a page who has not signed in, once there are keys."""

COMMAND_CALLER = Caller("command", Role.ADMIN)
"""Caller of a command on the machine itself, for the audit trail."""
