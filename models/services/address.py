"""Addresses of encoder and rerank services: `openai+http://HOST:PORT/v1#NAME`."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from matcher.errors import ModelError
from matcher.language.messages import _

Dialect = Literal["openai", "tei"]
_SCHEME = re.compile(r"(?P<dialect>openai|tei)\+(?P<scheme>https?)://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """Address of a service, and the model to ask it for."""

    dialect: Dialect
    url: str
    """Begins with http:// or https://, ends without a slash; it holds no secret."""
    model: str

    @property
    def name(self) -> str:
        """Name of the model for people and indexes; the same wherever the service moves."""
        return f"{self.dialect}#{self.model}"


def service_address(name: str) -> ServiceAddress | None:
    """Read the address of a service; None for the name or folder of a model.

    Raises ModelError for an address that cannot be used, without repeating it: it may hold a key.
    """
    match = _SCHEME.match(name)
    if match is None:
        if "://" in name:
            raise ModelError(
                _(
                    "the address of a model service begins with openai+http://, openai+https://, "
                    "tei+http:// or tei+https://"
                )
            )
        return None
    try:
        parts = urlsplit(name.removeprefix(match["dialect"] + "+"))
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_complete = False
    if not is_complete:
        raise ModelError(_("the address of a model service has no host, or no port that exists"))
    _refuse_secrets(parts)
    if not parts.fragment.strip():
        raise ModelError(
            _(
                "the address of a model service ends with # and the name of the model: "
                "openai+http://HOST/v1#NAME"
            )
        )
    url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    dialect: Dialect = "tei" if match["dialect"].lower() == "tei" else "openai"
    return ServiceAddress(dialect, url, parts.fragment.strip())


def _refuse_secrets(parts: SplitResult) -> None:
    if "@" in parts.netloc or parts.query:
        raise ModelError(
            _(
                "the address of a model service holds a user, a password or a query; take them "
                "out: its key belongs in MATCHER_MODEL_KEY or MATCHER_RERANKER_KEY, which no "
                "log shows"
            )
        )
