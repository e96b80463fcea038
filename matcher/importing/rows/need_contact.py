"""Contact person of the enterprise on a need's form; read only to be encrypted."""

import re
from collections.abc import Iterable, Mapping

from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.text.characters import nfkc
from matcher.text.contact_names import label_in_cell
from matcher.text.personal_data import CONTACT_CELL_PHONE, CONTACT_CELL_VALUE, EMAIL

_MAX_NAME_CHARACTERS = 60
_BEHIND_NAME = re.compile(
    r"(?<=\S)\s+(?:(?:填表|填报)?日\s*期|时间|微信|we-?chat|wx|vx|qq|钉钉|地址|邮编|职[务称]|部门|20\d\d[年./-]"
    r"|[\u4e00-\u9fff]{2,7}[省市区县]).*",
    re.IGNORECASE | re.DOTALL,
)
"""Further entries of a cell behind the name."""


def read_contact(row: Row) -> Mapping[str, str | None] | None:
    """Read name, phone and e-mail, each of which may stand in another's column; None without any.

    An unreadable value is left out with a problem, which never shows it.
    """
    names, phones, emails = (
        [nfkc(text) for text in row.all(name)]
        for name in ("contact", "contact_phone", "contact_email")
    )
    texts = (*phones, *names, *emails)
    phone = _first(CONTACT_CELL_PHONE, texts) or next(
        (text.strip() for text in phones if CONTACT_CELL_VALUE.fullmatch(text.strip())), None
    )
    email = _first(EMAIL, (*emails, *names, *phones))
    if phones and phone is None and email is None:
        row.complain("contact_phone", _("left out: no phone number could be read in it"))
    if emails and email is None:
        row.complain("contact_email", _("left out: no e-mail address could be read in it"))
    name = next(filter(None, map(_name, names)), None)
    if not (name or phone or email):
        return None
    return {"name": name, "phone": phone, "email": email}


def _first(pattern: re.Pattern[str], texts: Iterable[str]) -> str | None:
    return next((match[0] for text in texts if (match := pattern.search(text))), None)


def _name(text: str) -> str | None:
    """Return a cell without phone numbers, e-mail addresses and labels; None if nothing is left."""
    text = _BEHIND_NAME.sub("", text)
    for pattern in (EMAIL, CONTACT_CELL_PHONE, CONTACT_CELL_VALUE, label_in_cell()):
        text = pattern.sub(" ", text)
    name = " ".join(re.sub(r"[:;,/|()（）:；，、]", " ", text).split())
    return name if 0 < len(name) <= _MAX_NAME_CHARACTERS else None
