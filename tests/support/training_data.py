"""A data folder in small (样例): every file that the recipe reads, with texts of our own."""

import csv
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

SUBCLASSES = ("A01B", "B02C", "C03C", "D04H", "E05B", "F16K", "G01N", "H01M")
PARTS = (("阀门", "valve"), ("泵", "pump"), ("轴承", "bearing"), ("隔膜", "separator"))


def write_data(folder: Path) -> Path:
    """The folder, filled."""
    ipc = [
        (f"{zh}的{code}部件{n}号", f"part {n} of a {en} in {code}", f"{code}{n}/00", "0")
        for code in SUBCLASSES
        for n, (zh, en) in enumerate(PARTS)
    ]
    _tsv(folder / "parallel/ipc_zh_en.tsv.gz", ipc)
    _tsv(folder / "parallel/ipc_path_zh_en.tsv.gz", ipc)
    for name in ("arxiv_title", "arxiv_abstract", "pydocs", "espidf", "kicad", "d2l"):
        rows = [
            (f"用于{zh}的{name}方法说明", f"notes on the {name} method", "x") for zh, _ in PARTS
        ]
        _tsv(folder / f"parallel/{name}_zh_en.tsv.gz", rows)
    _tsv(folder / "terms/cedict_zh_en.tsv.gz", [(zh, en, zh) for zh, en in PARTS])
    for name in ("msterm", "ee"):
        _tsv(folder / f"terms/{name}_zh_en.tsv.gz", [("阀门", "valve")])
    _jsonl(
        folder / "chinese/csl.jsonl.gz",
        [
            {"title": f"{zh}研究{src}", "abstract": f"研究了{zh}的寿命。结果很好。", "src": [src]}
            for src in ("csl_SUMM_csl_title_train", "csl_ts_dev", "csl_ts_test")
            for zh, _ in PARTS
        ],
    )
    _jsonl(
        folder / "patents/zh_patents.jsonl.gz",
        [{"title": f"一种{zh}", "abstract": f"本发明公开了一种{zh}。"} for zh, _ in PARTS],
    )
    _csv(
        folder / "patents/titles_ipc.csv.gz",
        ("publication_numbers", "title", "ipc_subclasses"),
        [(f"CN{n}", f"一种{zh}装置", "F16K|H01M") for n, (zh, _) in enumerate(PARTS * 1000)],
    )
    _csv(
        folder / "ipc/ipc_zh_titles.csv.gz",
        ("code", "level", "title_zh"),
        [(code, "subclass", f"{code}类部件") for code in SUBCLASSES],
    )
    return folder


def _tsv(file: Path, rows: Iterable[Iterable[str]]) -> None:
    _write(file, "".join("\t".join(row) + "\n" for row in rows))


def _jsonl(file: Path, rows: Iterable[object]) -> None:
    _write(file, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _csv(file: Path, heading: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    _write(file, text.getvalue())


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write(text)
