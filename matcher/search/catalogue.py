"""Reading of the catalogue: patents, filtered pages, facets, and the facts beside patents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.patents.cards.card import CardOverride, technology_card, with_override
from matcher.patents.pledges import PledgeDates, pledge_of
from matcher.patents.sleeping import sleeping
from matcher.store import (
    cards,
    institutions,
    patents,
    programme,
)
from matcher.store.database import Store
from matcher.store.facets import FacetCount, facet_counts
from matcher.types import (
    Filters,
    Patent,
    PatentId,
    PatentRow,
    Pledge,
    Sleeping,
    TechnologyCard,
    TtoContact,
)


@dataclass(frozen=True, slots=True)
class PatentFacts:
    """Facts beside some patents: written cards, pledges, contacts of their institutions."""

    cards: Mapping[PatentId, CardOverride]
    pledges: Mapping[str, Sequence[PledgeDates]]
    contacts: Mapping[str, TtoContact]

    def card(self, patent: Patent) -> TechnologyCard:
        """Return the technology card, with the institution's own lines where it wrote some."""
        return with_override(technology_card(patent), self.cards.get(patent.id))

    def pledge(self, patent: Patent, today: date) -> Pledge | None:
        """Return the pledge of the patent that is in force on this day, as far as known."""
        return pledge_of(patent, self.pledges.get(patent.id, ()), today)

    def contact(self, patent: Patent) -> TtoContact | None:
        """Return the public contact of the patent's institution, its TTO."""
        return self.contacts.get(patent.institution or "")


class Catalogue:
    """Reads the database; safe to share between threads."""

    def __init__(self, store: Store, sleeping_months: int) -> None:
        """Set up; a patent counts as sleeping after `sleeping_months` without use."""
        self.store = store
        self.sleeping_months = sleeping_months

    def patent(self, identifier: str) -> Patent:
        """Return the patent with this application number in any spelling, publication number or id.

        Raises NotFoundError.
        """
        with self.store.reading() as connection:
            return patents.by_identifier(connection, identifier)

    def facts(self, patents: Sequence[Patent]) -> PatentFacts:
        """Read the facts beside these patents, all at once."""
        ids = [patent.id for patent in patents]
        names = {patent.institution for patent in patents if patent.institution}
        with self.store.reading() as connection:
            return PatentFacts(
                cards.overrides_of(connection, ids),
                programme.pledges_of(connection, ids),
                institutions.tto_contacts(connection, sorted(names)),
            )

    def sleeping(self, patent: Patent, today: date) -> Sleeping:
        """Return whether the patent counts as sleeping on this day, with the reason."""
        return sleeping(patent, today, self.sleeping_months)

    def page(
        self, filters: Filters, *, today: date, after: PatentRow | None = None, limit: int = 50
    ) -> tuple[list[tuple[PatentRow, Patent]], int]:
        """Return at most `limit` patents after a row, in row order, and the number allowed."""
        with self.store.reading() as connection:
            return patents.page(
                connection,
                filters,
                today=today,
                sleeping_months=self.sleeping_months,
                after=after,
                limit=limit,
            )

    def facets(self, filters: Filters, *, today: date) -> dict[str, list[FacetCount]]:
        """Return the count of patents by facet and value, each under the other filters."""
        with self.store.reading() as connection:
            return facet_counts(
                connection, filters, today=today, sleeping_months=self.sleeping_months
            )
