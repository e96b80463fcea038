"""Bench of the lexical index of large catalogues."""

import sys

import pytest

from indexes import query_terms
from scripts.bench import size_lexical


def test_all_of_the_best_are_found_while_every_posting_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(monkeypatch, capsys) == [1.0] * 5
    monkeypatch.setattr(query_terms, "MAX_POSTINGS", 500)
    assert found(monkeypatch, capsys)[0] < 1


def found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[float]:
    """Share of the best passages that was found under each filter."""
    monkeypatch.setattr(sys, "argv", ["size", "--sizes", "3000", "--patents", "84"])
    size_lexical.main()
    rows = [line for line in capsys.readouterr().out.splitlines() if "% |" in line]
    return [float(line.split(" | ")[-1].strip(" |")) for line in rows]
