"""`matcher catalogue`: files of the catalogue for people."""

from pathlib import Path

import pytest

from tests.support.command import PATENTS, run, write_csv


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with the patents of the support; no index."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    assert run("import", write_csv(tmp_path / "patents.csv", PATENTS)).exit_code == 0
    return tmp_path / "home"


def test_a_printed_catalogue_and_a_table_are_written(tmp_path: Path) -> None:
    for name, begin in (("c.pdf", b"%PDF"), ("c.html", b"<!doctype"), ("c.xlsx", b"PK")):
        result = run("catalogue", "-o", str(tmp_path / name))
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).read_bytes().startswith(begin)


def test_the_choice_and_the_title_are_on_the_cover(tmp_path: Path) -> None:
    file = tmp_path / "c.html"
    choice = ("--words", "夹爪", "--status", "all", "--title", "对接会专利目录")
    assert run("catalogue", *choice, "-o", str(file)).exit_code == 0
    html = file.read_text(encoding="utf-8")
    assert "对接会专利目录" in html and "柔性夹爪" in html and "隔膜" not in html


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "c.docx"), "must end in"),
        (("-o", "c.pdf", "--words", "氮化硼"), "no patent of the catalogue"),
        (("-o", "c.pdf", "--industry", "新能源"), "新能源"),
    ],
)
def test_a_mistake_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("catalogue", *arguments)
    assert result.exit_code == 2 and said in result.output
    assert not list(tmp_path.glob("c.*"))


def test_a_file_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("mine")
    assert run("catalogue", "-o", str(file)).exit_code == 2
    assert file.read_text() == "mine"
    assert run("catalogue", "-o", str(file), "--force").exit_code == 0
