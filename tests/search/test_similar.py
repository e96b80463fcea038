"""Similar patents and reverse matching, by the engine over a few patents."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.search.reverse import (
    needs_for,
    needs_json,
)
from matcher.search.similar import (
    need_of,
    similar,
    similar_json,
)
from matcher.store import patents
from matcher.types import Filters, LegalStatus, Need, Patent, PatentRow
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from tests.support.engines import engine, save, settings_for
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    SEPARATOR,
    TODAY,
    sibling,
)

EVERY_STATUS = Filters(legal_status=frozenset(LegalStatus))
COATED = sibling(
    SEPARATOR,
    "CN202019900004.7",
    title="一种聚合物涂覆的电池隔膜",
    abstract="在聚乙烯基膜上涂覆聚合物层，隔膜在150℃下的热收缩率低于5%，与电极粘接，用于动力电池。",
    claims=(),
    inventors=("样例丙",),
)
RELATIVE = sibling(SEPARATOR, "CN202019900005.5", title="陶瓷隔膜的用途", family_id="F1")
FAMILY = replace(SEPARATOR, family_id="F1")
LONG = SEPARATOR.abstract + "所述陶瓷层由氧化铝颗粒和水性粘结剂混合后涂布并烘干得到，厚度均匀。"
ORIGINAL = replace(SEPARATOR, abstract=LONG)
COPY = sibling(ORIGINAL, "CN202019900006.3", abstract=LONG + "卷绕时不起皱。", claims=())
NEEDS = (
    Need("抓取易碎零件的夹爪，不留压痕", id="N1"),
    Need("需要热收缩率低的电池隔膜，陶瓷涂覆", id="N2"),
    Need("", id="N3"),
    Need("early bearing fault diagnosis", id="N4"),
)


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matcher]:
    with engine(tmp_path_factory.mktemp("home"), [*ALL, COATED]) as opened:
        yield opened


def ids(
    matcher: Matcher, patent: Patent, filters: Filters = EVERY_STATUS, k: int = 10
) -> list[str]:
    answer = similar(matcher, patent, SearchOptions(filters, k), today=TODAY)
    assert [match.rank for match in answer.results] == list(range(1, len(answer.results) + 1))
    return [match.patent.id for match in answer.results]


def row_of(matcher: Matcher, patent: Patent) -> PatentRow:
    with matcher.catalogue.store.reading() as connection:
        return patents.rows_of(connection, [patent.id])[patent.id]


def test_the_most_similar_patent_is_first_and_the_patent_itself_is_left_out(
    matcher: Matcher,
) -> None:
    assert ids(matcher, SEPARATOR)[0] == COATED.id
    assert ids(matcher, COATED)[0] == SEPARATOR.id
    for patent in (*ALL, COATED):
        assert set(ids(matcher, patent)) == {p.id for p in (*ALL, COATED)} - {patent.id}


def test_results_have_ranks_and_evidence(matcher: Matcher) -> None:
    best = similar(matcher, SEPARATOR, SearchOptions(EVERY_STATUS), today=TODAY).results[0]
    assert best.channels == {"dense": 1, "lexical": 1}
    (evidence,) = best.evidence
    assert evidence.text == COATED.abstract
    assert "用于动力电池" in {evidence.text[a:b] for a, b in evidence.highlights}


def test_similar_patents_are_ranked_without_feedback(matcher: Matcher) -> None:
    need = need_of(BEARING)
    scores = {
        feedback: [
            match.score
            for match in matcher.match(
                need,
                SearchOptions(EVERY_STATUS, exclude=(row_of(matcher, BEARING),), feedback=feedback),
                today=TODAY,
            ).results
        ]
        for feedback in (0.0, None)
    }
    answer = similar(matcher, BEARING, SearchOptions(EVERY_STATUS), today=TODAY)
    assert [match.score for match in answer.results] == scores[0.0] != scores[None]


def test_filters_do_not_apply_to_the_patent_itself(matcher: Matcher) -> None:
    assert ids(matcher, BEARING, Filters(regions=("河北",))) == [GRIPPER.id]
    assert BEARING.id not in ids(matcher, GRIPPER, Filters())
    answer = similar(matcher, GRIPPER, SearchOptions(Filters(regions=("河北",))), today=TODAY)
    assert answer.results == () and answer.hidden == {"legal_status": 1, "regions": 3}


@pytest.mark.parametrize("k", [1, 2])
def test_k_is_the_maximum_number_of_similar_patents(matcher: Matcher, k: int) -> None:
    assert ids(matcher, SEPARATOR, k=k) == ids(matcher, SEPARATOR)[:k]


def test_k_below_one_is_refused(matcher: Matcher) -> None:
    with pytest.raises(InputError, match="at least 1"):
        similar(matcher, SEPARATOR, SearchOptions(k=0), today=TODAY)
    with pytest.raises(InputError, match="at least 1"):
        needs_for(matcher, SEPARATOR, NEEDS, 0, today=TODAY)


@pytest.mark.parametrize("k", [1, 10])
def test_family_and_near_same_texts_are_left_out(tmp_path: Path, k: int) -> None:
    with engine(tmp_path, [FAMILY, RELATIVE, COATED, GRIPPER]) as matcher:
        assert ids(matcher, FAMILY, k=k) == [COATED.id, GRIPPER.id][:k]
        assert ids(matcher, RELATIVE, k=k) == [COATED.id, GRIPPER.id][:k]
        assert set(ids(matcher, COATED)) & {FAMILY.id, RELATIVE.id}
    with engine(tmp_path / "copy", [ORIGINAL, COPY, COATED, GRIPPER]) as matcher:
        assert ids(matcher, ORIGINAL, k=k) == [COATED.id, GRIPPER.id][:k]


def test_copies_of_the_patent_do_not_change_the_scores_of_others(tmp_path: Path) -> None:
    def scores(name: str, *more: Patent) -> dict[str, float]:
        with engine(tmp_path / name, [ORIGINAL, COATED, GRIPPER, BEARING, *more]) as matcher:
            answer = similar(matcher, ORIGINAL, SearchOptions(EVERY_STATUS), today=TODAY)
            return {match.patent.id: match.channels["dense"] or 0 for match in answer.results}

    assert scores("with", COPY) == scores("without")


def test_a_patent_outside_the_index_has_similar_patents(matcher: Matcher) -> None:
    assert ids(matcher, sibling(COATED, "CN202019900009.8", title="电池隔膜"))[0] in {
        COATED.id,
        SEPARATOR.id,
    }


def test_the_query_of_a_patent_is_title_and_abstract_or_its_first_claim() -> None:
    assert need_of(SEPARATOR).full_text == f"{SEPARATOR.title}\n{SEPARATOR.abstract}"
    bare = replace(SEPARATOR, abstract="")
    assert need_of(bare).body == SEPARATOR.claims[0].text
    with pytest.raises(InputError, match=f"{SEPARATOR.id} has no text"):
        need_of(replace(bare, title="", claims=()))


def test_the_need_that_a_patent_answers_is_first(matcher: Matcher) -> None:
    for patent, expected in ((GRIPPER, "N1"), (SEPARATOR, "N2"), (BEARING, "N4")):
        answer = needs_for(matcher, patent, NEEDS, today=TODAY)
        best = answer.results[0]
        assert best.need.id == expected
        assert (best.rank, best.match.rank, best.match.patent) == (1, 1, patent)
        assert answer.asked == 3 and len(answer.results) == 3
        scores = [result.match.score for result in answer.results]
        assert scores == sorted(scores, reverse=True)


def test_rank_score_and_evidence_are_those_of_the_answer_to_the_need(matcher: Matcher) -> None:
    for result in needs_for(matcher, BEARING, NEEDS, today=TODAY).results:
        (own,) = [
            match
            for match in matcher.match(
                result.need, SearchOptions(EVERY_STATUS), today=TODAY
            ).results
            if match.patent == BEARING
        ]
        assert result.match == own


def test_a_patent_that_no_channel_retrieved_has_a_rank(tmp_path: Path) -> None:
    many = [sibling(GRIPPER, f"local:{n:016x}", title=f"夹爪 {n}") for n in range(60)]
    with engine(tmp_path, [*many, SEPARATOR], candidates=1) as matcher:
        answer = needs_for(matcher, SEPARATOR, NEEDS[:2], today=TODAY)
        assert [result.need.id for result in answer.results] == ["N2", "N1"]
        assert answer.results[1].match.rank > 1


def test_at_most_k_needs_are_shown_with_ties_in_order(matcher: Matcher) -> None:
    twice = [replace(NEEDS[1], id="A"), NEEDS[0], replace(NEEDS[1], id="B")]
    answer = needs_for(matcher, SEPARATOR, twice, 2, today=TODAY)
    assert [result.need.id for result in answer.results] == ["A", "B"] and answer.asked == 3
    assert needs_for(matcher, SEPARATOR, [], today=TODAY).results == ()


def test_needs_for_a_patent_outside_the_index_are_refused(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    save(settings, *ALL)
    build_index(settings)
    with open_matcher(settings) as matcher:
        with pytest.raises(InputError, match=COATED.id):
            needs_for(matcher, COATED, NEEDS, today=TODAY)
        save(settings, COATED)
        with pytest.raises(InputError, match=f"{COATED.id} is not in the index"):
            needs_for(matcher, COATED, NEEDS, today=TODAY)


def test_the_json_of_similar_patents_has_the_patent_instead_of_the_need(matcher: Matcher) -> None:
    content = similar_json(SEPARATOR, similar(matcher, SEPARATOR, today=TODAY), TODAY)
    assert content["patent"]["id"] == SEPARATOR.id and "need" not in content
    assert {"model", "index", "filters", "hidden", "notes", "results"} <= content.keys()
    content = needs_json(needs_for(matcher, GRIPPER, NEEDS, today=TODAY), TODAY)
    assert content["patent"]["legal_status"] == "unknown" and content["asked"] == 3
    best = content["results"][0]
    assert best["need"] == {"id": "N1", "text": NEEDS[0].text}
    assert (best["rank"], best["place"]) == (1, 1)
    assert best.keys() == {"rank", "need", "place", "score", "channels", "fit", "evidence"}
