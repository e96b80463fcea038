import json
import os
from math import log2
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.evaluation.evaluate import Evaluation, evaluate, evaluation_json
from matcher.progress import Step
from tests.support.engines import CountingEncoder, settings_for

DOCUMENTS: list[dict[str, object]] = [
    {"_id": "valve", "title": "Ball valve", "text": "A valve with a seal."},
    {"_id": "seal", "title": "Seal", "text": "A seal that lasts."},
    {"_id": "gear", "title": "Gear box", "text": "", "claims": ["A gear.", "A valve, a valve."]},
    {"_id": "pump", "title": "Pump", "text": "A pump with an impeller."},
]
QUERIES = [
    {"_id": "q-valve", "title": "valve", "text": "ball valve wanted"},
    {"_id": "q-none", "title": "pump", "text": ""},
    {"_id": "q-pump", "title": "", "text": "impeller"},
]
QRELS = {
    "q-valve": {"seal": 1, "gear": 0, "pump": 2},
    "q-none": {"valve": 0, "pump": 0},
    "q-pump": {"pump": 1, "gear": 0},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    for name, records in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    rows = [f"{q}\t{d}\t{g}" for q, grades in QRELS.items() for d, g in grades.items()]
    table = "\n".join(["query-id\tcorpus-id\tscore", *rows]) + "\n"
    (tmp_path / "qrels" / "dev.tsv").write_text(table, encoding="utf-8")
    return tmp_path


def run(folder: Path, *, judged_only: bool, split: str = "dev") -> Evaluation:
    settings = settings_for(folder / "unused")
    return evaluate(folder, split, settings, judged_only=judged_only)


def test_queries_without_a_positive_are_not_measured_but_counted(folder: Path) -> None:
    evaluation = run(folder, judged_only=False)
    assert (evaluation.queries, evaluation.left_out, evaluation.model) == (2, 1, "fake")
    assert not (folder / "unused").exists()


def test_runs_are_over_the_collection_or_over_judged_documents_only(folder: Path) -> None:
    # "valve" matches the documents valve (unjudged), then gear by its second claim; seal and pump
    # share no word with it. "impeller" matches pump alone.
    whole = run(folder, judged_only=False).runs["lexical"]
    assert whole["mrr@10"] == whole["map"] == whole["recall@100"] == pytest.approx((0 + 1) / 2)
    assert whole["ndcg@10"] == pytest.approx((0 + 1) / 2)
    condensed = run(folder, judged_only=True).runs["dense"]
    # The dense channel ranks the whole pool of each query, and nothing but it.
    assert condensed["recall@100"] == 1.0
    assert condensed["ndcg@10"] >= (1 / log2(3) + 2 / 2) / (2 + 1 / log2(3)) / 2


def test_spearman_ties_unscored_judged_documents_last(folder: Path) -> None:
    # q-valve: only gear (grade 0) is scored; ranks 3, 1.5, 1.5 against gear 1, seal 2, pump 3.
    # q-pump: pump before gear, which is right.
    expected = (-(3**0.5) / 2 + 1) / 2
    for judged_only in (True, False):
        evaluation = run(folder, judged_only=judged_only).runs["lexical"]
        assert evaluation["spearman"] == pytest.approx(expected)


def test_title_and_text_make_one_query(folder: Path) -> None:
    encoder = CountingEncoder()
    evaluate(folder, "dev", settings_for(folder), encoder=encoder)
    assert "valve\nball valve wanted" in encoder.encoded
    assert "pump" not in encoder.encoded  # the query without a positive is not encoded


def test_the_json_has_runs_and_differences(folder: Path) -> None:
    content = json.loads(json.dumps(evaluation_json(run(folder, judged_only=True))))
    assert (content["queries"], content["left_out"]) == (2, 1)
    assert list(content["runs"]) == ["lexical", "dense", "engine"]
    metrics = {"ndcg@10", "map", "mrr@10", "recall@100", "spearman"}
    assert all(set(measured) == metrics for measured in content["runs"].values())
    pairs = {(d["metric"], d["of"], d["over"]) for d in content["differences"]}
    assert pairs == {
        (metric, of, over)
        for metric in ("ndcg@10", "spearman")
        for of, over in (("engine", "dense"), ("engine", "lexical"), ("dense", "lexical"))
    }
    for own in content["differences"]:
        runs = content["runs"]
        difference = runs[own["of"]][own["metric"]] - runs[own["over"]][own["metric"]]
        assert own["difference"] == pytest.approx(difference, abs=1e-5)
        assert own["low"] <= own["difference"] <= own["high"]


def test_an_evaluation_is_deterministic(folder: Path) -> None:
    assert run(folder, judged_only=True) == run(folder, judged_only=True)


def test_a_long_claim_set_does_not_crowd_a_document_out_of_its_pool(folder: Path) -> None:
    crowd = {"_id": "gear", "title": "Gear", "text": "", "claims": ["a valve"] * 300}
    records = [crowd if d["_id"] == "gear" else d for d in DOCUMENTS]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    settings = settings_for(folder, candidates=1)
    evaluation = evaluate(folder, "dev", settings, judged_only=True)
    assert evaluation.runs["dense"]["recall@100"] == 1.0


def test_progress_is_reported(folder: Path) -> None:
    steps: list[Step] = []
    evaluate(folder, "dev", settings_for(folder), report=steps.append)
    assert steps[-1] == Step("ranking", 2, 2)


def test_qrels_without_a_positive_are_an_error(folder: Path) -> None:
    (folder / "qrels" / "empty.tsv").write_text("q-none\tpump\t0\n", encoding="utf-8")
    with pytest.raises(InputError, match="has a positive"):
        run(folder, judged_only=False, split="empty")


def test_a_single_query_has_figures_but_no_interval(folder: Path) -> None:
    (folder / "qrels" / "one.tsv").write_text("q-pump\tpump\t1\n", encoding="utf-8")
    evaluation = run(folder, judged_only=False, split="one")
    assert evaluation.runs["engine"]["mrr@10"] == 1.0
    content = evaluation_json(evaluation)
    assert {(d["low"], d["high"]) for d in content["differences"]} == {(None, None)}


def test_the_lexical_run_on_real_needs_reaches_its_known_figures() -> None:
    data = os.environ.get("MATCHER_DATA")
    if not data:
        pytest.skip("MATCHER_DATA names no folder with real judgements")
    evaluation = evaluate(
        Path(data) / "need-achievement", "dev", settings_for(Path("unused")), judged_only=True
    )
    assert (evaluation.queries, evaluation.left_out) == (116, 4)
    assert 0.66 < evaluation.runs["lexical"]["ndcg@10"] < 0.75
    assert 0.40 < evaluation.runs["lexical"]["spearman"] < 0.50
