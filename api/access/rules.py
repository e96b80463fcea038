"""Access rules: for each route its roles, their reach, and the tier of its fields.

A route without a rule is open to no role. docs/access.md shows this table; a test calls every
route with every role.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.access.roles import Reach, Role, Tier

_ALL, _OWN = Reach.ALL, Reach.OWN


@dataclass(frozen=True, slots=True)
class Rule:
    """Access rule of one route."""

    tier: Tier
    """Tier of the most confidential fields that it gives out or takes."""
    roles: Mapping[Role, Reach]


def _rule(tier: Tier, **roles: Reach) -> Rule:
    return Rule(tier, {Role(name): reach for name, reach in roles.items()})


_CATALOGUE = _rule(Tier.CATALOGUE, portal=_ALL, enterprise=_ALL, tto=_ALL, staff=_ALL, admin=_ALL)
"""Published facts, for every role but the auditor, who has no need of them."""

_PUBLISHED = _rule(
    Tier.CATALOGUE, portal=_ALL, enterprise=_ALL, tto=_ALL, staff=_ALL, admin=_ALL, visitor=_ALL
)
"""Pages of the same facts, which visitors may see where the server is set so."""

_SIGNED_IN = _rule(
    Tier.SYSTEM, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_OWN, admin=_OWN, auditor=_OWN
)
"""One's own account and sessions."""

_FITTING_NEEDS = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Open needs that a patent fits: for a TTO and its own patents, others among their own needs."""

_OFFICE = _rule(Tier.PROGRAMME, tto=_OWN, staff=_ALL, admin=_ALL)
"""Records of the programme: for a technology-transfer office those of its own institution."""

_NEED_SIDE = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, staff=_ALL, admin=_ALL)
"""The enterprise behind a need, and what it was shown."""
_NEED_CONTACT = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, staff=_ALL, admin=_ALL)
"""The same with the enterprise's contact person."""
_NEED_READING = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Needs as they are published, and matches of one's own institution, for a TTO."""
_ONE_NEED = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""The contact person is for the need's own side and staff only (needs.visibility.Sight.OWN)."""

_STAFF = _rule(Tier.PROGRAMME, staff=_ALL, admin=_ALL)


_IMPORTS = _rule(Tier.PERSONAL, staff=_ALL, admin=_ALL)
"""Files for the catalogue, which may bring contacts; each sees those that it sent in itself."""


def _records(kind: str, reading: Rule = _OFFICE) -> dict[tuple[str, str], Rule]:
    """Return the rules of one kind of the programme's records; `reading` holds for GET."""
    path = f"/v1/programme/{kind}"
    return {
        ("GET", path): reading,
        ("GET", f"{path}/{{record}}"): reading,
        ("GET", f"{path}/export"): _OFFICE,
        ("POST", path): _OFFICE,
        ("PATCH", f"{path}/{{record}}"): _OFFICE,
        ("DELETE", f"{path}/{{record}}"): _OFFICE,
    }


def _acceptance(kind: str) -> dict[tuple[str, str], Rule]:
    """Return the rules of proposals to join: for an office those to what its institution runs."""
    path = f"/v1/programme/{kind}/{{record}}"
    return {("POST", f"{path}/accept"): _OFFICE, ("POST", f"{path}/decline"): _OFFICE}


_SUGGESTIONS = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Needs that new patents fit: of their own needs, a TTO of its own institution's patents."""

_WEBHOOKS = _rule(Tier.SYSTEM, portal=_OWN, admin=_ALL)
"""Webhooks: for a portal those of its own key."""

_REVEALS = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Persons behind a match that the caller sees, each as far as a consent permits."""

_RELAY_REQUESTS = _rule(Tier.PERSONAL, portal=_OWN, enterprise=_OWN, staff=_ALL, admin=_ALL)

_RELAY_READING = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Messages between the asking side and the institution's office."""

_RELAY_STEPS = _rule(Tier.NEED, tto=_OWN, staff=_ALL, admin=_ALL)

_CONSENTS = _rule(Tier.PERSONAL, tto=_OWN, admin=_ALL)
"""An office keeps the consents of its own institution."""

_FOLLOW_UPS = _rule(Tier.NEED, portal=_OWN, enterprise=_OWN, tto=_OWN, staff=_ALL, admin=_ALL)
"""Both sides of a match; matcher.matches.states holds the steps and notes of each role."""

_AUDIT = _rule(Tier.AUDIT, admin=_ALL, auditor=_ALL)

RULES: Mapping[tuple[str, str], Rule] = {
    ("POST", "/v1/matches/{match}/contact-reveals"): _REVEALS,
    ("POST", "/v1/matches/{match}/relay-requests"): _RELAY_REQUESTS,
    ("GET", "/v1/relay-requests"): _RELAY_READING,
    ("GET", "/v1/relay-requests/{relay}"): _RELAY_READING,
    ("POST", "/v1/relay-requests/{relay}/accept"): _RELAY_STEPS,
    ("POST", "/v1/relay-requests/{relay}/decline"): _RELAY_STEPS,
    ("POST", "/v1/relay-requests/{relay}/answer"): _RELAY_STEPS,
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
    ("POST", "/v1/match"): _CATALOGUE,
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
    ("POST", "/v1/matches/{match}/follow-ups"): _FOLLOW_UPS,
    ("GET", "/v1/matches/{match}/history"): _FOLLOW_UPS,
    ("PUT", "/v1/matches/{match}/case-owner"): _OFFICE,
    ("GET", "/v1/follow-ups/due"): _FOLLOW_UPS,
    ("GET", "/v1/funnel"): _OFFICE,
    ("GET", "/v1/funnel/export"): _OFFICE,
    ("GET", "/v1/performance"): _OFFICE,
    ("GET", "/v1/performance/export"): _OFFICE,
    ("GET", "/v1/patents"): _CATALOGUE,
    ("GET", "/v1/suggestions"): _SUGGESTIONS,
    ("POST", "/v1/suggestions/{suggestion}/take"): _SUGGESTIONS,
    ("POST", "/v1/suggestions/{suggestion}/dismiss"): _SUGGESTIONS,
    ("GET", "/v1/webhooks"): _WEBHOOKS,
    ("POST", "/v1/webhooks"): _WEBHOOKS,
    ("DELETE", "/v1/webhooks/{webhook}"): _WEBHOOKS,
    ("GET", "/v1/webhooks/{webhook}/deliveries"): _WEBHOOKS,
    ("GET", "/v1/patents/{application_number:path}/similar"): _CATALOGUE,
    ("GET", "/v1/patents/{application_number:path}/needs"): _FITTING_NEEDS,
    ("GET", "/v1/patents/{application_number:path}"): _CATALOGUE,
    ("GET", "/v1/reminders"): _OFFICE,
    ("GET", "/v1/programme/pledge-wishes"): _STAFF,
    ("GET", "/v1/programme/pledge-wishes/export"): _STAFF,
    **_records("institutions", _CATALOGUE),
    **_records("alliance-members", _CATALOGUE),
    **_acceptance("alliance-members"),
    **_records("pools", _CATALOGUE),
    **_records("pool-patents", _CATALOGUE),
    **_acceptance("pool-patents"),
    **_records("pledges"),
    **_records("product-filings"),
    **_records("contracts"),
    ("GET", "/proposals"): _OFFICE,
    ("POST", "/proposals/{record}/accept"): _OFFICE,
    ("POST", "/proposals/{record}/decline"): _OFFICE,
    ("GET", "/account"): _SIGNED_IN,
    ("POST", "/account/password"): _SIGNED_IN,
    ("POST", "/account/sign-out-everywhere"): _SIGNED_IN,
    ("POST", "/sign-out"): _SIGNED_IN,
    ("GET", "/import"): _IMPORTS,
    ("POST", "/import"): _IMPORTS,
    ("GET", "/import/{staged}"): _IMPORTS,
    ("GET", "/import/{staged}/progress"): _IMPORTS,
    ("GET", "/import/{staged}/problems"): _IMPORTS,
    ("POST", "/import/{staged}/read"): _IMPORTS,
    ("POST", "/import/{staged}/save"): _IMPORTS,
    ("POST", "/import/{staged}/index"): _IMPORTS,
    ("POST", "/import/{staged}/cancel"): _IMPORTS,
    ("POST", "/import/{staged}/delete"): _IMPORTS,
    ("GET", "/"): _PUBLISHED,
    ("POST", "/"): _PUBLISHED,
    ("GET", "/patents/{number:path}/needs"): _FITTING_NEEDS,
    ("GET", "/patents/{number:path}"): _PUBLISHED,
    ("GET", "/compare"): _PUBLISHED,
    ("GET", "/basket"): _PUBLISHED,
    ("POST", "/basket"): _PUBLISHED,
    ("POST", "/basket/list"): _PUBLISHED,
    ("POST", "/basket/event"): _STAFF,
    ("GET", "/navigation"): _PUBLISHED,
    ("POST", "/navigation"): _PUBLISHED,
    ("GET", "/navigation/charts/{name}.svg"): _PUBLISHED,
    ("GET", "/navigation/tables/{name}.{format}"): _PUBLISHED,
    ("GET", "/navigation/report.{format}"): _PUBLISHED,
    ("GET", "/navigation/demand"): _NEED_READING,
    ("POST", "/navigation/demand"): _NEED_READING,
    ("GET", "/navigation/demand/charts/{name}.svg"): _NEED_READING,
    ("GET", "/navigation/demand/tables/{name}.{format}"): _NEED_READING,
    ("GET", "/navigation/demand/report.{format}"): _NEED_READING,
    ("GET", "/catalogue"): _PUBLISHED,
    ("GET", "/catalogue/open-licence"): _PUBLISHED,
    ("GET", "/catalogue/sleeping"): _PUBLISHED,
    ("GET", "/catalogue.pdf"): _PUBLISHED,
    ("GET", "/catalogue.xlsx"): _PUBLISHED,
    ("GET", "/catalogue.csv"): _PUBLISHED,
    ("GET", "/institutions"): _PUBLISHED,
    ("GET", "/institutions/{name:path}/teams/{team:path}"): _PUBLISHED,
    ("GET", "/institutions/{name:path}"): _PUBLISHED,
}
"""The rules, by method and path as the route writes it."""
