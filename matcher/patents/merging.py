"""A newer record of a known patent: what it says counts, what it leaves out stays."""

from dataclasses import fields, replace

from matcher.patents.sleeping import unused_since
from matcher.types import ClaimsCoverage, LegalStatus, LicenceTerms, Patent

_STATUS = frozenset({"legal_status", "legal_status_text", "status_as_of"})
_CLAIMS = frozenset({"claims", "claims_coverage"})
_PUBLICATION = frozenset({"publication_number", "kind_code", "publication_date"})
_TEXT = frozenset({"title", "abstract"})
_COVERAGE = list(ClaimsCoverage)
_GRANTED = frozenset("BCUYS")


def merge(known: Patent, newer: Patent) -> Patent:
    """The known patent, brought up to date.

    A field that the newer record does not give keeps its value. An older status, fewer claims
    or the A publication of a granted case, with its text, never replace what is known.
    """
    before_grant = _is_before_grant(known, newer)
    kept = {"unused_since"} | _standing(known, newer, before_grant)
    changes = {
        spec.name: getattr(newer, spec.name)
        for spec in fields(Patent)
        if spec.name not in kept and getattr(newer, spec.name) != spec.default
    }
    if _takes_status(known, newer, before_grant):
        # The three belong together: a date must not come to stand beside another status.
        changes |= {name: getattr(newer, name) for name in _STATUS}
    if newer.licence != LicenceTerms():
        changes["licence"] = _merge_terms(known.licence, newer.licence)
    merged = replace(known, **changes)
    return replace(merged, unused_since=unused_since(merged))


def _is_before_grant(known: Patent, newer: Patent) -> bool:
    """Whether the newer record shows the application of a case that is known as granted."""
    return (known.kind_code or "?")[0] in _GRANTED and (newer.kind_code or "?")[0] == "A"


def _standing(known: Patent, newer: Patent, before_grant: bool) -> set[str]:
    """The fields that the newer record cannot change, besides those of the status."""
    kept = set(_STATUS)
    had, has = (_COVERAGE.index(patent.claims_coverage) for patent in (known, newer))
    if has < had or (before_grant and has == had):
        kept |= _CLAIMS
    if (known.kind_code or "?")[0] in _GRANTED and (newer.kind_code or "?")[0] not in _GRANTED:
        kept |= _PUBLICATION
    if before_grant:
        kept |= {name for name in _TEXT if getattr(known, name)}
    return kept


def _takes_status(known: Patent, newer: Patent, before_grant: bool) -> bool:
    """A dated status counts by its date, an undated one by the order in which the files came."""
    if newer.legal_status is LegalStatus.UNKNOWN:
        return False
    if newer.status_as_of is None:
        is_news = newer.legal_status is not known.legal_status or known.status_as_of is None
        return is_news and not before_grant
    return known.status_as_of is None or newer.status_as_of >= known.status_as_of


def _merge_terms(known: LicenceTerms, newer: LicenceTerms) -> LicenceTerms:
    given = {
        spec.name: getattr(newer, spec.name)
        for spec in fields(LicenceTerms)
        if getattr(newer, spec.name) != spec.default
    }
    return replace(known, **given)
