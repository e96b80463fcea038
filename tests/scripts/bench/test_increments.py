"""Bench of indexes that go on from the one before."""

import sys

import pytest

from scripts.bench import increments


def test_the_table_has_every_kind_of_change(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.setattr(sys, "argv", ["increments", "--patents", "90"])
    increments.main()
    table = capsys.readouterr().out
    names = [line.split(" | ")[0].strip("| ") for line in table.splitlines() if line[:2] == "| "]
    assert names[1:] == ["everything", "1 changed", "45 changed", "1 deleted"]
    assert "90 patents" in table
