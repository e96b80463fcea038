"""How long the names in a row of patents or teams may be: the database keeps no longer ones."""

from collections.abc import Mapping

from matcher.importing.rows.row import Row
from matcher.patents.names import read_organisations

MOST: Mapping[str, int] = {
    "institution": 200,
    "team": 200,
    "college": 200,
    "team_lead": 100,
    "contact_name": 100,
    "tto_name": 200,
    "tto_phone": 60,
    "tto_email": 200,
}
"""Characters of a cell that is one name."""
ORGANISATION_MOST = 200
"""Characters of each name in a cell that lists owners or applicants."""


def names_fit(row: Row) -> bool:
    """Whether every name is short enough; the first that is not becomes a problem."""
    for field, most in MOST.items():
        if len(row.get(field)) > most:
            mend = f"this is longer than {most} characters: is it in the right column? shorten it"
            row.complain(field, mend, refused=True)
            return False
    for field in ("owner", "applicant"):
        if any(len(name) > ORGANISATION_MOST for name in read_organisations(row.get(field))):
            mend = (
                f"a name here is longer than {ORGANISATION_MOST} characters: put ; between the "
                "names, or shorten it"
            )
            row.complain(field, mend, refused=True)
            return False
    return True
