"""From a ranking to what an answer shows: folded, spread over teams, each with its evidence."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from matcher.evidence.finder import EvidenceFinder, Sought
from matcher.patents.availability import availability, by_availability
from matcher.patents.cards.card import technology_card, with_override
from matcher.patents.families import Folding, Group
from matcher.patents.pledges import pledge_of
from matcher.patents.rights import years_left
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.diversity import diversify, pool_size
from matcher.retrieval.fusion import FloatArray, rank_numbers
from matcher.retrieval.scoring import Ranking
from matcher.search.catalogue import Catalogue
from matcher.store import (
    cards,
    institutions,
    patents,
    programme,
)
from matcher.types import Channel, Match, PatentRow


class Presenter:
    """Turns rankings into matches. May be used from several threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        finder: EvidenceFinder,
        diversity: float,
        availability: float = 0.0,
    ) -> None:
        """If nothing is said, `diversity` is how much a team's further patents give way, and
        `availability` how much readily available ones come first, both 0 to 1.
        """
        self._catalogue = catalogue
        self._finder = finder
        self._diversity = diversity
        self._availability = availability

    def matches(
        self,
        sought: Sought,
        ranking: Ranking,
        k: int,
        today: date,
        diversity: float | None = None,
        weight: float | None = None,
    ) -> tuple[Match, ...]:
        """The first k results; what says the same as a better one is folded into it.

        `weight` is how much readily available patents come first.
        Raises InputError for a diversity or weight outside 0 to 1.
        """
        strength = self._diversity if diversity is None else diversity
        weight = self._availability if weight is None else weight
        found = ranking.candidates.patents
        pool = self._folded(
            [int(found[i]) for i in ranking.order], pool_size(k, max(strength, weight))
        )
        if weight:
            pool = self._available_first(pool, ranking, weight, today)
        places = [int(np.searchsorted(found, group.row)) for group in pool]
        scores = sorted(ranking.scores[places].tolist(), reverse=True)
        order = diversify(scores, [group.patent for group in pool], strength)[:k]
        # The scores are dealt out along the new order, so that they still fall.
        return self._present(
            sought,
            ranking.candidates,
            [(pool[n], places[n], score) for n, score in zip(order, scores, strict=False)],
            today,
        )

    def _available_first(
        self, pool: Sequence[Group], ranking: Ranking, weight: float, today: date
    ) -> list[Group]:
        places = np.searchsorted(ranking.candidates.patents, [group.row for group in pool])
        known = [availability(group.patent, today) for group in pool]
        order = by_availability(ranking.scores[places].tolist(), known, weight)
        return [pool[place] for place in order]

    def passage_texts(self, ranking: Ranking, count: int) -> list[str]:
        """The passage nearest to the need of each of the first `count` patents, under its title.

        Of a patent that left the catalogue, and those after it, nothing is given.
        """
        first = ranking.order[:count]
        rows = [int(row) for row in ranking.candidates.patents[first]]
        with self._catalogue.store.reading() as connection:
            known = patents.by_rows(connection, rows)
        texts = []
        for row, number in zip(rows, ranking.candidates.best_claim[first], strict=True):
            if (patent := known.get(PatentRow(row))) is None:
                break
            claim = next((one.text for one in patent.claims if one.number == number), None)
            texts.append("\n".join(filter(None, (patent.title, claim or patent.abstract))))
        return texts

    def _present(
        self,
        sought: Sought,
        candidates: Candidates,
        chosen: Sequence[tuple[Group, int, float]],
        today: date,
    ) -> tuple[Match, ...]:
        """A match for each group with its place in the candidates and its score, in order."""
        channels: dict[Channel, FloatArray] = {
            "dense": rank_numbers(candidates.dense[:, 0]),
            "lexical": rank_numbers(candidates.lexical[:, 0]),
        }
        shown = self._finder.find(sought, [(group.row, group.patent) for group, _, _ in chosen])
        matches = []
        with self._catalogue.store.reading() as connection:
            own_cards = cards.overrides_by_rows(connection, [group.row for group, _, _ in chosen])
            pledged = programme.pledges_of(connection, [group.patent.id for group, _, _ in chosen])
            for number, ((group, place, score), one) in enumerate(
                zip(chosen, shown, strict=True), start=1
            ):
                patent = group.patent
                card = with_override(technology_card(patent), own_cards.get(group.row))
                matches.append(
                    Match(
                        rank=number,
                        patent=patent,
                        score=score,
                        channels={
                            name: None if np.isnan(ranks[place]) else int(ranks[place])
                            for name, ranks in channels.items()
                        },
                        evidence=one.evidence,
                        sleeping=self._catalogue.sleeping(patent, today),
                        years_left=years_left(patent, today),
                        contact=institutions.tto_contact(connection, patent.institution),
                        family_members=tuple(folded.id for folded in group.folded),
                        unanswered=one.unanswered,
                        fit=one.fit,
                        card=card,
                        availability=availability(patent, today),
                        pledge=pledge_of(patent, pledged.get(patent.id, ()), today),
                    )
                )
        return tuple(matches)

    def _folded(self, rows: Sequence[int], most: int) -> list[Group]:
        """The first groups of the ranked rows, each with the others that were seen meanwhile.

        Patents that left the catalogue since the index was built are passed over.
        """
        folding = Folding()
        at_once = most + most // 3  # some fold into others
        for start in range(0, len(rows), at_once):
            chunk = rows[start : start + at_once]
            with self._catalogue.store.reading() as connection:
                known = patents.by_rows(connection, chunk)
            for row in chunk:
                if (patent := known.get(PatentRow(row))) is not None:
                    folding.add(PatentRow(row), patent)
            if len(folding.groups) >= most:
                break
        return folding.groups[:most]
