"""Sessions of the pages: the token in the cookie, its form token, and its end.

The token has 256 random bits. The database keeps its HMAC under the pepper, as of API keys, so
that a stolen database opens no session.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from matcher.access.accounts import Account

IDLE = timedelta(hours=12)
"""Time without a request after which a session ends: a working day goes by without another
sign-in, and a browser left behind at a desk or a fair is signed out by the next morning."""
ABSOLUTE = timedelta(days=7)
"""Time after which a session ends in any case: a stolen cookie is of no use after a week."""
KNOWN_BROWSER = timedelta(days=180)
"""Time for which a browser counts as known after a sign-in."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """Stored session of an account or of a key."""

    hashed: str
    account: str | None
    api_key: str | None
    created_at: datetime
    last_seen_at: datetime


def new_token() -> str:
    """Return a new token: 256 random bits, 43 characters."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """True if a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def hash_token(token: str, pepper: bytes) -> str:
    """Return the keyed hash under which a session is stored."""
    return _keyed(pepper, f"session:{token}")


def form_token(token: str) -> str:
    """Return the token of the forms of a session (CSRF): only who has the cookie can make it."""
    return _keyed(token.encode(), "form")


def is_form_token(sent: str, token: str) -> bool:
    """True if the sent value is the form token of the session."""
    return hmac.compare_digest(sent.encode("utf-8", "replace"), form_token(token).encode())


def known_browser_token(account: Account, moment: datetime, pepper: bytes) -> str:
    """Return the value by which a browser is known in which the account has signed in.

    It ends with the password, and KNOWN_BROWSER after the moment.
    """
    issued = f"{int(moment.timestamp())}"
    return f"{issued}.{_known(account, issued, pepper).decode()}"


def knows(sent: str | None, account: Account, moment: datetime, pepper: bytes) -> bool:
    """True if the value that a browser sent shows that the account has signed in there."""
    issued, _dot, proof = (sent or "").partition(".")
    if not re.fullmatch(r"[0-9]{1,11}", issued):
        return False
    age = moment.timestamp() - int(issued)
    right = hmac.compare_digest(proof.encode("utf-8", "replace"), _known(account, issued, pepper))
    return right and age < KNOWN_BROWSER.total_seconds()


def _known(account: Account, issued: str, pepper: bytes) -> bytes:
    password_set = account.password_set_at.isoformat()
    return _keyed(pepper, f"browser:{account.id}:{password_set}:{issued}").encode()


def _keyed(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), sha256).hexdigest()
