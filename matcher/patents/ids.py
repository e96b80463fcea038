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


def id_of_source(column: str, own_id: str) -> PatentId:
    """Return the id of a patent without a number, from its id in its source (a Lens ID)."""
    return _local("source", re.sub(r"[\W_]+", "", column), _normalised(own_id))


def id_of_content(
    title: str,
    abstract: str,
    applicants: Sequence[str],
    written: Sequence[str] = (),
) -> PatentId:
    """Return the id of a patent without any number, from its title, abstract and applicants.

    `written` are numbers of its source that cannot be read.
    """
    parts = [_normalised(title), _normalised(abstract), *map(_normalised, applicants)]
    parts += [f"number {_normalised(number)}" for number in written]
    return _local("content", *parts)


def next_of_content(identity: PatentId, occurrence: int) -> PatentId:
    """Return the id of the first, second … patent of a file that have the same texts."""
    return identity if occurrence == 1 else _local("further", identity, str(occurrence))


def is_local(identity: PatentId) -> bool:
    """True for a local id."""
    return identity.startswith(LOCAL)


def _local(*parts: str) -> PatentId:
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return PatentId(LOCAL + digest[:16])


def _normalised(text: str) -> str:
    """Text without blanks, full width and capitals, so that these do not change the id."""
    return re.sub(r"\s+", "", nfkc(text)).lower()
