"""Which role may use which route, for which kind of fields: the one place that says so.

A route that is not here can be used by nobody. docs/access.md shows this table; a test walks
every route with every role against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.access.roles import Reach, Role, Tier

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

_FITTING_NEEDS = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Which open needs a patent fits: a TTO for its own patents, the others among their own needs."""

_OFFICE = _rule(Tier.PROGRAMME, tto=_OWN, staff=_ALL, admin=_ALL)
"""The programme's records: an institution's own, for its technology-transfer office."""

_NEED_SIDE = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, staff=_ALL, admin=_ALL)
"""Whose need it is, and what it was shown."""
_NEED_CONTACT = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, staff=_ALL, admin=_ALL)
"""The same with the enterprise's contact person."""
_NEED_READING = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Needs as they are published, and matches of one's own institution, for a TTO."""
_ONE_NEED = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""The contact person only for the need's own side and staff (needs.visibility.Sight.OWN)."""

_STAFF = _rule(Tier.PROGRAMME, staff=_ALL, admin=_ALL)


def _records(kind: str, reading: Rule = _OFFICE) -> dict[tuple[str, str], Rule]:
    """The routes of one kind of the programme's records; `reading` is for what it gives out."""
    path = f"/v1/programme/{kind}"
    return {
        ("GET", path): reading,
        ("GET", f"{path}/{{record}}"): reading,
        ("GET", f"{path}/export"): _OFFICE,
        ("POST", path): _OFFICE,
        ("PATCH", f"{path}/{{record}}"): _OFFICE,
        ("DELETE", f"{path}/{{record}}"): _OFFICE,
    }


_SUGGESTIONS = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Needs that new patents fit: of their own needs, a TTO of its own institution's patents."""

_WEBHOOKS = _rule(Tier.SYSTEM, portal=_OWN, admin=_ALL)
"""Who is told of events: a portal by the webhooks of its own key."""

_REVEALS = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""The persons behind a match that the caller sees, each as far as a consent permits it."""

_ASKING_TO_RELAY = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, staff=_ALL, admin=_ALL)

_RELAYED = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Messages between the asking side and the institution's office."""

_RELAYING = _rule(Tier.NEED, tto=_OWN, staff=_ALL, admin=_ALL)

_CONSENTS = _rule(Tier.PERSONAL, tto=_OWN, admin=_ALL)
"""An office keeps the consents of its own institution."""

_FOLLOWING_UP = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Both sides of a match; matcher.follow_up says who may make which step and read which note."""

_AUDIT = _rule(Tier.AUDIT, admin=_ALL, auditor=_ALL)

RULES: Mapping[tuple[str, str], Rule] = {
    ("POST", "/v1/matches/{match}/contact-reveals"): _REVEALS,
    ("POST", "/v1/matches/{match}/relay-requests"): _ASKING_TO_RELAY,
    ("GET", "/v1/relay-requests"): _RELAYED,
    ("GET", "/v1/relay-requests/{relay}"): _RELAYED,
    ("POST", "/v1/relay-requests/{relay}/accept"): _RELAYING,
    ("POST", "/v1/relay-requests/{relay}/decline"): _RELAYING,
    ("POST", "/v1/relay-requests/{relay}/answer"): _RELAYING,
    ("POST", "/v1/consents"): _CONSENTS,
    ("GET", "/v1/consents"): _CONSENTS,
    ("GET", "/v1/consents/{consent}"): _CONSENTS,
    ("POST", "/v1/consents/{consent}/withdraw"): _CONSENTS,
    ("POST", "/v1/subject-reports"): _AUDIT,
    ("POST", "/v1/subject-reports/full"): _rule(Tier.PERSONAL, admin=_ALL),
    ("POST", "/v1/erasures"): _rule(Tier.PERSONAL, admin=_ALL),
    ("GET", "/v1/audit"): _AUDIT,
    ("GET", "/v1/audit/export"): _AUDIT,
    ("GET", "/v1/audit/verification"): _AUDIT,
    ("POST", "/v1/match"): _ASKING,
    ("GET", "/v1/needs"): _NEED_READING,
    ("POST", "/v1/needs"): _NEED_CONTACT,
    ("GET", "/v1/needs/{need}"): _ONE_NEED,
    ("PATCH", "/v1/needs/{need}"): _NEED_CONTACT,
    ("POST", "/v1/needs/{need}/close"): _NEED_CONTACT,
    ("POST", "/v1/needs/{need}/match"): _NEED_SIDE,
    ("GET", "/v1/needs/{need}/matches"): _NEED_READING,
    ("GET", "/v1/needs/{need}/rankings/{ranking}"): _NEED_SIDE,
    ("GET", "/v1/matches"): _NEED_READING,
    ("GET", "/v1/matches/{match}"): _NEED_READING,
    ("POST", "/v1/matches/{match}/follow-ups"): _FOLLOWING_UP,
    ("GET", "/v1/matches/{match}/history"): _FOLLOWING_UP,
    ("PUT", "/v1/matches/{match}/case-owner"): _OFFICE,
    ("GET", "/v1/follow-ups/due"): _FOLLOWING_UP,
    ("GET", "/v1/funnel"): _OFFICE,
    ("GET", "/v1/funnel/export"): _OFFICE,
    ("GET", "/v1/performance"): _OFFICE,
    ("GET", "/v1/performance/export"): _OFFICE,
    ("GET", "/v1/patents"): _ASKING,
    ("GET", "/v1/suggestions"): _SUGGESTIONS,
    ("POST", "/v1/suggestions/{suggestion}/take"): _SUGGESTIONS,
    ("POST", "/v1/suggestions/{suggestion}/dismiss"): _SUGGESTIONS,
    ("GET", "/v1/webhooks"): _WEBHOOKS,
    ("POST", "/v1/webhooks"): _WEBHOOKS,
    ("DELETE", "/v1/webhooks/{webhook}"): _WEBHOOKS,
    ("GET", "/v1/webhooks/{webhook}/deliveries"): _WEBHOOKS,
    ("GET", "/v1/patents/{application_number:path}/similar"): _ASKING,
    ("GET", "/v1/patents/{application_number:path}/needs"): _FITTING_NEEDS,
    ("GET", "/v1/patents/{application_number:path}"): _ASKING,
    ("GET", "/v1/reminders"): _OFFICE,
    ("GET", "/v1/programme/pledge-wishes"): _STAFF,
    ("GET", "/v1/programme/pledge-wishes/export"): _STAFF,
    **_records("institutions", _ASKING),
    **_records("alliance-members", _ASKING),
    **_records("pools", _ASKING),
    **_records("pool-patents", _ASKING),
    **_records("pledges"),
    **_records("product-filings"),
    **_records("contracts"),
}
"""By method and path as the route writes it."""
