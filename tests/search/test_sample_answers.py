"""Answers to the 30 sample needs on the sample catalogue, held against recorded ones.

Scores are compared to five decimals, since they depend on the processor; everything else to the
letter. Where an answer is meant to change, record it again:

    python -m tests.search.test_sample_answers
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from matcher.evaluation.collection import read_collection
from matcher.search.answer_json import answer_json
from matcher.types import Answer
from matcher.wiring.build import build_index
from matcher.wiring.open import import_files, open_matcher
from tests.support.engines import settings_for

RECORDED = Path(__file__).with_name("sample_answers.json")
TODAY = date(2026, 11, 28)


def sample_answers(home: Path) -> Iterator[Answer]:
    """Answers to the sample needs, by the fake model."""
    settings = settings_for(home)
    with as_file(files("matcher") / "samples") as samples:
        import_files(
            settings, [samples / "patents.jsonl", samples / "teams.csv"], today=TODAY, sample=True
        )
        needs = read_collection(samples, "dev").needs
    build_index(settings)
    with open_matcher(settings) as matcher:
        yield from matcher.match_many(list(needs.values()), today=TODAY)


def summary(answer: Answer) -> dict[str, Any]:
    """Scores and labels of an answer by patent, and a digest of all that its JSON holds besides."""
    content = answer_json(answer, TODAY)
    del content["index"]
    results = [[r["id"], r.pop("score"), r["fit"]] for r in content["results"]]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"need": answer.need.id, "results": results, "rest": digest}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return list(map(summary, sample_answers(tmp_path_factory.mktemp("samples"))))


def test_the_sample_needs_get_the_recorded_answers(answers: list[dict[str, Any]]) -> None:
    recorded = json.loads(RECORDED.read_text("utf-8"))
    assert len(answers) == len(recorded) == 30
    for answer, expected in zip(answers, recorded, strict=True):
        scores = [score for _, score, _ in answer["results"]]
        assert scores == pytest.approx([score for _, score, _ in expected["results"]], abs=1e-5)
        labels = [(patent, fit) for patent, _, fit in answer["results"]]
        assert labels == [(patent, fit) for patent, _, fit in expected["results"]]
        assert answer["rest"] == expected["rest"], answer["need"]


def record() -> None:
    """Write the answers of now."""
    with TemporaryDirectory() as folder:
        lines = [json.dumps(summary(answer)) for answer in sample_answers(Path(folder))]
    RECORDED.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


if __name__ == "__main__":
    record()
