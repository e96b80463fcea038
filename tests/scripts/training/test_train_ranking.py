"""The ranking lesson as the command runs it, on a small model and a small data folder."""

import json
import sys
from pathlib import Path

import pytest

from scripts import train_ranking
from scripts.training import batches as lessons
from scripts.training import second, sources
from scripts.training.student import opened, save
from tests.scripts.training.test_second import packed_file
from tests.scripts.training.test_student import make_student
from tests.support.training_data import write_data


def test_the_command_teaches_measures_and_saves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "HELD_OUT_TITLES", 4)
    monkeypatch.setattr(lessons, "SIBLINGS_AT_ONCE", 1)
    data = write_data(tmp_path / "data")
    write_needs(data / "need-achievement")
    file = packed_file(tmp_path)
    of_package = second.opened
    monkeypatch.setattr(second, "opened", lambda texts: of_package(texts, file))
    tokenizer, student = make_student()
    save(student, tokenizer, tmp_path / "begin", 64)
    before = opened(tmp_path / "begin")[1].body.state_dict()

    given = ["--begin", tmp_path / "begin", "--out", tmp_path / "out", "--work", tmp_path / "work"]
    counts = ["--steps", "6", "--second-steps", "4", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", ["train_ranking", str(data), *map(str, given), *counts])
    train_ranking.main()

    after = opened(tmp_path / "out")[1].body.state_dict()
    assert any(not weights.equal(before[name]) for name, weights in after.items())
    assert {file.name for file in (tmp_path / "work").iterdir()} == {
        "state-second.pt", "state-ranked.pt", "figures-ranked.json"
    }  # fmt: skip
    assert "needs spearman" in json.loads((tmp_path / "work/figures-ranked.json").read_text())
    train_ranking.main()  # takes up what was kept: there is nothing left to teach
    again = opened(tmp_path / "out")[1].body.state_dict()
    assert all(weights.equal(after[name]) for name, weights in again.items())


def write_needs(folder: Path) -> None:
    """Two needs and three achievements (样例) with judgements."""
    (folder / "qrels").mkdir(parents=True)
    documents = {"a": "阀门", "b": "水泵", "c": "钢"}
    needs = {"1": "阀门漏水", "2": "水泵坏了"}
    for name, rows in (("corpus", documents), ("queries", needs)):
        lines = [{"_id": key, "title": text, "text": ""} for key, text in rows.items()]
        (folder / f"{name}.jsonl").write_text(
            "\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8"
        )
    judged = "query-id\tcorpus-id\tscore\n1\ta\t3\n1\tb\t0\n2\tb\t2\n2\tc\t0\n"
    (folder / "qrels" / "dev.tsv").write_text(judged, "utf-8")
