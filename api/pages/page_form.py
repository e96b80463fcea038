"""Forms of pages whose fields stand in the address: what they show can be sent as a link."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, model_validator

from api.schemas.requests import FilterFields
from matcher.text.contact_clauses import clear_contacts
from matcher.types import Filters, LegalStatus

MAX_ADDRESS_BYTES = 6_000
"""Bytes of an address that browsers, gateways and chat programs pass on whole."""


class PageForm(FilterFields):
    """Filters of patents, by the names of the API; a page adds what it asks for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    texts: ClassVar[tuple[str, ...]] = ()
    """Fields in free words besides those of filters."""
    blank_counts: ClassVar[frozenset[str]] = frozenset()
    """Fields in which an empty text says something."""
    default_status: ClassVar[frozenset[LegalStatus]] = Filters().legal_status
    """Legal statuses that count where none is chosen."""

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, values: Any) -> Any:
        """Leave out the fields of the form that were not filled in."""
        if not isinstance(values, Mapping):
            return values
        kept = {}
        for name, value in values.items():
            filled = [each for each in value if each != ""] if isinstance(value, list) else value
            if name in cls.blank_counts or filled not in ("", []):
                kept[name] = filled
        return kept

    def cleared(self) -> tuple[Self, int]:
        """Return the form without contact data, and the number of places it was taken from."""
        changes: dict[str, Any] = {}
        places = 0
        for name in ("institutions", "pools", "alliances", *self.texts):
            value = getattr(self, name)
            given = value if isinstance(value, list) else [value or ""]
            results = [clear_contacts(text) for text in given]
            if taken := sum(len(result.taken) for result in results):
                places += taken
                left = [result.text for result in results]
                changes[name] = list(filter(None, left)) if isinstance(value, list) else left[0]
        return (self.model_copy(update=changes) if changes else self), places

    def parameters(self, leave_out: Collection[str] = ()) -> dict[str, list[str]]:
        """Return what the address holds, in a fixed order; a field at its default is left out."""
        told: dict[str, list[str]] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name in leave_out or value is None or value == field.get_default():
                continue
            if name == "legal_status" and self.to_filters().legal_status == self.default_status:
                continue
            told[name] = [
                _written(each) for each in (value if isinstance(value, list) else [value])
            ]
        return told


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
