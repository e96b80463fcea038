"""Contact data in the texts of a need: taken out, and the person in it for keeping apart."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from matcher.needs.record import NeedDetails
from matcher.text.characters import nfkc
from matcher.text.contact_clauses import clear_contacts, is_contact_line, person_names
from matcher.text.personal_data import EMAIL, first_phone, has_mobile_phone
from matcher.types import Need

_Need = TypeVar("_Need", Need, NeedDetails)
_NUMBERS = frozenset({"id", "reference"})
"""Numbers of the enterprise or of the staff, left out where they are contact data."""
_NOT_TEXTS = frozenset({"credit_code"})


def without_contacts(need: _Need) -> tuple[_Need, tuple[str, ...]]:
    """Return the need without contact data in its texts, and the pieces taken out of them."""
    taken: list[str] = []

    def cleared(text: str) -> str:
        result = clear_contacts(text)
        taken.extend(result.taken)
        return result.text

    values: dict[str, object] = {}
    for name in (field.name for field in fields(need) if field.name not in _NOT_TEXTS):
        value = getattr(need, name)
        if name in _NUMBERS:
            if value and is_contact_number(value):
                taken.append(value)
                values[name] = None
        elif isinstance(value, str):
            values[name] = cleared(value) or ("" if name == "text" else None)
        elif name == "keywords":
            values[name] = tuple(filter(None, map(cleared, value)))
    return (replace(need, **values) if taken else need), tuple(taken)  # type: ignore[arg-type]


def is_contact_number(reference: str) -> bool:
    """Return True for a reference that is the name, phone or e-mail of a person."""
    return bool(
        has_mobile_phone(reference) or EMAIL.search(reference) or is_contact_line(reference)
    )


def contact_person(pieces: Sequence[str]) -> Mapping[str, str | None] | None:
    """Return the first name, phone and e-mail in pieces taken out of a text; None without any."""
    text = "\n".join(map(nfkc, pieces))
    phone, email = first_phone(text), EMAIL.search(text)
    name = next(person_names(pieces), None)
    if not (name or phone or email):
        return None
    return {"name": name, "phone": phone, "email": email and email[0]}
