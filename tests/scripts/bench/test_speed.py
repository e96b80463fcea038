"""The speed benchmark on a small catalogue."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from matcher.patents.application_numbers import ApplicationNumber, parse_application_number
from scripts.bench.catalogue import need_texts, write_catalogue
from scripts.bench.machine import ROOT


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "scripts.bench", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_varied_catalogue_shares_no_number_and_no_title(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "varied.jsonl", 200)
    lines = (tmp_path / "varied.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    numbers = [parse_application_number(record["application_number"]) for record in records]
    assert all(isinstance(number, ApplicationNumber) for number in numbers)
    assert len({record["application_number"] for record in records}) == 200
    assert len({record["title"] for record in records}) == 200
    assert len({record["claims_all"] for record in records}) == 200


def test_needs_are_title_and_text() -> None:
    assert len(need_texts()) >= 30 and all(text.strip() for text in need_texts())


def figures(table: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return {cells[0]: cells[1:] for cells in rows if len(cells) == 4 and cells[0][:3] != "---"}


@pytest.mark.parametrize("data", [None, "some.csv"])
def test_the_whole_bench_runs_with_the_fake_model(tmp_path: Path, data: str | None) -> None:
    options = ["--model", "fake", "--runs", "1", "--no-peer"]
    if data is None:
        options += ["--patents", "20"]
    else:
        lines = ["申请号,发明名称,摘要", "CN201919900001.1,一种隔膜,隔膜涂覆陶瓷。"]
        (tmp_path / data).write_text("\n".join(lines) + "\n", encoding="utf-8")
        options += ["--data", str(tmp_path / data)]
    ran = run(*options)
    assert ran.returncode == 0, ran.stderr
    assert ("1 patents" if data else "20 patents") in ran.stdout
    assert "Commit " in ran.stdout and "Python 3." in ran.stdout and "load before" in ran.stdout
    table = figures(ran.stdout)
    assert len(table) == 14  # with the heading
    for name, (ours, peer, ratio) in table.items():
        if name:
            assert float(ours.replace(",", "")) >= 0 and peer == ratio == ""
    assert float(table["peak memory answering, MB"][0]) > 20
    assert float(table["first answer in a fresh process, s"][0]) > 0.1


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    ran = run("--data", str(tmp_path / "no.csv"))
    assert ran.returncode == 2 and "no.csv does not exist" in ran.stderr
