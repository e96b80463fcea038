"""Texts by whose words a patent is found in the catalogue."""

from collections.abc import Iterator

from matcher.types import Patent
from matcher.types.words import PatentWords

APART = "\n¶\n"
"""Between texts, so that no phrase runs from one into the next."""


def patent_words(patent: Patent) -> PatentWords:
    """Return the texts by whose words a patent is found: no inventor, no contact."""
    claims = (claim.text for claim in patent.claims)
    return PatentWords(
        patent.title, APART.join((patent.abstract, *claims)), APART.join(_names(patent))
    )


def _names(patent: Patent) -> Iterator[str]:
    yield from dict.fromkeys((*patent.applicants, *patent.owners, patent.institution or ""))
    if patent.team is not None:
        yield from filter(None, (patent.team.name, patent.team.college))
    for number in filter(None, (patent.application_number, patent.publication_number)):
        yield number
        if number.startswith("CN"):
            yield number.removeprefix("CN")
    yield from patent.ipc
