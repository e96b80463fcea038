"""Names of organisations: one organisation under all the spellings of its name.

Width, brackets, blanks, punctuation, capital letters and traditional characters are spelling;
another legal form, such as 股份有限公司 beside 有限公司, is another organisation.
"""

from collections.abc import Sequence

from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _
from matcher.text.shingles import plain_text

MAX_NAMED = 12
"""Names that a refusal proposes."""


def organisation_key(name: str) -> str:
    """Return a key equal for any spelling of a name; the empty text for an empty one."""
    return plain_text(name) or name.strip()


def team_key(institution: str, team: str) -> tuple[str, str]:
    """Return a key equal for any spelling of a team and its institution."""
    return organisation_key(institution), organisation_key(team)


def find_name(text: str, names: Sequence[str], unknown: str) -> str:
    """Return the only name that is, ends with, or holds the text, in any spelling.

    Raises InputError, with the possible names, where there are several or, after `unknown`, none.
    """
    key = organisation_key(text)
    keys = {name: organisation_key(name) for name in names}
    for is_it in (
        lambda own: own == key,
        lambda own: own.endswith(key),
        lambda own: key in own,
    ):
        found = [name for name, own in keys.items() if key and is_it(own)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(
                _(
                    "{name!r} can be {names}: write more of it",
                    name=text,
                    names=_first(found),
                )
            )
    raise InputError(unknown + _("; it has {names}", names=_first(names) or "–"))


def _first(names: Sequence[str]) -> str:
    return listed([*names[:MAX_NAMED], *(["…"] if len(names) > MAX_NAMED else [])])


class Spellings:
    """One spelling for each organisation: the first that was asked for."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return the first spelling of this organisation."""
        return self._first.setdefault(organisation_key(name), name)
