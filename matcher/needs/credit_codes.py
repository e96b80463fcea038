"""Unified social credit codes (统一社会信用代码), as GB 32100-2015 makes them.

18 characters: the registering authority, the kind of organisation, six digits of the region, nine
characters of the organisation, and a check character over all of these. (The module of
python-stdnum refuses the letters that the first two may be, as in N2 of rural collectives.)
"""

import re

from matcher.errors import InputError
from matcher.language.messages import _

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of the standard: I, O, S, V and Z are not among them."""
_FORM = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")


def credit_code(written: str) -> str:
    """Return the code without blanks, in capitals. Raises InputError for an impossible code."""
    code = re.sub(r"[\s-]", "", written).upper()
    if not _FORM.fullmatch(code):
        raise InputError(
            _(
                "a unified social credit code has 18 characters: digits and capitals but I, O, "
                "S, V, Z"
            )
        )
    if check_character(code[:17]) != code[17]:
        raise InputError(_("the credit code's last character does not fit the others: look again"))
    return code


def check_character(body: str) -> str:
    """Return the 18th character from the 17 before it: weights are the powers of 3, modulo 31."""
    total = sum(_ALPHABET.index(character) * 3**position for position, character in enumerate(body))
    return _ALPHABET[-total % 31]
