"""One whole run of `python -m scripts.quality`."""

import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.quality import __main__ as quality
from scripts.quality import claims, held_out, measure, reverse
from scripts.quality.answers import DIVERSIFIED
from scripts.quality.calibration import LABELLED
from scripts.quality.cross_lingual import language_pair
from scripts.quality.figures import figure
from scripts.quality.record import parse_record, write_record
from scripts.quality.report import BEGIN_MARKER, END_MARKER
from scripts.quality.samples import Samples
from scripts.quality.targets import DEV
from scripts.training import sources
from tests.scripts.quality.examples import record

IPC_PAIRS = held_out.chinese_to_english("ipc")


def write_lines(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines)
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, encoding="utf-8")


def write_data(folder: Path) -> None:
    """A data folder with a few rows of each thing that is measured."""
    needs = folder / "need-achievement"
    documents = (("a", "陶瓷隔膜"), ("b", "水泵"), ("c", "阀门密封"))
    rows = [json.dumps({"_id": name, "title": text, "text": ""}) for name, text in documents]
    write_lines(needs / "corpus.jsonl", *rows)
    write_lines(needs / "queries.jsonl", json.dumps({"_id": "n", "title": "隔膜", "text": "陶瓷"}))
    write_lines(needs / "qrels" / "dev.tsv", "query-id\tcorpus-id\tscore", "n\ta\t3", "n\tb\t0")
    journals = [{"title": "隔膜", "abstract": "陶瓷隔膜涂层", "src": ["csl_ts_test"]}]
    journals.append({"title": "水泵", "abstract": "水泵振动", "src": ["csl_ts_test"]})
    write_lines(folder / "chinese/csl.jsonl.gz", *map(json.dumps, journals))
    for name in ("ipc", "ipc_path", "arxiv_title", "arxiv_abstract", *sources.DOCUMENTATION):
        write_lines(
            folder / f"parallel/{name}_zh_en.tsv.gz",
            "用于排水的PVC管道接头\tPVC pipe joints for drains\tF16L1/00",
            "车间里的AGV搬运车辆\tAGV carriers in workshops\tB66F9/00",
        )


def few(samples: Samples) -> Samples:
    """Eight of the needs and the patents that were judged for them: the whole takes long."""
    queries = list(samples.needs)[:8]
    judged = {patent for query in queries for patent in samples.qrels[query]}
    return replace(
        samples,
        patents=[one for one in samples.patents if one.id in judged],
        needs={query: samples.needs[query] for query in queries},
        qrels={query: samples.qrels[query] for query in queries},
        claims={pair: named for pair, named in samples.claims.items() if pair[0] in queries},
        cards={one: card for one, card in samples.cards.items() if one in judged},
    )


def test_a_run_measures_writes_and_compares(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    samples: Samples,
) -> None:
    write_data(tmp_path / "data")
    table, document = tmp_path / "quality.json", tmp_path / "quality.md"
    document.write_text(f"{BEGIN_MARKER}\n{END_MARKER}\n", encoding="utf-8")
    write_record(table, record(figure(IPC_PAIRS, "hit@1", "dense", [("unknown", 1.0)])))
    words = ["--data", str(tmp_path / "data"), "--table", str(table), "--write"]
    monkeypatch.setattr(sys, "argv", ["quality", *words])
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.setattr(measure, "read_samples", lambda: few(samples))
    quality.main()
    printed = capsys.readouterr()
    assert "== wrote quality.json" in printed.err and "Left out" not in printed.out
    assert printed.out.strip() in document.read_text("utf-8")
    kept = parse_record(table.read_text("utf-8"), "here")
    means = {(one.on, one.metric, one.run): one.mean for one in kept.figures}
    assert means[DEV, "ndcg@10", "engine"] == means[DEV, "ndcg@10", "reference"] == 1.0
    assert means[held_out.JOURNALS, "mrr@10", "dense"] == 1.0
    # The fake encoder finds what shares a word: PVC and AGV.
    assert means[IPC_PAIRS, "hit@1", "dense"] == 1.0
    assert means[held_out.english_to_chinese("kicad"), "hit@1", "dense"] == 1.0
    assert means["samples", "ndcg@10", "engine"] > 0.3
    counted = {one.on: len(one.values) for one in kept.figures}
    assert counted["samples"] == counted[DIVERSIFIED] == 8
    assert counted["samples, Chinese needs"] + counted["samples, English needs"] == 8
    assert counted[language_pair("en", "zh")] == counted[language_pair("zh", "zh")] > 4
    assert counted[claims.ON_ANSWERS] > 6
    for on in (reverse.SIMILAR, reverse.REVERSE):
        assert {run for where, _, run in means if where == on} == {"dense", "engine"}
    assert sum(counted.get(on, 0) for on in LABELLED.values()) == 80
    assert "| labels of the results |" in printed.out and "| technology cards |" in printed.out


@pytest.mark.parametrize("option", ["--data", "--table"])
def test_a_missing_folder_is_one_line(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["quality", option, "nowhere/quality.json"])
    with pytest.raises(SystemExit, match="2"):
        quality.main()
    assert "does not exist" in capsys.readouterr().err
