"""The form of the catalogue page: words, filters, order and page, all in the address."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from api.schemas.requests import MAX_WORDS_LENGTH, NO_NUL, FilterFields, Name
from matcher.search.catalogue_query import CatalogueQuery, Order

PAGE_LENGTH = 20
MAX_PAGE = 100_000
MAX_PRINTED = 1_000
"""Patents of a PDF that a page makes: some twenty seconds of one processor."""


class CatalogueForm(FilterFields):
    """A search of the catalogue."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    words: Annotated[str, Field(max_length=MAX_WORDS_LENGTH, pattern=NO_NUL)] = ""
    institution: Name | None = None
    """Whole name of the institution."""
    team: Name | None = None
    """Whole name of one of its teams."""
    order: Order = "best"
    page: int = Field(default=1, ge=1, le=MAX_PAGE)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: Any) -> Any:
        """Leave out the fields of the form that were not filled in."""
        if not isinstance(values, Mapping):
            return values
        filled = {
            name: [each for each in value if each != ""] if isinstance(value, list) else value
            for name, value in values.items()
        }
        return {name: value for name, value in filled.items() if value not in ("", [])}

    def to_query(self) -> CatalogueQuery:
        """Return the search of the engine."""
        return CatalogueQuery(
            self.words, self.to_filters(), self.institution, self.team, self.order
        )

    def parameters(self) -> dict[str, list[str]]:
        """Return what an address of this search holds, without order and page."""
        told: dict[str, list[str]] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name in ("order", "page") or value == field.get_default():
                continue
            values = value if isinstance(value, list) else [value]
            told[name] = [_written(each) for each in values]
        return told


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
