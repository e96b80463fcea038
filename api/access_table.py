"""Which role may use which route, for which kind of fields: the one place that says so.

A route that is not here can be used by nobody. docs/access.md shows this table; a test walks
every route with every role against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.access import Reach, Role, Tier

_ALL, _OWN = Reach.ALL, Reach.OWN


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use one route."""

    tier: Tier
    """The most confidential fields that it gives out or takes."""
    roles: Mapping[Role, Reach]


def _rule(tier: Tier, **roles: Reach) -> Rule:
    return Rule(tier, {Role(name): reach for name, reach in roles.items()})


_ASKING = _rule(Tier.CATALOGUE, portal=_ALL, enterprise=_ALL, tto=_ALL, staff=_ALL, admin=_ALL)
"""Published facts, for everybody but the auditor, who has no need of them."""

RULES: Mapping[tuple[str, str], Rule] = {
    ("POST", "/v1/match"): _ASKING,
    ("GET", "/v1/patents"): _ASKING,
    ("GET", "/v1/patents/{application_number:path}"): _ASKING,
}
"""By method and path as the route writes it."""
