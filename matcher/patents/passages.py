"""Passages of a patent: title with abstract, and each claim."""

import hashlib
from collections.abc import Iterator

from matcher.types import Passage, Patent, PatentRow


def passages(row: PatentRow, patent: Patent) -> Iterator[Passage]:
    """Yield the indexed passages of a patent: title with abstract, then each claim."""
    title_and_abstract = f"{patent.title}\n{patent.abstract}".strip()
    yield Passage(row, "abstract", None, title_and_abstract)
    for claim in patent.claims:
        if claim.text.strip():
            yield Passage(row, "claim", claim.number, claim.text)


def passages_hash(patent: Patent) -> str:
    """Return a hash of the passages; a different hash means that the index is out of date."""
    digest = hashlib.sha256()
    for passage in passages(PatentRow(0), patent):
        digest.update(f"{passage.label}\x1f{passage.text}\x1e".encode())
    return digest.hexdigest()
