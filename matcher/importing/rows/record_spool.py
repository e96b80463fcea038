"""Records of patents kept in a temporary file, so that memory does not grow with their number."""

import pickle
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any, overload

import numpy as np

from matcher.importing.rows.record import PatentRecord
from matcher.importing.rows.row_spool import temporary_file
from matcher.types import (
    Claim,
    ClaimsCoverage,
    LegalStatus,
    LicenceTerms,
    Patent,
    PatentType,
    TeamRef,
)


def _packer(kind: type) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return how values of a data class are made a tuple, and made of it."""
    values = attrgetter(*(spec.name for spec in fields(kind)))
    return values, lambda packed: kind(*packed)


_claim, _of_claim = _packer(Claim)
_CODES: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "claims": (
        lambda claims: tuple(map(_claim, claims)),
        lambda packed: tuple(map(_of_claim, packed)),
    ),
    "licence": _packer(LicenceTerms),
    "team": _packer(TeamRef),
    "patent_type": (str, PatentType),
    "legal_status": (str, LegalStatus),
    "claims_coverage": (str, ClaimsCoverage),
    **dict.fromkeys(
        (
            *("filing_date", "publication_date", "grant_date"),
            *("status_as_of", "expiry_date", "unused_since"),
        ),
        (date.toordinal, date.fromordinal),
    ),
}
"""Fields of a patent that are more than texts and numbers: how they are packed and unpacked."""
_NAMES = tuple(spec.name for spec in fields(Patent))
_VALUES = attrgetter(*_NAMES)
_FURTHER = attrgetter(*(spec.name for spec in fields(PatentRecord) if spec.name != "patent"))
_CODED = tuple((_NAMES.index(name), *codes) for name, codes in _CODES.items())


class RecordSpool(Sequence[PatentRecord]):
    """Records in the order in which they were added, or that they were given since."""

    def __init__(self) -> None:
        self._file = temporary_file(self)
        self._places = array("Q")
        self._end = 0
        self._ids = array("q")
        """Hashes of the ids of all records."""
        self._owners = array("L")
        """Indices of the records of these ids."""

    def append(self, record: PatentRecord) -> None:
        """Add a record behind the others."""
        ids = {record.patent.id, *record.further_ids}
        self._ids.extend(map(hash, ids))
        self._owners.extend([len(self._places)] * len(ids))
        self._places.append(self._end)
        self._write(record)

    def indices_of_shared_ids(self) -> list[int]:
        """Return the records as they were added that have an id which another one has, too.

        By the hashes of the ids: a record may be among them that shares none.
        """
        ids, owners = np.asarray(self._ids), np.asarray(self._owners)
        _, position, count = np.unique(ids, return_inverse=True, return_counts=True)
        return [int(index) for index in np.unique(owners[count[position] > 1])]

    def replace(self, changes: Iterable[tuple[int, PatentRecord | None]]) -> None:
        """Put records in the place of others by their indices; None takes one out."""
        places: list[int | None] = list(self._places)
        for index, record in changes:
            places[index] = None if record is None else self._end
            if record is not None:
                self._write(record)
        self._places = array("Q", (place for place in places if place is not None))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[PatentRecord]:
        return map(self._read, self._places)

    @overload
    def __getitem__(self, index: int) -> PatentRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PatentRecord]: ...
    def __getitem__(self, index: int | slice) -> PatentRecord | Sequence[PatentRecord]:
        if isinstance(index, slice):
            return [self._read(place) for place in self._places[index]]
        return self._read(self._places[index])

    def _write(self, record: PatentRecord) -> None:
        self._file.seek(self._end)
        self._end += self._file.write(_packed(record))

    def _read(self, place: int) -> PatentRecord:
        self._file.seek(place)
        return _unpacked(*pickle.load(self._file))


def _packed(record: PatentRecord) -> bytes:
    """Return a record as bytes; pickle takes many times as long for a patent itself."""
    values = list(_VALUES(record.patent))
    for index, pack, _ in _CODED:
        if values[index] is not None:
            values[index] = pack(values[index])
    return pickle.dumps((values, _FURTHER(record)), pickle.HIGHEST_PROTOCOL)


def _unpacked(values: list[Any], further: tuple[Any, ...]) -> PatentRecord:
    for index, _, unpack in _CODED:
        if values[index] is not None:
            values[index] = unpack(values[index])
    return PatentRecord(Patent(*values), *further)
