"""Conversion of a patent to the JSON object in the database, and back."""

import hashlib
import json
from dataclasses import asdict, fields
from datetime import date
from operator import attrgetter
from typing import Any

from matcher.types import (
    Claim,
    ClaimsCoverage,
    LegalStatus,
    LicenceTerms,
    Patent,
    PatentId,
    PatentType,
    TeamRef,
)

_NAMES = tuple(spec.name for spec in fields(Patent))
_DEFAULTS = tuple(spec.default for spec in fields(Patent))
_VALUES = attrgetter(*_NAMES)
_CLAIM_NAMES = tuple(spec.name for spec in fields(Claim))
_CLAIM_VALUES = attrgetter(*_CLAIM_NAMES)
_WITH_SORTED_KEYS = json.JSONEncoder(sort_keys=True)
_DATES = frozenset(
    {"filing_date", "publication_date", "grant_date", "status_as_of", "expiry_date", "unused_since"}
)
_NESTED: dict[str, Any] = {
    "claims": lambda value: tuple(_claim(claim) for claim in value),
    "licence": lambda value: LicenceTerms(**_tuples(value)),
    "team": lambda value: None if value is None else TeamRef(**value),
    "id": PatentId,
    "patent_type": PatentType,
    "legal_status": LegalStatus,
    "claims_coverage": ClaimsCoverage,
}


def to_record(patent: Patent) -> dict[str, Any]:
    """Convert a patent to a JSON object; fields at their default are left out."""
    return {
        name: value if type(value) is str else _plain(value)
        for name, default, value in zip(_NAMES, _DEFAULTS, _VALUES(patent), strict=True)
        if value is not default and value != default
    }


def from_record(record: dict[str, Any]) -> Patent:
    """Restore the patent that `to_record` converted."""
    values = _tuples(record)
    for name in _DATES & values.keys():
        values[name] = date.fromisoformat(values[name])
    for name in _NESTED.keys() & values.keys():
        values[name] = _NESTED[name](values[name])
    return Patent(**values)


def record_hash(record: dict[str, Any]) -> str:
    """Hash a record of `to_record`, without its source file."""
    content = {key: value for key, value in record.items() if key != "source"}
    return hashlib.sha256(_WITH_SORTED_KEYS.encode(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return value
    if isinstance(value, date):
        return value.isoformat()
    if kind is tuple:
        return [entry if type(entry) is str else _plain(entry) for entry in value]
    if kind is Claim:
        return dict(zip(_CLAIM_NAMES, _CLAIM_VALUES(value), strict=True))
    if kind is LicenceTerms or kind is TeamRef:
        return asdict(value)
    return value


def _claim(value: dict[str, Any]) -> Claim:
    return Claim(**_tuples(value))


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
