"""Local ids of patents whose source gives no application number."""

import hashlib
import re
from collections.abc import Sequence

from matcher.text.characters import nfkc
from matcher.types import PatentId

LOCAL = "local:"
"""Prefix of a local id."""
LOCAL_ID = re.compile(r"local:[0-9a-f]{16}")


def id_of_publication(stem: str) -> PatentId:
    """Return the id of a case known by its publication number alone; the same for its A and B."""
    return _local("publication", stem)


def id_of_content(title: str, abstract: str, applicants: Sequence[str]) -> PatentId:
    """Return the id of a patent without any number, from its title, abstract and applicants."""
    return _local(
        "content", _normalised(title), _normalised(abstract), *map(_normalised, applicants)
    )


def is_local(identity: PatentId) -> bool:
    """True for a local id."""
    return identity.startswith(LOCAL)


def _local(*parts: str) -> PatentId:
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return PatentId(LOCAL + digest[:16])


def _normalised(text: str) -> str:
    """Text without blanks, full width and capitals, so that these do not change the id."""
    return re.sub(r"\s+", "", nfkc(text)).lower()
