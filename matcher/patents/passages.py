"""Passages of a patent: title with abstract, and each claim."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from matcher.text.characters import simplified
from matcher.types import Passage, Patent, PatentRow


def passages(row: PatentRow, patent: Patent) -> Iterator[Passage]:
    """Yield the indexed passages of a patent: title with abstract, then each claim."""
    title_and_abstract = f"{patent.title}\n{patent.abstract}".strip()
    yield Passage(row, "abstract", None, title_and_abstract)
    for claim in patent.claims:
        if claim.text.strip():
            yield Passage(row, "claim", claim.number, claim.text)


def in_simplified(patent: Patent) -> Patent:
    """Return the patent with its passages in simplified characters; offsets stay."""
    return replace(
        patent,
        title=simplified(patent.title),
        abstract=simplified(patent.abstract),
        claims=tuple(replace(claim, text=simplified(claim.text)) for claim in patent.claims),
    )


def passages_hash(patent: Patent) -> str:
    """Return a hash of the passages; a different hash means that the index is out of date."""
    digest = hashlib.sha256()
    for passage in passages(PatentRow(0), patent):
        digest.update(f"{passage.label}\x1f{passage.text}\x1e".encode())
    return digest.hexdigest()
