"""From a ranking made by hand to what an answer shows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from matcher.evidence.finder import EvidenceFinder, EvidenceQuery
from matcher.patents.cards.card import CardOverride, technology_card
from matcher.ports import Encoder
from matcher.retrieval.query import NeedQuery, Query
from matcher.retrieval.retriever import Retriever
from matcher.retrieval.scoring import Ranking
from matcher.search.answers import AnswerBuilder
from matcher.search.catalogue import Catalogue
from matcher.search.options import Weights
from matcher.search.selection import PatentReader, best_passages, select_results
from matcher.settings import Settings
from matcher.store import cards, patents
from matcher.types import Match, NeedPart, Patent, TeamRef
from matcher.wiring.open import open_catalogue
from models.fake import FakeEncoder
from tests.support.engines import keep_only, save, settings_for
from tests.support.exact_retriever import exact_retriever
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    INSTITUTION,
    SEPARATOR,
    TODAY,
    TTO,
    sibling,
)

NAN = float("nan")
TEXT = "电池隔膜的陶瓷层"


class Shop:
    """A catalogue with an exact index over it, and rankings of its patents."""

    def __init__(self, settings: Settings, catalogue: Catalogue, encoder: Encoder) -> None:
        self.settings = settings
        self.catalogue = catalogue
        with catalogue.store.reading() as connection:
            listed = list(patents.each(connection))
        self._row = {patent.id: int(row) for row, patent in listed}
        self._retriever: Retriever = exact_retriever(encoder, listed)
        self._finder = EvidenceFinder(encoder, self._retriever.index)
        self._pieces = encoder.encode([TEXT], "query")

    def results(self, ranking: Ranking, k: int, diversity: float = 0.0) -> tuple[Match, ...]:
        """Matches of an answer with this ranking."""
        reader = PatentReader(self.catalogue.store)
        selected = select_results(ranking, reader, k, Weights(diversity, 0.0), TODAY)
        query = EvidenceQuery(TEXT, (NeedPart("title", TEXT),), self._pieces, self._pieces)
        shown = [(result.row, result.patent) for result in selected]
        evidence = self._finder.find(query, ranking.candidates, shown)
        builder = AnswerBuilder(self.catalogue, self._retriever.index.cards)
        return builder.matches(ranking.candidates, selected, evidence, TODAY)

    def passages(self, ranking: Ranking, depth: int) -> list[str]:
        """Passages for a reranker."""
        return best_passages(ranking, PatentReader(self.catalogue.store), depth)

    def ranking(
        self,
        best_first: Sequence[Patent],
        *,
        claims: Sequence[int] | None = None,
        lexical: Sequence[float] | None = None,
    ) -> Ranking:
        """Ranking of these patents in this order, with falling scores; options are per patent."""
        rows = np.array([self._row[patent.id] for patent in best_first], dtype=np.int64)
        scores = np.linspace(3, -1, len(rows))
        by_row = np.argsort(rows)
        lexical_scores = np.array(lexical if lexical is not None else scores, dtype=np.float64)
        best_claim = np.array(claims if claims is not None else [0] * len(rows), dtype=np.int64)
        candidates = replace(
            self._retriever.score(NeedQuery(Query(TEXT, self._pieces)), rows[by_row]),
            dense=scores[by_row][:, None],
            lexical=lexical_scores[by_row][:, None],
            best_claim=best_claim[by_row],
        )
        return Ranking(candidates, np.argsort(by_row), scores[by_row])


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


def opened(home: Path, records: Sequence[Patent], encoder: Encoder) -> Iterator[Shop]:
    settings = settings_for(home)
    save(settings, *records)
    with open_catalogue(settings) as catalogue:
        yield Shop(settings, catalogue, encoder)


@pytest.fixture
def shop(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Shop]:
    yield from opened(tmp_path, ALL, encoder)


def test_results_come_in_the_order_of_the_ranking_with_its_scores(shop: Shop) -> None:
    ranking = shop.ranking([BEARING, SEPARATOR, GRIPPER])
    matches = shop.results(ranking, 10)
    assert [match.patent for match in matches] == [BEARING, SEPARATOR, GRIPPER]
    assert [match.rank for match in matches] == [1, 2, 3]
    assert [match.score for match in matches] == [3, 1, -1]
    first = shop.results(ranking, 2)
    assert [match.patent for match in first] == [BEARING, SEPARATOR]


def test_a_match_has_channel_ranks_rights_contact_and_evidence(shop: Shop) -> None:
    ranking = shop.ranking([BEARING, SEPARATOR, GRIPPER], lexical=[1.0, 2.0, NAN])
    of_bearing, of_separator, of_gripper = shop.results(ranking, 3)
    assert of_bearing.channels == {"dense": 1, "lexical": 2}
    assert of_separator.channels == {"dense": 2, "lexical": 1}
    assert of_gripper.channels == {"dense": 3, "lexical": None}
    assert of_separator.contact == TTO and of_gripper.contact is None
    assert of_separator.sleeping.is_sleeping and of_separator.years_left == pytest.approx(
        12.75, 0.01
    )
    assert of_separator.evidence[0].passage in ("claim 1", "claim 2")
    assert of_separator.unanswered == () and of_bearing.unanswered == ("title",)
    assert of_separator.card == technology_card(SEPARATOR) != of_bearing.card


def test_a_card_of_the_institution_replaces_the_extracted_one(shop: Shop) -> None:
    own = CardOverride({"use": ("动力电池厂",)}, INSTITUTION, datetime(2026, 5, 1, tzinfo=UTC))
    with shop.catalogue.store.writing() as connection:
        row = patents.rows_of(connection, [SEPARATOR.id])[SEPARATOR.id]
        cards.save_override(connection, row, own)
    ranking = shop.ranking([SEPARATOR, GRIPPER])
    separator, gripper = shop.results(ranking, 2)
    lines = [line for line in separator.card.lines if line.aspect == "use"]
    assert [(line.text, line.passage) for line in lines] == [("动力电池厂", "TTO")]
    assert separator.card.is_reviewed and not gripper.card.is_reviewed


def test_family_members_are_folded_into_the_best_one_and_listed(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    first, second, third = (
        sibling(SEPARATOR, f"CN{n}", family_id="F", title=f"隔膜 {n}") for n in (1, 2, 3)
    )
    for shop in opened(tmp_path, [first, second, third, GRIPPER], encoder):
        ranking = shop.ranking([second, GRIPPER, third, first])
        matches = shop.results(ranking, 10)
        assert [match.patent for match in matches] == [second, GRIPPER]
        assert [match.family_members for match in matches] == [("CN3", "CN1"), ()]
        assert [match.rank for match in matches] == [1, 2]


def test_folding_does_not_reduce_the_number_of_results(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    family = [sibling(SEPARATOR, f"CN{n}", family_id="F") for n in range(8)]
    for shop in opened(tmp_path, [*family, GRIPPER, BEARING], encoder):
        ranking = shop.ranking([*family, GRIPPER, BEARING])
        for k in (1, 2, 3):
            assert len(shop.results(ranking, k)) == k


def of_team(number: int, team: str) -> Patent:
    """Patent of a team, with a text unlike the others, so that nothing is folded."""
    return replace(
        sibling(GRIPPER, f"local:{number:016x}", title=f"夹爪 {number}", abstract=f"第{number}种"),
        team=TeamRef(INSTITUTION, team),
    )


def test_a_team_is_discounted_after_its_third_result_and_scores_still_fall(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    first, second = [of_team(n, "甲") for n in range(5)], [of_team(n, "乙") for n in range(5, 7)]
    for shop in opened(tmp_path, [*first, *second], encoder):
        ranking = shop.ranking([*first, *second])
        plain = shop.results(ranking, 7)
        spread = shop.results(ranking, 7, 1.0)
        assert [match.patent for match in plain] == [*first, *second]
        assert [match.patent for match in spread] == [*first[:3], *second, *first[3:]]
        assert [match.score for match in spread] == [match.score for match in plain]
        assert [match.rank for match in spread] == list(range(1, 8))
        # The ranks in the channels stay those of the patent.
        assert [match.channels["dense"] for match in spread] == [1, 2, 3, 6, 7, 4, 5]
        # A short answer is chosen from more than it shows.
        short = shop.results(ranking, 4, 1.0)
        assert [match.patent for match in short] == [*first[:3], second[0]]


def test_a_patent_that_left_the_catalogue_is_skipped(shop: Shop) -> None:
    ranking = shop.ranking([GRIPPER, SEPARATOR, BEARING])
    keep_only(shop.settings, SEPARATOR, BEARING)
    matches = shop.results(ranking, 10)
    assert [match.patent for match in matches] == [SEPARATOR, BEARING]
    assert [match.rank for match in matches] == [1, 2]


def test_a_changed_patent_is_shown_with_its_current_text(shop: Shop) -> None:
    ranking = shop.ranking([SEPARATOR, GRIPPER])
    claim = replace(SEPARATOR.claims[0], text="一种泵的密封件，其特征在于，由石墨制成。")
    save(shop.settings, replace(SEPARATOR, claims=(claim,), abstract="泵的密封件由石墨制成。"))
    (match,) = shop.results(ranking, 1)
    for evidence in match.evidence:
        assert evidence.text in (claim.text, "泵的密封件由石墨制成。")
        assert all(0 <= a < b <= len(evidence.text) for a, b in evidence.highlights)
    assert "隔膜" not in str((match.evidence, match.card))


def test_an_empty_ranking_gives_no_result(shop: Shop) -> None:
    ranking = replace(shop.ranking([SEPARATOR]), order=np.empty(0, dtype=np.int64))
    assert shop.results(ranking, 3, 0.2) == ()
    assert shop.passages(ranking, 3) == []


def test_a_reranker_gets_the_title_and_the_best_passage(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    bare = sibling(GRIPPER, "CN9", abstract="", claims=())
    for shop in opened(tmp_path, [*ALL, bare], encoder):
        # Claim 2, the abstract, a claim that the patent does not have, and no text at all.
        ranking = shop.ranking([SEPARATOR, GRIPPER, BEARING, bare], claims=[2, 0, 7, 0])
        texts = shop.passages(ranking, 10)
        assert texts == [
            f"{SEPARATOR.title}\n{SEPARATOR.claims[1].text}",
            f"{GRIPPER.title}\n{GRIPPER.abstract}",
            f"{BEARING.title}\n{BEARING.abstract}",
            bare.title,
        ]
        assert shop.passages(ranking, 2) == texts[:2]


def test_a_reranker_gets_no_patent_after_one_that_left_the_catalogue(shop: Shop) -> None:
    ranking = shop.ranking([SEPARATOR, GRIPPER, BEARING])
    keep_only(shop.settings, SEPARATOR, BEARING)
    (text,) = shop.passages(ranking, 3)
    assert text.startswith(SEPARATOR.title)
