"""The form of the navigation page: a query and filters, and on the page of needs a set of them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from api.schemas.fields import RecordId
from api.schemas.requests import FilterFields, Text
from matcher.landscape.demand import AskedNeed
from matcher.landscape.scope import Scope
from matcher.needs.contact_data import without_contacts
from matcher.types import Filters, LegalStatus, Need

MAX_NEEDS = 50
"""Needs of a set."""
_EVERY_STATUS = sorted(LegalStatus)


class NavigationForm(FilterFields):
    """A scope of patents. Without a status every one is counted."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: Text = ""
    need: Annotated[list[RecordId], Field(max_length=MAX_NEEDS)] = Field(default=[])
    """Ids of stored needs, of which only the page of needs takes notice."""

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: Any) -> Any:
        """Leave out the fields of the form that were not filled in."""
        if not isinstance(values, Mapping):
            return values
        kept = {}
        for name, value in values.items():
            filled = [v for v in value if v.strip()] if isinstance(value, list) else value
            if filled not in ("", []):
                kept[name] = filled
        return kept

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

    def cleared(self) -> tuple[Self, int]:
        """Return the form without contact data, and the number of places it was taken from."""
        need, taken = without_contacts(Need(text=self.q))
        return (self.model_copy(update={"q": need.text}) if taken else self), len(taken)

    def query(self, *, with_needs: bool = False) -> dict[str, Any]:
        """Return the parameters of an address of this scope; those at their default are left out.

        Needs are left out unless the address is of the page of needs.
        """
        return dict(self._values(with_needs))

    @property
    def has_further_filters(self) -> bool:
        """True if a filter narrows besides industry and legal status."""
        return bool(self.query().keys() - {"q", "industries", "legal_status"})

    def _values(self, with_needs: bool) -> Iterator[tuple[str, Any]]:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value == field.get_default() or (name == "need" and not with_needs):
                continue
            if name == "legal_status" and self.to_filters() == self._every_status():
                continue
            yield name, str(value).lower() if isinstance(value, bool) else _plain(value)

    def _every_status(self) -> Filters:
        return self.model_copy(update={"legal_status": []}).to_filters()


def _plain(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) else value
