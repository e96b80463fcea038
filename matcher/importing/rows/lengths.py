"""Maximum lengths of the names in a row of patents or teams: those of the database columns."""

from collections.abc import Mapping

from matcher.importing.rows.row import Row
from matcher.language.messages import _

MAX_CHARACTERS: Mapping[str, int] = {
    "institution": 200,
    "team": 200,
    "college": 200,
    "team_lead": 100,
    "contact_name": 100,
    "tto_name": 200,
    "tto_phone": 60,
    "tto_email": 200,
}
"""Characters of a cell that holds one name, by field."""
MAX_ORGANISATION_CHARACTERS = 200
"""Characters of each name in a cell that lists owners or applicants."""


def names_fit(row: Row) -> bool:
    """True if every name is short enough; the first that is too long becomes a problem."""
    for field, limit in MAX_CHARACTERS.items():
        if len(row.get(field)) > limit:
            fix = _(
                "this is longer than {limit} characters: is it in the right column? shorten it",
                limit=limit,
            )
            row.complain(field, fix, refused=True)
            return False
    for field in ("owner", "applicant"):
        if len(row.get(field)) <= MAX_ORGANISATION_CHARACTERS // 2:
            continue  # a legal form that is joined to its name adds a blank
        if any(len(name) > MAX_ORGANISATION_CHARACTERS for name in row.organisations(field)):
            fix = _(
                "a name here is longer than {most} characters: put ; "
                "between the names, or shorten it",
                most=MAX_ORGANISATION_CHARACTERS,
            )
            row.complain(field, fix, refused=True)
            return False
    return True
