import re
from pathlib import Path

import pytest

from matcher.text.phrases import alternation, phrase_pattern, phrases


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A package with one phrase list, named after the test since lists are read once."""
    name = f"lists_of_{request.node.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    lines = "# what the list is for\n\n1.5倍以上\n1.5倍\nre:过[高低]\nper cent\n"
    (tmp_path / name / "list.txt").write_text(lines, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_comments_and_blank_lines_are_no_phrases(package: str) -> None:
    assert phrases(package, "list.txt") == ("1.5倍以上", "1.5倍", "re:过[高低]", "per cent")


def test_a_phrase_is_literal_and_a_marked_line_is_a_pattern(package: str) -> None:
    pattern = phrase_pattern(package, "list.txt")

    assert pattern.fullmatch("1.5倍") and not pattern.search("1,5倍")
    assert pattern.fullmatch("过低") and not pattern.search("过[高低]")


def test_the_upper_of_two_phrases_that_match_wins(package: str) -> None:
    match = re.match(alternation(package, "list.txt"), "1.5倍以上")

    assert match is not None
    assert match[0] == "1.5倍以上"


def test_a_frame_stands_around_the_list(package: str) -> None:
    pattern = phrase_pattern(package, "list.txt", r"\b{}\b", re.IGNORECASE)

    assert pattern.search("90 Per Cent")
    assert not pattern.search("super cent")
