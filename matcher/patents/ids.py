"""Ids of our own, for patents whose source gives no application number."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from matcher.types import PatentId

LOCAL = "local:"


def id_of_publication(stem: str) -> PatentId:
    """The id of a case known by its publication number alone, the same for its A and B."""
    return _local("publication", stem)


def id_of_content(title: str, abstract: str, applicants: Sequence[str]) -> PatentId:
    """The id of a patent without any number; another title, abstract or applicant is another."""
    return _local("content", _plain(title), _plain(abstract), *map(_plain, applicants))


def is_local(identity: PatentId) -> bool:
    """Whether the id is one of our own."""
    return identity.startswith(LOCAL)


def _local(*parts: str) -> PatentId:
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return PatentId(LOCAL + digest[:16])


def _plain(text: str) -> str:
    """Blanks, full width and capitals make no other patent."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
