"""The measurement of landscapes runs and prints a line for each thing that it measures."""

import sys

import pytest

from matcher.errors import InputError
from matcher.reporting import pdf
from matcher.reporting.landscape import canvas
from scripts.bench import landscape


def test_it_measures_counts_charts_and_reports(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        canvas.chinese_font()
        pdf.check_pdf()
    except InputError as error:
        pytest.skip(str(error))
    monkeypatch.setattr(landscape, "RUNS", 1)
    monkeypatch.setattr(sys, "argv", ["landscape", "--patents", "100"])
    landscape.main()
    printed = capsys.readouterr().out
    assert "| 100 patents | seconds |" in printed
    for line in ("whole catalogue", "an industry", "charts as SVG", "as PDF", "as .docx"):
        assert line in printed
