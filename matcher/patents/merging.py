"""Update of a known patent by a newer record: given fields replace, missing fields stay."""

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
    """Return the known patent, updated by the newer record.

    A field that the newer record does not give keeps its value. An older status, fewer claims,
    or the A publication of a granted case with its text, never replace the known values.
    """
    before_grant = _is_before_grant(known, newer)
    protected = {"unused_since"} | _protected_fields(known, newer, before_grant)
    changes = {
        spec.name: getattr(newer, spec.name)
        for spec in fields(Patent)
        if spec.name not in protected and getattr(newer, spec.name) != spec.default
    }
    if _takes_status(known, newer, before_grant):
        # The three belong together: a date belongs to one status only.
        changes |= {name: getattr(newer, name) for name in _STATUS}
    if newer.licence != LicenceTerms():
        changes["licence"] = _merge_terms(known.licence, newer.licence)
    merged = replace(known, **changes)
    return replace(merged, unused_since=unused_since(merged))


def _is_before_grant(known: Patent, newer: Patent) -> bool:
    """True if the newer record is the published application of a case known as granted."""
    return (known.kind_code or "?")[0] in _GRANTED and (newer.kind_code or "?")[0] == "A"


def _protected_fields(known: Patent, newer: Patent, before_grant: bool) -> set[str]:
    """Return the fields that the newer record must not change, the status fields included."""
    protected = set(_STATUS)
    known_coverage, newer_coverage = (
        _COVERAGE.index(patent.claims_coverage) for patent in (known, newer)
    )
    if newer_coverage < known_coverage or (before_grant and newer_coverage == known_coverage):
        protected |= _CLAIMS
    if (known.kind_code or "?")[0] in _GRANTED and (newer.kind_code or "?")[0] not in _GRANTED:
        protected |= _PUBLICATION
    if before_grant:
        protected |= {name for name in _TEXT if getattr(known, name)}
    return protected


def _takes_status(known: Patent, newer: Patent, before_grant: bool) -> bool:
    """True if the newer status replaces the known one: by its date, or undated by file order."""
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
