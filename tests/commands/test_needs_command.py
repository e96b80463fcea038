"""`matcher needs`."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.support.command import PHONE, run
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


def test_needs_come_in_are_listed_and_closed(tmp_path: Path, home: Path) -> None:
    path = write_csv(tmp_path / "需求.csv", ROWS)
    result = run("needs", "import", path, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    (file,) = told["files"]
    assert (file["rows"], file["new"], file["refused"]) == (3, 2, 1)
    (pair,) = told["duplicates"]
    assert [one["row"] for one in pair["needs"]] == [2, 3]
    assert told["problems_file"] == str(home / "import-problems.csv")
    assert "A3" not in result.stderr and PHONE not in result.stdout + result.stderr

    listed = json.loads(run("needs", "list", "--json").stdout)
    listed.sort(key=lambda one: str(one["reference"]))
    assert [(one["reference"], one["has_contact"]) for one in listed] == [
        ("A1", True),
        ("A2", False),
    ]
    assert PHONE not in json.dumps(listed) and "样例乙" not in json.dumps(listed)
    first = listed[0]["id"]
    assert run("needs", "close", first, "--reason", "duplicate").exit_code == 0
    assert len(json.loads(run("needs", "list", "--json").stdout)) == 1
    everything = json.loads(run("needs", "list", "--all", "--json").stdout)
    assert {one["closed_reason"] for one in everything} == {"duplicate", None}
    assert first not in run("needs", "list", "--enterprise", "样例机器公司", "--all").stdout


def test_the_tables_for_people(tmp_path: Path) -> None:
    result = run("needs", "import", write_csv(tmp_path / "需求.csv", ROWS))
    assert result.exit_code == 0, result.stderr
    assert "需求.csv" in result.stdout
    assert "say nearly the same: 1" in result.stderr and "row 2 (耐高温隔膜)" in result.stderr
    assert "耐高温隔膜" in run("needs", "list").stdout


def test_one_clear_line_for_what_cannot_be(tmp_path: Path) -> None:
    for words, told in (
        (("import", tmp_path / "keine.xlsx"), "no such file"),
        (("close", "need_0", "--reason", "withdrawn"), "there is no need"),
        (("close", "need_0", "--reason", "bored"), "--reason is one of matched"),
    ):
        result = run("needs", *words)
        assert result.exit_code != 0
        assert told in result.stderr and result.stderr.count("\n") == 1
