"""Addresses of an index in Milvus: a server over http or https, or a file of milvus-lite."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from matcher.errors import InputError
from matcher.language.messages import _

SCHEME = "milvus+"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
"""Names that Milvus takes for a collection, with room for our endings."""


@dataclass(frozen=True)
class MilvusAddress:
    """Server, or file of milvus-lite, and what it takes to be let in."""

    uri: str
    """Address as the client takes it, without the scheme of ours and the database."""
    name: str
    """Alias of the published collection, and the beginning of the names of all of them."""
    database: str = ""
    token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    seconds: float = 30.0
    """Time limit of one call."""

    @property
    def is_lite(self) -> bool:
        """True for a file of milvus-lite."""
        return "://" not in self.uri


def parse(value: str) -> tuple[str, str]:
    """Return the client's address and the database of `milvus+http://HOST:PORT/DATABASE`.

    Raises InputError for anything else; a password in it is refused, and not repeated.
    """
    rest = value.removeprefix(SCHEME)
    if rest.startswith("file:"):
        path = rest.removeprefix("file:")
        if not path.endswith(".db"):
            raise _refused(_("the file of milvus-lite ends with .db"))
        return path, ""
    try:
        parts = urlsplit(rest)
        port = parts.port
    except ValueError:
        raise _refused(_("the port is not a number")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not value.startswith(SCHEME):
        raise _refused(_("the address cannot be read"))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _refused(_("put the token into MATCHER_INDEX_TOKEN, not into the address"))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or 19530}", parts.path.strip("/")


def check_name(name: str) -> str:
    """Return a name that Milvus takes. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(
            _("the setting MATCHER_INDEX_NAME takes letters of English, digits and underscores")
        )
    return name


def _refused(reason: str) -> InputError:
    return InputError(
        _(
            "the setting MATCHER_INDEX cannot be used: {reason}; give files, "
            "milvus+http://HOST:19530, milvus+https://HOST:19530 or milvus+file:PATH.db",
            reason=reason,
        )
    )
