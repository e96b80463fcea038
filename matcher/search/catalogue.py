"""The catalogue as a reader sees it: single patents and filtered pages, each with its TTO."""

from datetime import date

from matcher.patents.cards.card import technology_card, with_override
from matcher.patents.pledges import pledge_of
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
    PatentRow,
    Pledge,
    Sleeping,
    TechnologyCard,
    TtoContact,
)


class Catalogue:
    """Reads the database; safe to share between threads."""

    def __init__(self, store: Store, sleeping_months: int) -> None:
        """`sleeping_months` is the time without use from which a patent counts as sleeping."""
        self.store = store
        self.sleeping_months = sleeping_months

    def patent(self, identifier: str) -> Patent:
        """By application number in any spelling, publication number or own id.

        Raises NotFoundError.
        """
        with self.store.reading() as connection:
            return patents.by_identifier(connection, identifier)

    def tto_contact(self, patent: Patent) -> TtoContact | None:
        """The public way to the patent's inventor team."""
        with self.store.reading() as connection:
            return institutions.tto_contact(connection, patent.institution)

    def card(self, patent: Patent) -> TechnologyCard:
        """The patent in plain words, with its institution's lines in the place of ours."""
        with self.store.reading() as connection:
            override = cards.override_of(connection, patent.id)
        return with_override(technology_card(patent), override)

    def sleeping(self, patent: Patent, today: date) -> Sleeping:
        """Whether the patent counts as sleeping on this day, and why."""
        return sleeping(patent, today, self.sleeping_months)

    def pledge(self, patent: Patent, today: date) -> Pledge | None:
        """What is known of a pledge of the patent that is in force on this day."""
        with self.store.reading() as connection:
            recorded = programme.pledges_of(connection, [patent.id])
        return pledge_of(patent, recorded.get(patent.id, ()), today)

    def page(
        self, filters: Filters, *, today: date, after: PatentRow | None = None, limit: int = 50
    ) -> tuple[list[tuple[PatentRow, Patent]], int]:
        """At most `limit` patents after a row, in row order, and how many the filters allow."""
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
        """By facet, how many patents each of its values has under the other filters."""
        with self.store.reading() as connection:
            return facet_counts(
                connection, filters, today=today, sleeping_months=self.sleeping_months
            )
