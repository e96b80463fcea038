"""Similar patents and reverse matching by hand."""

from matcher.types import Patent, PatentId
from models.fake import FakeEncoder
from scripts.quality import reverse
from tests.scripts.quality.examples import QRELS


def test_similar_patents_answer_the_same_need() -> None:
    patents = {name: Patent(PatentId(name), name) for name in "abcd"}
    assert reverse.similar_qrels(QRELS, patents) == {
        "a": {"b": 2, "c": 0, "d": 0},
        "b": {"a": 2, "c": 0, "d": 0},
    }
    order = {"a": ["a", "b"], "b": ["d", "a"]}
    found = reverse.similar_figures(
        "engine", lambda one: [(n, -float(i)) for i, n in enumerate(order[one.id])], patents, QRELS
    )
    assert {f.metric: dict(f.values) for f in found}["mrr@10"] == {"a": 1.0, "b": 0.5}


def test_a_patent_of_the_same_family_is_left_out() -> None:
    patents = {name: Patent(PatentId(name), name, family_id="F") for name in "ab"}
    patents |= {name: Patent(PatentId(name), name) for name in "cd"}
    qrels = {"n": {"a": 3, "b": 3, "c": 1}}
    assert reverse.similar_qrels(qrels, patents) == {
        "a": {"c": 1},
        "b": {"c": 1},
        "c": dict(a=1, b=1),
    }
    order = [("b", 4.0), ("a", 3.0), ("c", 2.0), ("d", 1.0)]
    found = reverse.similar_figures("dense", lambda one: order, patents, qrels)
    assert {f.metric: dict(f.values) for f in found}["mrr@10"] == {"a": 1.0, "b": 1.0, "c": 1.0}


def test_reverse_matching_transposes_the_judgements() -> None:
    assert reverse.transposed(QRELS) == {"a": {"n": 3, "m": 2}, "b": {"n": 1, "m": 2}}
    patents = {"a": Patent(PatentId("a"), "阀门"), "b": Patent(PatentId("b"), "水泵")}
    rank = reverse.rank_by_vectors(FakeEncoder(), {"m": "水泵坏了", "n": "阀门漏了"}, "query")
    assert [rank(patents[name])[0][0] for name in "ab"] == ["n", "m"]
    found = reverse.reverse_figures("dense", rank, patents, QRELS)
    assert {f.metric: dict(f.values) for f in found}["ndcg@10"] == {"a": 1.0, "b": 1.0}


def test_needs_are_ranked_by_the_score_of_the_patent_in_their_answers() -> None:
    answers = {"n": [("a", 2.0), ("b", 1.0)], "m": [("b", 3.0)], "o": [("a", 2.5), ("c", 0.0)]}
    rank = reverse.rank_by_answers(answers)
    assert [need for need, _ in rank(Patent(PatentId("a"), "阀门"))] == ["o", "n", "m"]
    assert [need for need, _ in rank(Patent(PatentId("b"), "水泵"))] == ["m", "n", "o"]
