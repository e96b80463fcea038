"""The measurement of the search by words runs and finds what it searches for."""

import re
import sys

import pytest

from scripts.bench import words


def test_it_measures_index_columns_and_searches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["words", "--patents", "100"])
    words.main()
    printed = capsys.readouterr().out
    assert "| 100 patents | |" in printed
    found = re.search(r"\((\d+) found\)", printed)
    assert found is not None and int(found[1]) > 0
    for line in ("index of words", "its file", "columns read", "peak memory"):
        assert f"| {line} |" in printed
