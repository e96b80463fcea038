"""Options of a model service."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Options of asking an encoder or rerank service."""

    key: SecretStr | None = None
    window: int | None = None
    """Tokens of a text (for a reranker: of a pair); None: what the service says, else a default."""
    seconds: float = 60.0
    """Time limit of a request with all its attempts."""
    requests: int = 4
    """Requests at once."""
    first_wait: float = 0.5
    """Seconds before the second attempt; they double with each further one."""
    probes: Path | None = None
    """File of reference probes by model; None: the fingerprint is of one probe alone."""
