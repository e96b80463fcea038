"""Models side by side on one small collection; they are those that the tests make."""

import json
from pathlib import Path

import pytest

from matcher.errors import ModelError
from matcher.evaluation.evaluate import Encoding
from matcher.evaluation.model_comparison import ModelComparison, comparison_json, evaluate_models
from matcher.progress import Step
from tests.support.engines import settings_for
from tests.support.small_models import make_model

DOCUMENTS = [
    {"_id": "pump", "title": "钢泵", "text": "泵的轴承。"},
    {"_id": "valve", "title": "a steel valve", "text": "the valve of a pump."},
    {"_id": "battery", "title": "电池", "text": "电池隔膜，隔膜。", "claims": ["一种电池隔膜。"]},
]
QUERIES = [{"_id": "q1", "text": "电池隔膜"}, {"_id": "q2", "text": "steel valve"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\tbattery\t2\nq1\tpump\t0\nq2\tvalve\t1\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection")
    (folder / "qrels").mkdir()
    for name, records in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text(QRELS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    made = tmp_path_factory.mktemp("models")
    return [str(make_model(made / "one", seed=0)), str(make_model(made / "other", seed=1))]


@pytest.fixture(scope="module")
def comparison(folder: Path, models: list[str]) -> ModelComparison:
    return evaluate_models(folder, "dev", settings_for(folder / "home"), models)


def test_each_model_is_measured_once_in_the_order_given(
    folder: Path, models: list[str], comparison: ModelComparison
) -> None:
    assert [own.model for own in comparison.evaluations] == models
    assert {own.dimension for own in comparison.evaluations} == {32}
    settings = settings_for(folder / "home")
    named_twice = evaluate_models(folder, "dev", settings, [models[0], models[0]])
    assert named_twice.evaluations == comparison.evaluations[:1]
    assert named_twice.differences == ()


def test_models_differ_by_meaning_and_not_by_words(comparison: ModelComparison) -> None:
    one, other = comparison.evaluations
    assert one.runs["lexical"] == other.runs["lexical"]
    assert one.queries == other.queries == 2
    for difference in comparison.differences:
        assert (difference.of, difference.over) == (other.model, one.model)
        expected = other.runs[difference.run][difference.metric]
        expected -= one.runs[difference.run][difference.metric]
        assert difference.interval.difference == pytest.approx(expected)
    pairs = [(own.run, own.metric) for own in comparison.differences]
    assert pairs == [
        (run, metric) for run in ("engine", "dense") for metric in ("ndcg@10", "spearman")
    ]


def test_the_time_is_that_of_encoding_the_same_passages(comparison: ModelComparison) -> None:
    assert {own.encoding.passages for own in comparison.evaluations} == {4}
    assert all(0 < own.encoding.seconds < 60 for own in comparison.evaluations)
    assert Encoding(30, 1.5).passages_a_second == 20
    assert Encoding(30, 0.0).passages_a_second == 0


def test_nothing_of_the_home_is_touched(
    folder: Path, comparison: ModelComparison, tmp_path: Path
) -> None:
    assert not (folder / "home").exists()
    # An index in Milvus, which would be published under the name of the user's own.
    settings = settings_for(tmp_path, index="milvus+http://localhost:1", index_seconds=0.1)
    measured = evaluate_models(folder, "dev", settings, ["fake"])
    assert measured.evaluations[0].queries == 2


def test_a_model_that_cannot_be_loaded_is_told_before_any_is_measured(
    folder: Path, models: list[str], tmp_path: Path
) -> None:
    steps: list[Step] = []
    missing = str(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        evaluate_models(
            folder, "dev", settings_for(tmp_path), [*models, missing], report=steps.append
        )
    assert missing in str(caught.value) and "\n" not in str(caught.value)
    assert "embedding" not in {step.stage for step in steps}


def test_the_json_has_a_list_of_models_and_their_differences(comparison: ModelComparison) -> None:
    content = json.loads(json.dumps(comparison_json(comparison)))
    one, other = content["models"]
    assert one["encoding"].keys() == {"passages", "seconds", "passages_a_second"}
    assert (one["dimension"], one["queries"]) == (32, 2)
    for own in content["model_differences"]:
        assert (own["of"], own["over"]) == (other["model"], one["model"])
        assert own["low"] <= own["difference"] <= own["high"]
