"""The form of the catalogue page: words, filters, order and page, all in the address."""

from typing import Annotated, ClassVar

from pydantic import Field

from api.pages.page_form import PageForm
from api.schemas.requests import MAX_WORDS_LENGTH, NO_NUL, Name
from matcher.search.catalogue_query import CatalogueQuery, Order

PAGE_LENGTH = 20
MAX_PAGE = 100_000
MAX_PRINTED = 1_000
"""Patents of a PDF that a page makes; a larger one takes the command."""


class CatalogueForm(PageForm):
    """A search of the catalogue."""

    texts: ClassVar[tuple[str, ...]] = ("words",)

    words: Annotated[str, Field(max_length=MAX_WORDS_LENGTH, pattern=NO_NUL)] = ""
    institution: Name | None = None
    """Whole name of the institution."""
    team: Name | None = None
    """Whole name of one of its teams."""
    order: Order = "best"
    page: int = Field(default=1, ge=1, le=MAX_PAGE)

    def to_query(self) -> CatalogueQuery:
        """Return the search of the engine."""
        return CatalogueQuery(
            self.words, self.to_filters(), self.institution, self.team, self.order
        )
