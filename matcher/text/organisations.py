"""Names of organisations: one organisation under all the spellings of its name.

Width, brackets, blanks, punctuation, capital letters and traditional characters are spelling;
another legal form, such as 股份有限公司 beside 有限公司, is another organisation.
"""

from matcher.text.shingles import plain_text


def organisation_key(name: str) -> str:
    """Return a key equal for any spelling of a name; the empty text for an empty one."""
    return plain_text(name) or name.strip()


def team_key(institution: str, team: str) -> tuple[str, str]:
    """Return a key equal for any spelling of a team and its institution."""
    return organisation_key(institution), organisation_key(team)


class Spellings:
    """One spelling for each organisation: the first that was asked for."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return the first spelling of this organisation."""
        return self._first.setdefault(organisation_key(name), name)
