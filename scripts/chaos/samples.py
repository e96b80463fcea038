"""Files for the commands, made of the sample catalogue (样例): what there is, and what comes."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matcher

SAMPLES = Path(matcher.__file__).parent / "samples"
FIRST, MORE, CHANGED = 36, 16, 4
"""Patents of the first import, new ones of the second, and those that it changes."""
CONTACTS = 3
"""Patents with a person's contact."""
EVENT = "样例对接会"
EVENT_NEEDS = 8
"""Needs of the event."""
LEARNED = 6
"""Needs whose judgements are learned from."""
ASKED = 6
"""Needs whose answers are compared."""


def write_files(folder: Path) -> None:
    """Write all files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    patents = _lines("patents.jsonl")
    first, more = patents[:FIRST], patents[FIRST : FIRST + MORE]
    changed = [
        {**patent, "abstract": f"{patent['abstract']}（样例改动）"} for patent in first[:CHANGED]
    ]
    for number, patent in enumerate((*first[-CONTACTS:], *more[:CONTACTS])):
        patent |= {
            "contact_name": f"样例甲{number}",
            "contact_phone": f"138{number:08}",
            "consent_scope": "公开",
            "consent_evidence": "样例同意书",
        }
    _write_lines(folder / "patents.jsonl", first)
    _write_lines(folder / "more.jsonl", [*changed, *more])
    _write_table(folder / "needs.csv", _needs(0, EVENT_NEEDS))
    _write_table(folder / "more-needs.csv", _needs(EVENT_NEEDS, 2 * EVENT_NEEDS))
    _write_collection(folder / "collection")
    _write_table(folder / "contracts.csv", [_contract(patent) for patent in first[:12]])


def _write_collection(folder: Path) -> None:
    """Write a small judged collection: of the samples those documents that a few needs judge."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    heading, *judged = (SAMPLES / "qrels" / "dev.tsv").read_text(encoding="utf-8").splitlines()
    needs = {need["_id"] for need in _lines("queries.jsonl")[:LEARNED]}
    kept = [line for line in judged if line.split("\t")[0] in needs]
    documents = {line.split("\t")[1] for line in kept}
    (folder / "qrels" / "dev.tsv").write_text("\n".join([heading, *kept, ""]), encoding="utf-8")
    corpus = [document for document in _lines("corpus.jsonl") if document["_id"] in documents]
    _write_lines(folder / "corpus.jsonl", corpus)
    queries = [need for need in _lines("queries.jsonl") if need["_id"] in needs]
    _write_lines(folder / "queries.jsonl", queries)


def asked_needs() -> list[tuple[str, str]]:
    """Return title and text of the needs whose answers are compared."""
    return [(need["title"], need["text"]) for need in _lines("queries.jsonl")[:ASKED]]


def _needs(start: int, stop: int) -> list[dict[str, str]]:
    return [
        {
            "需求编号": need["_id"],
            "企业名称": need["enterprise"],
            "需求名称": need["title"],
            "主要问题": need["text"],
            "公开范围": "公开",
        }
        for need in _lines("queries.jsonl")[start:stop]
    ]


def _contract(patent: Mapping[str, str]) -> dict[str, str]:
    number = patent["application_number"]
    return {
        "合同编号": f"样例-{number}",
        "申请号": number,
        "合同类型": "独占",
        "签订日期": "2026-01-31",
        "合同金额(元)": "100000",
    }


def _lines(name: str) -> list[dict[str, Any]]:
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _write_lines(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.write_text(lines, encoding="utf-8")


def _write_table(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
