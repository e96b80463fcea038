"""`matcher needs`."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.support.command import PHONE, run, run_json
from tests.support.import_files import write_csv

ROWS = (
    ("需求编号", "企业名称", "需求名称", "主要问题", "联系人", "联系电话"),
    ("A1", "样例电池公司", "耐高温隔膜", "隔膜在150℃下收缩", "样例乙", PHONE),
    ("A2", "样例电池公司", "耐高温隔膜", "隔膜在150℃下会收缩", "", ""),
    ("A3", "样例机器公司", "", "", "", ""),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_CONTACT_KEY", Fernet.generate_key().decode())
    return tmp_path / "home"


def test_needs_are_imported_listed_and_closed(tmp_path: Path, home: Path) -> None:
    path = write_csv(tmp_path / "需求.csv", ROWS)
    result = run("needs", "import", path, "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    (file,) = report["files"]
    assert (file["rows"], file["new"], file["refused"]) == (3, 2, 1)
    (pair,) = report["duplicates"]
    assert [need["row"] for need in pair["needs"]] == [2, 3]
    (kept,) = (home / "import-problems").iterdir()
    assert report["problems_file"] == str(kept)
    assert "A3" not in result.stderr and PHONE not in result.stdout + result.stderr

    listed = run_json("needs", "list")
    listed.sort(key=lambda need: str(need["reference"]))
    assert [(need["reference"], need["has_contact"]) for need in listed] == [
        ("A1", True),
        ("A2", False),
    ]
    assert PHONE not in json.dumps(listed) and "样例乙" not in json.dumps(listed)
    first = listed[0]["id"]
    assert run("needs", "close", first, "--reason", "duplicate").exit_code == 0
    assert len(run_json("needs", "list")) == 1
    everything = run_json("needs", "list", "--all")
    assert {need["closed_reason"] for need in everything} == {"duplicate", None}
    assert first not in run("needs", "list", "--enterprise", "样例机器公司", "--all").stdout


def test_needs_are_printed_as_tables(tmp_path: Path) -> None:
    result = run("needs", "import", write_csv(tmp_path / "需求.csv", ROWS))
    assert result.exit_code == 0, result.stderr
    assert "需求.csv" in result.stdout
    assert "say nearly the same: 1" in result.stderr and "row 2 (耐高温隔膜)" in result.stderr
    assert "耐高温隔膜" in run("needs", "list").stdout


def test_an_impossible_request_is_refused_in_one_line(tmp_path: Path) -> None:
    for arguments, expected in (
        (("import", tmp_path / "keine.xlsx"), "no such file"),
        (("close", "need_0", "--reason", "withdrawn"), "there is no need"),
        (("close", "need_0", "--reason", "bored"), "--reason is one of matched"),
    ):
        result = run("needs", *arguments)
        assert result.exit_code != 0
        assert expected in result.stderr and result.stderr.count("\n") == 1


def test_a_heading_is_mapped_and_contact_data_of_a_cell_is_told(tmp_path: Path) -> None:
    rows = (
        ("企业名称", "需求名称", "攻坚方向"),
        ("样例公司", "高温隔膜", f"降低收缩率。联系人张三 {PHONE} 微信同号"),
    )
    path = write_csv(tmp_path / "需求.csv", rows)
    result = run("needs", "import", path, "--map", "goal=攻坚方向")
    assert result.exit_code == 0, result.stderr
    assert "contact data was taken out of the text; the contact person is kept" in result.stderr
    assert not any(secret in result.stdout + result.stderr for secret in (PHONE, "张三"))
    (need,) = run_json("needs", "list")
    assert need["has_contact"]
    wrong = run("needs", "import", path, "--map", "ipc=攻坚方向")
    assert wrong.exit_code != 0 and "goal (预期目标)" in wrong.stderr
