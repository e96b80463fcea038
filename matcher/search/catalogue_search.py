"""Search of the catalogue by words, with filters, exact totals and facets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
from cachetools import LRUCache
from sqlalchemy import Connection, and_

from matcher.ports import BoolArray, FloatArray, Rows, WordIndex
from matcher.search.catalogue_facets import facet_counts
from matcher.search.catalogue_query import (
    CatalogueHits,
    CatalogueQuery,
    WordBasis,
)
from matcher.store import institutions, patents
from matcher.store.catalogue_columns import CatalogueColumns, read_columns
from matcher.store.database import Store, StoreVersion
from matcher.store.filters import conditions
from matcher.text.clauses import halves, read_clauses
from matcher.text.organisations import organisation_key
from matcher.types import PatentRow, TeamRef
from matcher.types.words import Clause

MAX_MASKS = 64
"""Filters and words whose patents stay in memory, up to 9 bytes for each of the catalogue."""
MAX_SPLITS = 3
Value = TypeVar("Value")


class CatalogueSearch:
    """Searches one database; safe to share between threads.

    The columns of the catalogue are read at the first search, and again after the database changed.
    """

    def __init__(self, store: Store, sleeping_months: int, words: WordIndex | None = None) -> None:
        """Set up; without an index of words only titles, institutions and numbers are searched."""
        self._store = store
        self._months = sleeping_months
        self._words = words
        self._reading = Lock()
        self._snapshot: Snapshot | None = None

    def find(self, query: CatalogueQuery, today: date, *, facets: bool = False) -> CatalogueHits:
        """Return every patent that passes, in order, and the counts of facets if asked for."""
        return self.snapshot(today).find(query, facets=facets)

    def snapshot(self, today: date) -> "Snapshot":
        """Return the catalogue as it is now, on a day.

        While one thread reads the columns anew, the others go on with those of before.
        """
        version = self._store.version()
        words = None if self._words is None else self._words.version()
        known = self._snapshot
        if known is not None and known.is_of(version, today, words):
            return known
        if not self._reading.acquire(blocking=known is None or known.today != today):
            assert known is not None
            return known
        try:
            return self._read(version, today, words)
        finally:
            self._reading.release()

    def _read(self, version: StoreVersion, today: date, words: str | None) -> "Snapshot":
        """Return a new snapshot, with the columns that are known if they are of this version."""
        known = self._snapshot
        if known is not None and known.is_of(version, today, words):
            return known
        if known is not None and (known.version, known.today) == (version, today):
            columns = known.columns
        else:
            with self._store.reading() as connection:
                columns = read_columns(connection, today=today, sleeping_months=self._months)
        index = None if words is None else self._words
        self._snapshot = Snapshot(self._store, columns, version, today, self._months, index, words)
        return self._snapshot


@dataclass(frozen=True, slots=True)
class _Wording:
    """Patents that have the words of a search."""

    scores: FloatArray
    """Score of each patent of the catalogue (n,); NaN for those without the words."""
    basis: WordBasis | None


class Snapshot:
    """Catalogue at one version of the database, on a day; thread-safe."""

    def __init__(
        self,
        store: Store,
        columns: CatalogueColumns,
        version: StoreVersion,
        today: date,
        months: int,
        words: WordIndex | None,
        words_version: str | None,
    ) -> None:
        """Take the columns at this version of the database, and the index of words at its own."""
        self.columns, self.version, self.today = columns, version, today
        self.words_version = words_version
        self._store, self._months, self._words = store, months, words
        self._known: LRUCache[Any, Any] = LRUCache(MAX_MASKS)
        self._lock = Lock()

    def is_of(self, version: StoreVersion, today: date, words: str | None) -> bool:
        """True if it is of these versions of the database and the words, on this day."""
        return (self.version, self.today, self.words_version) == (version, today, words)

    def find(self, query: CatalogueQuery, *, facets: bool = False) -> CatalogueHits:
        """Return every patent that passes, in order, and the counts of facets if asked for."""
        clauses = read_clauses(query.words)
        wording = self._wording(query.words, clauses)
        masks = self._masks(query)
        failing = np.zeros(len(self.columns), dtype=np.int16)
        failing[np.isnan(wording.scores)] = len(masks) + 2
        for mask in masks.values():
            failing += ~mask
        rows = self._ordered(failing == 0, wording.scores, by_score=query.order == "best")
        return CatalogueHits(
            rows,
            wording.basis,
            wording.basis == "words" and self._is_stale(),
            {name: int(((failing == 1) & ~mask).sum()) for name, mask in masks.items()},
            () if len(rows) else self._splits(query, clauses),
            facet_counts(self.columns, failing, masks, self.today) if facets else {},
        )

    def _is_stale(self) -> bool:
        return self._words is not None and self._words.state() != self.version.catalogue

    def _wording(self, text: str, clauses: tuple[Clause, ...]) -> _Wording:
        """Find the patents with the words, or the one with this number."""
        if not text.strip():
            return _Wording(np.zeros(len(self.columns)), None)

        def read(connection: Connection) -> _Wording:
            numbered = patents.rows_where(connection, patents.identified(text))
            if len(numbered):
                return self._scored(numbered, np.ones(len(numbered)), "words")
            if self._words is not None:
                return self._scored(*self._words.find(clauses), "words")
            with_titles = [patents.title_or_name_has(clause.text) for clause in clauses]
            rows = np.empty(0, dtype=np.int64)
            if with_titles:
                rows = patents.rows_where(connection, and_(*with_titles))
            return self._scored(rows, np.ones(len(rows)), "titles")

        return self.once(("words", text.strip()), read)

    def _scored(self, rows: Rows, scores: Any, basis: WordBasis) -> _Wording:
        of_all = np.full(len(self.columns), np.nan)
        is_there = np.isin(rows, self.columns.rows, assume_unique=True)
        of_all[self.columns.positions(rows[is_there])] = scores[is_there]
        return _Wording(of_all, basis)

    def _masks(self, query: CatalogueQuery) -> dict[str, BoolArray]:
        """Return for each filter in force which patents pass it."""
        demanded = conditions(query.filters, self.today, self._months)
        masks: dict[str, BoolArray] = {}
        for name, condition in demanded.items():

            def read(connection: Connection, condition: Any = condition) -> BoolArray:
                return self.columns.mask(patents.rows_where(connection, condition))

            masks[name] = self.once((name, getattr(query.filters, name)), read)
        if query.institution is not None:
            masks["institution"] = self.of_institution(query.institution)
        if query.institution is not None and query.team is not None:
            masks["team"] = self.of_team(query.institution, query.team)
        return masks

    def of_institution(self, name: str) -> BoolArray:
        """Return for each patent whether it is of this institution, in any spelling."""
        key = organisation_key(name)

        def read(_connection: Connection) -> BoolArray:
            values = self.columns.values["institutions"]
            spellings = [own for own in values.names if organisation_key(own) == key]
            return values.having(spellings, len(self.columns))

        return self.once(("institution", key), read)

    def teams(self, institution: str) -> dict[str, list[tuple[PatentRow, TeamRef]]]:
        """Return the patents of each named team of an institution, by the key of its name."""

        def read(connection: Connection) -> dict[str, list[tuple[PatentRow, TeamRef]]]:
            rows = self.columns.rows[self.of_institution(institution)]
            teams: dict[str, list[tuple[PatentRow, TeamRef]]] = {}
            for row, team in institutions.teams_of_patents(connection, rows):
                teams.setdefault(organisation_key(team.name or ""), []).append((row, team))
            return teams

        return self.once(("teams", organisation_key(institution)), read)

    def of_team(self, institution: str, team: str) -> BoolArray:
        """Return for each patent whether it is of this team, in any spelling."""
        own = self.teams(institution).get(organisation_key(team), [])
        return self.columns.mask([row for row, _ in own])

    def once(self, key: Any, read: Callable[[Connection], Value]) -> Value:
        """Read a value that stays the same as long as the database does."""
        with self._lock:
            if key in self._known:
                return cast(Value, self._known[key])
        with self._store.reading() as connection:
            value = read(connection)
        with self._lock:
            self._known[key] = value
        return value

    def _ordered(self, passes: BoolArray, scores: FloatArray, *, by_score: bool) -> Rows:
        """Rows of the patents that pass: the best, then those filed last, first."""
        places = np.flatnonzero(passes)
        filed = self.columns.filed[places]
        newest = np.where(np.isnat(filed), np.datetime64("0001-01-01"), filed).astype(np.int64)
        keys = (places, -newest, -scores[places]) if by_score else (places, -newest)
        return self.columns.rows[places[np.lexsort(keys)]]

    def _splits(
        self, query: CatalogueQuery, clauses: tuple[Clause, ...]
    ) -> tuple[tuple[str, int], ...]:
        """Part the only run of Chinese characters in two, where patents have both."""
        if len(clauses) != 1 or query.words.strip() != clauses[0].text:
            return ()
        counted = [
            (words, len(self.find(replace(query, words=words)).rows))
            for words in (f"{before.text} {after.text}" for before, after in halves(clauses[0]))
        ]
        ranked = sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])
        return tuple(ranked[:MAX_SPLITS])
