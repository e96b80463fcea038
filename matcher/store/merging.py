"""A newer record of a patent that is already known: what it says counts, what it leaves out stays."""

from dataclasses import fields, replace

from matcher.importing.sleeping import unused_since
from matcher.types import ClaimsCoverage, LegalStatus, LicenceTerms, Patent

_STATUS = frozenset({"legal_status", "legal_status_text", "status_as_of"})
_CLAIMS = frozenset({"claims", "claims_coverage"})
_PUBLICATION = frozenset({"publication_number", "kind_code", "publication_date"})
_COVERAGE = list(ClaimsCoverage)
_GRANTED = frozenset("BCUYS")


def merge(known: Patent, newer: Patent) -> Patent:
    """The known patent, brought up to date.

    A field that the newer record does not give keeps its value. An older status, fewer claims
    or the A publication of a granted case never replace what is known.
    """
    kept: set[str] = {"unused_since"}
    if _status_is_older(known, newer):
        kept |= _STATUS
    if _COVERAGE.index(newer.claims_coverage) < _COVERAGE.index(known.claims_coverage):
        kept |= _CLAIMS
    if (known.kind_code or "?")[0] in _GRANTED and (newer.kind_code or "?")[0] not in _GRANTED:
        kept |= _PUBLICATION
    changes = {
        spec.name: getattr(newer, spec.name)
        for spec in fields(Patent)
        if spec.name not in kept and getattr(newer, spec.name) != spec.default
    }
    if newer.licence != LicenceTerms():
        changes["licence"] = _merge_terms(known.licence, newer.licence)
    merged = replace(known, **changes)
    return replace(merged, unused_since=unused_since(merged))


def _status_is_older(known: Patent, newer: Patent) -> bool:
    if newer.legal_status is LegalStatus.UNKNOWN:
        return True
    if known.status_as_of is None:
        return False
    return newer.status_as_of is None or newer.status_as_of < known.status_as_of


def _merge_terms(known: LicenceTerms, newer: LicenceTerms) -> LicenceTerms:
    given = {
        spec.name: getattr(newer, spec.name)
        for spec in fields(LicenceTerms)
        if getattr(newer, spec.name) != spec.default
    }
    return replace(known, **given)
