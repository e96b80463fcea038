"""One record from several of a patent: the newest publication counts, gaps are filled from others.

Exports list the publications of an application (A, B, corrections) as rows of their own, in any
order. Each group of fields is taken from the newest publication that gives it, wherever it stands;
claims are taken from the grant. Facts of today (licence terms, readiness, counts) are none of a
publication: across imports the later one counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from matcher.patents.publication_numbers import parse_publication_number
from matcher.patents.publication_order import (
    GRANT_LEVEL,
    Publication,
    compare_publications,
    publication_of,
    read_publication,
)
from matcher.patents.sleeping import unused_since
from matcher.types import ClaimsCoverage, LegalStatus, LicenceTerms, Patent

_PUBLICATION = ("publication_number", "kind_code", "publication_date")
_STATUS = ("legal_status", "legal_status_text", "status_as_of")
_CLAIMS = ("claims", "claims_coverage")
_PARTIES = ("applicants", "owners")
_CLASSES = ("ipc", "industries", "wipo_fields")
_COUNTS = ("transfer_count", "licence_count", "pledge_count")
_FACTS = ("team", "readiness", "sleeping_override", *_COUNTS)
_GROUPS = (_PUBLICATION, _STATUS, _CLAIMS, _PARTIES, _CLASSES, _COUNTS)
_APART = frozenset({"id", "source", "is_sample", "licence", "unused_since", "earlier_fields"})
_ALONE = tuple(
    spec.name
    for spec in fields(Patent)
    if spec.name not in _APART and not any(spec.name in group for group in _GROUPS)
)
"""Fields that are merged one by one."""
_DEFAULTS = {spec.name: spec.default for spec in fields(Patent)}
_COVERAGE = list(ClaimsCoverage)


def merge(known: Patent, newer: Patent, *, one_file: bool = False) -> Patent:
    """Return one record of the two; `newer` was imported later, or stands below in the file.

    Of one publication, and where kind and date tell no order, the newer record's fields replace
    the known ones. With `one_file` facts of today, too, follow the publications.
    """
    merging = _Merging(known, newer, one_file)
    for group in (_PARTIES, _CLASSES, *((name,) for name in _ALONE)):
        merging.take(group)
    merging.take_claims()
    merging.take_status()
    merging.take_counts()
    merging.take_licence()
    merging.take_publication()
    merged = replace(known, **merging.result())
    return replace(merged, unused_since=unused_since(merged))


class _Merging:
    """The fields of two records on the way to one, with the publications that they are from."""

    def __init__(self, known: Patent, newer: Patent, one_file: bool) -> None:
        self.known, self.newer, self.one_file = known, newer, one_file
        self.values: dict[str, Any] = {"id": newer.id, "source": newer.source}
        if newer.is_sample:
            self.values["is_sample"] = True
        self.origins = _origins(known), _origins(newer)
        self.own = publication_of(known), publication_of(newer)
        self.earlier: dict[str, Publication] = {}

    def order(self, *group: str) -> int:
        """Compare the publications that the fields are from: 1 if the newer record's is newer."""
        known, newer = self._origin(*group)
        return compare_publications(newer, known)

    def take(self, group: tuple[str, ...]) -> None:
        """Take a group of fields from the newest publication that gives one of them."""
        decisive = group
        if group is _CLASSES and (self.known.ipc or self.newer.ipc):
            # Industries and fields of technology follow from the symbols.
            decisive = ("ipc",)
        gives = [name for name in decisive if self._gives(self.newer, name)]
        has = [name for name in decisive if self._gives(self.known, name)]
        is_fact = group[0] in _FACTS and not self.one_file
        order = 0 if is_fact else self.order(*group)
        if not gives or (has and order < 0):
            return self._keep(group)
        if not has or order > 0 or group is _CLASSES:
            return self._replace(group)
        # Of the same publication a field that is not given stays.
        for name in group:
            if name in gives:
                self._replace((name,))
            else:
                self._keep((name,))
        return None

    def take_claims(self) -> None:
        """Take claims of the grant, then the ones that cover more, then those of the newest."""
        if not self.newer.claims:
            return self._keep(_CLAIMS)
        if not self.known.claims:
            return self._replace(_CLAIMS)
        known, newer = self._origin("claims")
        rank = self._claims_rank(self.newer, newer), self._claims_rank(self.known, known)
        if rank[0] > rank[1] or (rank[0] == rank[1] and self.order("claims") >= 0):
            return self._replace(_CLAIMS)
        return self._keep(_CLAIMS)

    def take_status(self) -> None:
        """Take the status and its date together, by the date, or undated by the publication."""
        take = self.newer.legal_status is not LegalStatus.UNKNOWN and self._takes_status()
        (self._replace if take else self._keep)(_STATUS)

    def take_counts(self) -> None:
        """Take counts of use; of two publications in one file the higher ones, since they grow."""
        for name in _COUNTS:
            known, newer = getattr(self.known, name), getattr(self.newer, name)
            if self.one_file and None not in (known, newer) and self.order(name) != 0:
                self.values[name] = max(known, newer)
            else:
                self.take((name,))

    def take_licence(self) -> None:
        """Take each term that is given; in one file, those of the newer publication first."""
        first, second = self.known.licence, self.newer.licence
        if self.one_file and self.order("licence") < 0:
            first, second = second, first
        self.values["licence"] = _merge_terms(first, second)

    def take_publication(self) -> None:
        """Take number, kind and date together: a date belongs to one number only."""
        winner, other = self.known, self.newer
        if self._takes_publication():
            winner, other = other, winner
        values = {name: getattr(winner, name) for name in _PUBLICATION}
        if other.publication_number in (None, winner.publication_number):
            values = {name: values[name] or getattr(other, name) for name in _PUBLICATION}
        self.values |= values

    def result(self) -> Mapping[str, Any]:
        """Return the fields of the merged record, with the note of those from earlier ones."""
        top = Publication(*(self.values[name] for name in _PUBLICATION))
        lines = {
            f"{name} {origin.written}"
            for name, origin in self.earlier.items()
            if compare_publications(origin, top) < 0
        }
        return self.values | {"earlier_fields": tuple(sorted(lines))}

    def _takes_publication(self) -> bool:
        known, newer = self.own
        if newer.number is None or known.number is None:
            return newer.number is not None or known.number is None
        order = compare_publications(newer, known)
        if order != 0:
            return order > 0
        # A number that nobody can read, or one without its kind code, tells less than the known.
        is_readable = parse_publication_number(newer.number) is not None
        return is_readable and not (known.kind and not newer.kind)

    def _takes_status(self) -> bool:
        known, newer = self.known, self.newer
        if known.legal_status is LegalStatus.UNKNOWN:
            return True
        order = self.order("legal_status")
        if order != 0:
            days = [self._status_day(known, 0), self._status_day(newer, 1)]
            return days[1] > days[0] or (days[1] == days[0] and order > 0)
        if newer.status_as_of is None:
            return newer.legal_status is not known.legal_status or known.status_as_of is None
        return known.status_as_of is None or newer.status_as_of >= known.status_as_of

    def _status_day(self, patent: Patent, side: int) -> date:
        """Day of the status; without one it was true when the publication came out."""
        return patent.status_as_of or self._origin("legal_status")[side].day or date.min

    def _claims_rank(self, patent: Patent, origin: Publication) -> tuple[bool, int]:
        is_granted = (origin.level or 0) >= GRANT_LEVEL
        return is_granted, _COVERAGE.index(patent.claims_coverage)

    def _origin(self, *group: str) -> tuple[Publication, Publication]:
        """Publications that the fields of a group are from, in the known and the newer record."""
        known, newer = (
            next((origins[name] for name in group if name in origins), own)
            for origins, own in zip(self.origins, self.own, strict=True)
        )
        return known, newer

    def _gives(self, patent: Patent, name: str) -> bool:
        return bool(getattr(patent, name) != _DEFAULTS[name])

    def _replace(self, group: Iterable[str]) -> None:
        self._note(group, self.newer, 1)

    def _keep(self, group: Iterable[str]) -> None:
        self._note(group, self.known, 0)

    def _note(self, group: Iterable[str], patent: Patent, side: int) -> None:
        for name in group:
            self.values[name] = getattr(patent, name)
            is_of_publication = name not in (_COUNTS if self.one_file else _FACTS)
            if is_of_publication and self._gives(patent, name):
                self.earlier[name] = self._origin(name)[side]


def _origins(patent: Patent) -> dict[str, Publication]:
    """Return the earlier publications that fields of a merged record are from, by field."""
    parts = (line.partition(" ") for line in patent.earlier_fields)
    return {name: read_publication(written) for name, _, written in parts}


def _merge_terms(known: LicenceTerms, newer: LicenceTerms) -> LicenceTerms:
    given = {
        spec.name: getattr(newer, spec.name)
        for spec in fields(LicenceTerms)
        if getattr(newer, spec.name) != spec.default
    }
    return replace(known, **given)
