"""Fit labels against judgements."""

import json
from pathlib import Path

import pytest

from matcher.evaluation.evaluate import evaluate, evaluation_json
from matcher.evaluation.labels import LabelledPair, label_figures, labels_json
from matcher.evidence.fit_label import FitLabel
from tests.support.engines import settings_for

PARTS = ("阀体", "阀盘", "弹簧", "密封圈", "轴承", "叶轮")
KINDS: dict[str, dict[str, object]] = {
    "title": {"text": ""},
    "title as text": {"title": ""},
    "abstract": {"text": "铸铜的阀体里有密封圈，弹簧关闭阀盘。"},
    "claims": {"text": "", "claims": ["一种球阀，其特征在于有密封圈。"]},
}
NEEDS = [
    {"_id": "q1", "title": "球阀关闭不严", "text": "球阀的密封圈在高温下泄漏"},
    {"_id": "digits", "title": "123", "text": "456"},
    {"_id": "empty", "title": "", "text": ""},
    {"_id": "wish", "title": "", "text": "希望与高校合作，提升企业竞争力"},
]


def collection(folder: Path, kind: dict[str, object]) -> Path:
    """A collection of 36 documents of one kind; every need has judgements on all of them."""
    documents = [f"{a}与{b}的配合" for a in PARTS for b in PARTS]
    corpus = []
    for number, title in enumerate(documents):
        own: dict[str, object] = {"_id": f"d{number}", "title": title, "text": "", **kind}
        own["text"] = own["text"] or ("" if own["title"] else title)
        corpus.append(own)
    grades = {0: 3, 1: 2, 2: 1}
    rows = [
        f"{need['_id']}\td{number}\t{grades.get(number, 0)}"
        for need in NEEDS
        for number in range(len(documents))
    ]
    (folder / "qrels").mkdir()
    for name, records in (("corpus", corpus), ("queries", NEEDS)):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_judged_document_of_every_need_is_labelled_or_counted_apart(
    tmp_path: Path, kind: str
) -> None:
    folder = collection(tmp_path, KINDS[kind])
    measured = evaluate(folder, "dev", settings_for(folder), judged_only=True, labels=True)
    content = json.loads(json.dumps(evaluation_json(measured)))
    assert list(content["labels"]) == ["strong", "fair", "weak"]
    counts = [own["n"] for own in content["labels"].values()]
    assert (sum(counts), content["unlabelled"]["n"]) == (36, 3 * 36)
    assert content["unlabelled"]["gaps"] == {"need_without_technique": 3 * 36}
    assert content["bases"] == {kind.split()[0]: 36}
    solving = sum(own["n"] * (own["solves"] or 0) for own in content["labels"].values())
    useful = sum(own["n"] * (own["useful"] or 0) for own in content["labels"].values())
    assert (round(solving), round(useful)) == (2, 3)
    assert 0 <= content["calibration_error"] <= 1


def test_shares_are_of_the_pairs_with_that_label() -> None:
    def pair(grade: int, label: FitLabel) -> LabelledPair:
        return LabelledPair("q", grade, label)

    strong, weak = FitLabel("strong", "title", 0.8), FitLabel("weak", "claims", 0.1)
    none = FitLabel(None, "abstract", gap="catalogue_too_small")
    pairs = [pair(3, strong), pair(1, strong), pair(2, none)] + [pair(0, weak)] * 2
    assert labels_json(label_figures(pairs)) == {
        "labels": {
            "strong": {"n": 2, "useful": 1.0, "solves": 0.5},
            "fair": {"n": 0, "useful": None, "solves": None},
            "weak": {"n": 2, "useful": 0.0, "solves": 0.0},
        },
        "unlabelled": {"n": 1, "useful": 1.0, "solves": 1.0, "gaps": {"catalogue_too_small": 1}},
        "bases": {"title": 2, "claims": 2},
        # 0.8 was predicted and 0.5 observed of two, 0.1 and 0 of two others
        "calibration_error": pytest.approx(0.2),
    }


def test_without_a_label_there_is_no_calibration_error() -> None:
    assert labels_json(label_figures([]))["calibration_error"] is None
