"""Assembly of an answer's matches: patent, evidence, rights, card, and the way to its team."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from matcher.embedding.card_table import IndexedCards
from matcher.evidence.finder import MatchEvidence
from matcher.patents.availability import availability
from matcher.patents.rights import years_left
from matcher.ports import FloatArray
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.fusion import ranks
from matcher.search.catalogue import Catalogue, PatentFacts
from matcher.search.selection import Selected
from matcher.store.database import StoreVersion
from matcher.types import Channel, Match


class AnswerBuilder:
    """Builds the matches of an answer. May be used from several threads."""

    def __init__(self, catalogue: Catalogue, cards: IndexedCards) -> None:
        """Take the catalogue, and the cards that indexing made."""
        self._catalogue = catalogue
        self._cards = cards

    def matches(
        self,
        candidates: Candidates,
        selected: Sequence[Selected],
        evidence: Sequence[MatchEvidence],
        today: date,
        version: StoreVersion | None = None,
    ) -> tuple[Match, ...]:
        """Build the matches of the selected results, in order; see `Catalogue.facts`."""
        facts = self._catalogue.facts([result.patent for result in selected], version)
        channels: dict[Channel, FloatArray] = {
            "dense": ranks(candidates.dense[:, 0]),
            "lexical": ranks(candidates.lexical[:, 0]),
        }
        return tuple(
            self._match(rank, result, shown, facts, channels, today)
            for rank, (result, shown) in enumerate(zip(selected, evidence, strict=True), start=1)
        )

    def _match(
        self,
        rank: int,
        result: Selected,
        shown: MatchEvidence,
        facts: PatentFacts,
        channels: Mapping[Channel, FloatArray],
        today: date,
    ) -> Match:
        patent = result.patent
        return Match(
            rank=rank,
            patent=patent,
            score=result.score,
            channels={
                name: None if np.isnan(own[result.position]) else int(own[result.position])
                for name, own in channels.items()
            },
            evidence=shown.evidence,
            sleeping=self._catalogue.sleeping(patent, today),
            years_left=years_left(patent, today),
            contact=facts.contact(patent),
            family_members=tuple(folded.id for folded in result.group.folded),
            unanswered=shown.unanswered,
            fit=shown.fit.label,
            fit_basis=shown.fit.basis,
            fit_gap=shown.fit.gap,
            card=facts.card(patent, self._cards),
            availability=availability(patent, today),
            pledge=facts.pledge(patent, today),
        )
