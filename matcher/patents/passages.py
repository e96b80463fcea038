"""Passages of a patent: title with abstract, and each claim."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from matcher.text.characters import simplified
from matcher.types import Passage, Patent, PatentRow


def passages(row: PatentRow, patent: Patent) -> Iterator[Passage]:
    """Yield the indexed passages of a patent: title with abstract, then each claim."""
    yield Passage(row, "abstract", None, _title_and_abstract(patent))
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
    texts = [f"abstract\x1f{_title_and_abstract(patent)}\x1e"]
    texts += [
        f"claim {claim.number}\x1f{claim.text}\x1e" for claim in patent.claims if claim.text.strip()
    ]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _title_and_abstract(patent: Patent) -> str:
    return f"{patent.title}\n{patent.abstract}".strip()
