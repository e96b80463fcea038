"""Messages to users in the language of the run or request, in the manner of gettext.

The English sentence in the code is the id of a message; its Chinese stands in `zh.po`.
"""

from functools import cache
from pathlib import Path

from matcher.language.choice import current_language

CATALOGUE = Path(__file__).with_name("zh.po")


def _(message: str, /, **values: object) -> str:
    """Return the message in the current language, with its `{name}` fields filled in.

    Fields are those of `str.format`. Without values the text is returned as it stands.
    """
    text = message if current_language() == "en" else _chinese().get(message, message)
    return text.format(**values) if values else text


def ngettext(singular: str, plural: str, n: float, /, **values: object) -> str:
    """Return the form for n things, with its fields filled in; `{n}` is the number."""
    if current_language() == "en":
        text = singular if n == 1 else plural
    else:
        text = _chinese().get(singular, plural)
    return text.format(n=n, **values)


def gettext_noop(message: str) -> str:
    """Mark a constant text as a message; `_` translates it where it is shown."""
    return message


@cache
def _chinese() -> dict[str, str]:
    """Read the catalogue: Chinese texts by id. Chinese has one plural form."""
    import polib  # English runs do without it

    entries = polib.pofile(str(CATALOGUE)).translated_entries()
    return {entry.msgid: entry.msgstr or entry.msgstr_plural[0] for entry in entries}
