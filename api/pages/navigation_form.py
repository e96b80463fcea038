"""The form of the navigation page: a query and filters, and on the page of needs a set of them."""

from typing import Annotated, ClassVar

from pydantic import Field

from api.pages.page_form import PageForm
from api.schemas.fields import RecordId
from api.schemas.requests import Text
from matcher.landscape.demand import AskedNeed
from matcher.landscape.scope import Scope
from matcher.types import Filters, LegalStatus

MAX_NEEDS = 50
"""Needs of a set."""
_EVERY_STATUS = sorted(LegalStatus)


class NavigationForm(PageForm):
    """A scope of patents. Without a status every one is counted."""

    texts: ClassVar[tuple[str, ...]] = ("q",)
    default_status: ClassVar[frozenset[LegalStatus]] = frozenset(LegalStatus)

    q: Text = ""
    need: Annotated[list[RecordId], Field(max_length=MAX_NEEDS)] = Field(default=[])
    """Ids of stored needs, of which only the page of needs takes notice."""

    def to_filters(self) -> Filters:
        """Return the filters of the engine: every status where none is chosen."""
        if not self.legal_status:
            every = self.model_copy(update={"legal_status": _EVERY_STATUS})
            return every.to_filters()
        return super().to_filters()

    def scope(self, needs: tuple[AskedNeed, ...] = ()) -> Scope:
        """Return the scope of the landscape."""
        query = self.q.strip() or None
        return Scope(self.to_filters(), query, tuple(asked.need for asked in needs))

    def query(self, *, with_needs: bool = False) -> dict[str, list[str]]:
        """Return the parameters of an address of this scope; those at their default are left out.

        Needs are left out unless the address is of the page of needs.
        """
        return self.parameters(() if with_needs else ("need",))

    @property
    def has_further_filters(self) -> bool:
        """True if a filter narrows besides industry and legal status."""
        return bool(self.query().keys() - {"q", "industries", "legal_status"})
