"""Reading of the catalogue: patents, filtered pages, facets, and the facts beside patents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.embedding.card_table import IndexedCards
from matcher.patents.cards.card import CardOverride, technology_card, with_override
from matcher.patents.pledges import PledgeDates, pledge_of
from matcher.patents.sleeping import sleeping
from matcher.ports import WordIndex
from matcher.search.catalogue_query import CatalogueQuery
from matcher.search.catalogue_search import CatalogueSearch
from matcher.search.store_cache import StoreCache
from matcher.store import (
    cards,
    institutions,
    patents,
    programme,
)
from matcher.store.database import Store, StoreVersion
from matcher.types import (
    Patent,
    PatentId,
    PatentRow,
    Pledge,
    Sleeping,
    TechnologyCard,
    TtoContact,
)

MAX_CACHED_PATENTS = 5_000
"""Patents that stay in memory with their facts: 15 MB with abstracts, more with all claims."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """Facts beside one patent."""

    card: CardOverride | None
    pledges: Sequence[PledgeDates]
    contact: TtoContact | None


@dataclass(frozen=True, slots=True)
class PatentFacts:
    """Facts beside some patents: written cards, pledges, contacts of their institutions."""

    by_patent: Mapping[PatentId, _Facts]

    def card(self, patent: Patent, indexed: IndexedCards | None = None) -> TechnologyCard:
        """Return the technology card, with the institution's own lines where it wrote some.

        A card that was indexed is not made again.
        """
        card = None if indexed is None else indexed.of(patent)
        return with_override(card or technology_card(patent), self.by_patent[patent.id].card)

    def pledge(self, patent: Patent, today: date) -> Pledge | None:
        """Return the pledge of the patent that is in force on this day, as far as known."""
        return pledge_of(patent, self.by_patent[patent.id].pledges, today)

    def contact(self, patent: Patent) -> TtoContact | None:
        """Return the public contact of the patent's institution, its TTO."""
        return self.by_patent[patent.id].contact


class Catalogue:
    """Reads the database; safe to share between threads."""

    def __init__(self, store: Store, sleeping_months: int, words: WordIndex | None = None) -> None:
        """Set up; a patent counts as sleeping after `sleeping_months` without use."""
        self.store = store
        self.search = CatalogueSearch(store, sleeping_months, words)
        self.sleeping_months = sleeping_months
        self._patents = StoreCache[PatentRow, Patent](MAX_CACHED_PATENTS)
        self._facts = StoreCache[PatentId, _Facts](MAX_CACHED_PATENTS)

    def patent(self, identifier: str) -> Patent:
        """Return the patent with this application number in any spelling, publication number or id.

        Raises NotFoundError.
        """
        with self.store.reading() as connection:
            return patents.by_identifier(connection, identifier)

    def patents(self, rows: Sequence[PatentRow], version: StoreVersion) -> dict[PatentRow, Patent]:
        """Return patents by row as of a version of the database; those that left are missing."""

        def read(missing: Sequence[PatentRow]) -> dict[PatentRow, Patent]:
            with self.store.reading() as connection:
                return patents.by_rows(connection, missing)

        return self._patents.get(version, rows, read)

    def facts(self, patents: Sequence[Patent], version: StoreVersion | None = None) -> PatentFacts:
        """Return the facts beside these patents, as of a version of the database if it is given.

        Those that are not known of this version are read all at once.
        """
        if version is None:
            return PatentFacts(self._read_facts(patents))
        by_id = {patent.id: patent for patent in patents}

        def read(missing: Sequence[PatentId]) -> dict[PatentId, _Facts]:
            return self._read_facts([by_id[identity] for identity in missing])

        return PatentFacts(self._facts.get(version, list(by_id), read))

    def _read_facts(self, patents: Sequence[Patent]) -> dict[PatentId, _Facts]:
        ids = [patent.id for patent in patents]
        names = {patent.institution for patent in patents if patent.institution}
        with self.store.reading() as connection:
            written = cards.overrides_of(connection, ids)
            pledges = programme.pledges_of(connection, ids)
            contacts = institutions.tto_contacts(connection, sorted(names))
        return {
            patent.id: _Facts(
                written.get(patent.id),
                pledges.get(patent.id, ()),
                contacts.get(patent.institution or ""),
            )
            for patent in patents
        }

    def sleeping(self, patent: Patent, today: date) -> Sleeping:
        """Return whether the patent counts as sleeping on this day, with the reason."""
        return sleeping(patent, today, self.sleeping_months)

    def page(
        self, query: CatalogueQuery, *, today: date, after: PatentRow | None = None, limit: int = 50
    ) -> tuple[list[tuple[PatentRow, Patent]], int]:
        """Return at most `limit` patents after a row, in row order, and the number in all."""
        if not query.words.strip():
            with self.store.reading() as connection:
                return patents.page(
                    connection,
                    query.filters,
                    today=today,
                    sleeping_months=self.sleeping_months,
                    after=after,
                    limit=limit,
                )
        rows = np.sort(self.search.find(query, today).rows)
        following = rows[np.searchsorted(rows, -1 if after is None else after, "right") :][:limit]
        with self.store.reading() as connection:
            return list(patents.each_of(connection, following.tolist())), len(rows)
