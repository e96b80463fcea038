"""The enterprise's person on a need's form: read only to be sealed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from matcher.importing.rows.row import Row

_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?"
    r"(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}(?:-\d{1,6})?"
    r"|[48]00[- ]?\d{3,4}[- ]?\d{3,4})"
    r"(?!\d)",
    re.ASCII,
)
"""A mobile or a land-line number with its area code, or a service number."""
_BARE_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,38}", re.ASCII)
"""What may stand alone in a column of phones."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LABELS = re.compile(r"联系(?:人|电话|方式)|姓名|电话|手机号?码?|邮箱|e-?mail|tel", re.IGNORECASE)
_NAME_AT_MOST = 60


def read_contact(row: Row) -> Mapping[str, str | None] | None:
    """Name, phone and e-mail, each of which may stand in another's column; None without any.

    What cannot be read is left out with a problem, which never shows it.
    """
    names, phones, emails = (
        [unicodedata.normalize("NFKC", text) for text in row.all(name)]
        for name in ("contact", "contact_phone", "contact_email")
    )
    everything = (*phones, *names, *emails)
    phone = _first(_PHONE, everything) or next(
        (text.strip() for text in phones if _BARE_PHONE.fullmatch(text.strip())), None
    )
    email = _first(_EMAIL, (*emails, *names, *phones))
    if phones and phone is None and email is None:
        row.complain("contact_phone", "left out: no phone number could be read in it")
    if emails and email is None:
        row.complain("contact_email", "left out: no e-mail address could be read in it")
    name = next(filter(None, map(_name, names)), None)
    if not (name or phone or email):
        return None
    return {"name": name, "phone": phone, "email": email}


def _first(pattern: re.Pattern[str], texts: Iterable[str]) -> str | None:
    return next((found[0] for text in texts if (found := pattern.search(text))), None)


def _name(text: str) -> str | None:
    """What is left of a cell without numbers, addresses and labels."""
    for pattern in (_EMAIL, _PHONE, _BARE_PHONE, _LABELS):
        text = pattern.sub(" ", text)
    name = " ".join(re.sub(r"[:;,/|()（）:；，、]", " ", text).split())
    return name if 0 < len(name) <= _NAME_AT_MOST else None
