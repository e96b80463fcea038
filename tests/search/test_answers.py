"""From a ranking made by hand to what an answer shows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from matcher.evidence.finder import EvidenceFinder, Sought
from matcher.patents.cards.card import CardOverride, technology_card
from matcher.ports import Encoder
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.retriever import Retriever
from matcher.retrieval.scoring import Ranking
from matcher.search.answers import Presenter
from matcher.search.catalogue import Catalogue
from matcher.settings import Settings
from matcher.store import cards, patents
from matcher.types import NeedPart, Patent, TeamRef
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
        self._finder = EvidenceFinder(encoder, self._retriever)
        pieces = encoder.encode([TEXT], "query")
        self.sought = Sought(TEXT, (NeedPart("title", TEXT),), pieces, pieces)

    def presenter(self, diversity: float = 0.0) -> Presenter:
        return Presenter(self.catalogue, self._finder, diversity)

    def ranking(
        self,
        best_first: Sequence[Patent],
        *,
        claims: Sequence[int] | None = None,
        lexical: Sequence[float] | None = None,
    ) -> Ranking:
        """These patents in this order, with falling scores; the rest by patent, in that order."""
        rows = np.array([self._row[patent.id] for patent in best_first], dtype=np.int64)
        scores = np.linspace(3, -1, len(rows))
        by_row = np.argsort(rows)
        found = np.array(lexical if lexical is not None else scores, dtype=np.float64)
        best_claim = np.array(claims if claims is not None else [0] * len(rows), dtype=np.int64)
        given = Candidates(
            patents=rows[by_row],
            asked=("whole",),
            dense=scores[by_row][:, None],
            lexical=found[by_row][:, None],
            foreign=np.zeros(len(rows), dtype=np.bool_),
            best_claim=best_claim[by_row],
            vectors=np.zeros((0, 64), dtype=np.float32),
            vector_owners=np.zeros(0, dtype=np.int64),
            terms=csr_array(np.zeros((len(rows), 0), dtype=np.float32)),
        )
        return Ranking(given, np.argsort(by_row), scores[by_row])


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
    matches = shop.presenter().matches(shop.sought, ranking, 10, TODAY)
    assert [match.patent for match in matches] == [BEARING, SEPARATOR, GRIPPER]
    assert [match.rank for match in matches] == [1, 2, 3]
    assert [match.score for match in matches] == [3, 1, -1]
    first = shop.presenter().matches(shop.sought, ranking, 2, TODAY)
    assert [match.patent for match in first] == [BEARING, SEPARATOR]


def test_a_match_tells_its_ranks_rights_contact_and_evidence(shop: Shop) -> None:
    ranking = shop.ranking([BEARING, SEPARATOR, GRIPPER], lexical=[1.0, 2.0, NAN])
    of_bearing, of_separator, of_gripper = shop.presenter().matches(shop.sought, ranking, 3, TODAY)
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


def test_an_institutions_own_card_takes_the_place_of_the_rules(shop: Shop) -> None:
    own = CardOverride({"use": ("动力电池厂",)}, INSTITUTION, datetime(2026, 5, 1, tzinfo=UTC))
    with shop.catalogue.store.writing() as connection:
        row = patents.rows_of(connection, [SEPARATOR.id])[SEPARATOR.id]
        cards.save_override(connection, row, own)
    ranking = shop.ranking([SEPARATOR, GRIPPER])
    separator, gripper = shop.presenter().matches(shop.sought, ranking, 2, TODAY)
    lines = [line for line in separator.card.lines if line.aspect == "use"]
    assert [(line.text, line.passage) for line in lines] == [("动力电池厂", "TTO")]
    assert separator.card.is_reviewed and not gripper.card.is_reviewed


def test_members_of_a_family_are_folded_into_the_best_and_listed(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    one, two, three = (
        sibling(SEPARATOR, f"CN{n}", family_id="F", title=f"隔膜 {n}") for n in (1, 2, 3)
    )
    for shop in opened(tmp_path, [one, two, three, GRIPPER], encoder):
        ranking = shop.ranking([two, GRIPPER, three, one])
        matches = shop.presenter().matches(shop.sought, ranking, 10, TODAY)
        assert [match.patent for match in matches] == [two, GRIPPER]
        assert [match.family_members for match in matches] == [("CN3", "CN1"), ()]
        assert [match.rank for match in matches] == [1, 2]


def test_folding_leaves_as_many_results_as_were_asked_for(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    family = [sibling(SEPARATOR, f"CN{n}", family_id="F") for n in range(8)]
    for shop in opened(tmp_path, [*family, GRIPPER, BEARING], encoder):
        ranking = shop.ranking([*family, GRIPPER, BEARING])
        for k in (1, 2, 3):
            assert len(shop.presenter().matches(shop.sought, ranking, k, TODAY)) == k


def of_team(number: int, team: str) -> Patent:
    """Unlike the others in its text, so that nothing is folded."""
    return replace(
        sibling(GRIPPER, f"local:{number:016x}", title=f"夹爪 {number}", abstract=f"第{number}种"),
        team=TeamRef(INSTITUTION, team),
    )


def test_a_team_gives_way_after_its_third_result_and_scores_still_fall(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    first, second = [of_team(n, "甲") for n in range(5)], [of_team(n, "乙") for n in range(5, 7)]
    for shop in opened(tmp_path, [*first, *second], encoder):
        ranking = shop.ranking([*first, *second])
        plain = shop.presenter().matches(shop.sought, ranking, 7, TODAY)
        spread = shop.presenter(1.0).matches(shop.sought, ranking, 7, TODAY)
        assert [match.patent for match in plain] == [*first, *second]
        assert [match.patent for match in spread] == [*first[:3], *second, *first[3:]]
        assert [match.score for match in spread] == [match.score for match in plain]
        assert [match.rank for match in spread] == list(range(1, 8))
        # The ranks in the channels stay those of the patent.
        assert [match.channels["dense"] for match in spread] == [1, 2, 3, 6, 7, 4, 5]
        # A short answer is chosen from more than it shows.
        short = shop.presenter(1.0).matches(shop.sought, ranking, 4, TODAY)
        assert [match.patent for match in short] == [*first[:3], second[0]]


def test_a_patent_that_left_the_catalogue_is_passed_over(shop: Shop) -> None:
    ranking = shop.ranking([GRIPPER, SEPARATOR, BEARING])
    keep_only(shop.settings, SEPARATOR, BEARING)
    matches = shop.presenter().matches(shop.sought, ranking, 10, TODAY)
    assert [match.patent for match in matches] == [SEPARATOR, BEARING]
    assert [match.rank for match in matches] == [1, 2]


def test_a_changed_patent_is_shown_with_its_text_of_now(shop: Shop) -> None:
    ranking = shop.ranking([SEPARATOR, GRIPPER])
    claim = replace(SEPARATOR.claims[0], text="一种泵的密封件，其特征在于，由石墨制成。")
    save(shop.settings, replace(SEPARATOR, claims=(claim,), abstract="泵的密封件由石墨制成。"))
    found = shop.presenter().matches(shop.sought, ranking, 1, TODAY)[0]
    for one in found.evidence:
        assert one.text in (claim.text, "泵的密封件由石墨制成。")
        assert all(0 <= a < b <= len(one.text) for a, b in one.highlights)
    assert "隔膜" not in str((found.evidence, found.card))


def test_an_empty_ranking_shows_nothing(shop: Shop) -> None:
    ranking = replace(shop.ranking([SEPARATOR]), order=np.empty(0, dtype=np.int64))
    assert shop.presenter(0.2).matches(shop.sought, ranking, 3, TODAY) == ()
    assert shop.presenter().passage_texts(ranking, 3) == []


def test_a_reranker_reads_the_title_and_the_passage_nearest_to_the_need(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    bare = sibling(GRIPPER, "CN9", abstract="", claims=())
    for shop in opened(tmp_path, [*ALL, bare], encoder):
        # Claim 2 answers, the abstract, a claim that the patent does not have, and no text at all.
        ranking = shop.ranking([SEPARATOR, GRIPPER, BEARING, bare], claims=[2, 0, 7, 0])
        texts = shop.presenter().passage_texts(ranking, 10)
        assert texts == [
            f"{SEPARATOR.title}\n{SEPARATOR.claims[1].text}",
            f"{GRIPPER.title}\n{GRIPPER.abstract}",
            f"{BEARING.title}\n{BEARING.abstract}",
            bare.title,
        ]
        assert shop.presenter().passage_texts(ranking, 2) == texts[:2]


def test_a_reranker_reads_nothing_after_a_patent_that_left(shop: Shop) -> None:
    ranking = shop.ranking([SEPARATOR, GRIPPER, BEARING])
    keep_only(shop.settings, SEPARATOR, BEARING)
    (text,) = shop.presenter().passage_texts(ranking, 3)
    assert text.startswith(SEPARATOR.title)
