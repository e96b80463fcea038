"""Fit labels of the results against judgements."""

from matcher.types import Patent, PatentId
from scripts.quality.calibration import (
    LABELLED,
    label_figures,
)
from scripts.quality.figures import figure
from scripts.quality.report import report_markdown
from tests.scripts.quality.examples import QRELS, answer, match, record


def test_labels_are_compared_with_the_judgements() -> None:
    a, b, c, d = (Patent(PatentId(name), name) for name in "abcd")
    answers = {
        "n": answer("n", match(a, fit="strong"), match(b, fit="strong"), match(d, fit="weak")),
        "none": answer("none", match(c, fit="weak"), match(a)),
    }
    found = label_figures(answers, QRELS)
    values = {(f.on, f.metric): dict(f.values) for f in found}
    strong, weak = LABELLED["strong"], LABELLED["weak"]
    assert values[strong, "judged"] == {"n a": 1, "n b": 1}
    assert values[strong, "of use"] == {"n a": 1, "n b": 1}
    assert values[strong, "solve the need"] == {"n a": 1, "n b": 0}
    assert values[weak, "judged"] == {"n d": 0, "none c": 1}
    assert values[weak, "of use"] == values[weak, "solve the need"] == {"n d": 0, "none c": 0}
    assert not any(on == LABELLED["fair"] for on, _ in values)
    markdown = report_markdown(
        record(*found), record(figure(strong, "of use", "engine", [("n a", 0.5)])), "x"
    )
    strong_row = "| strong (promised: 60% or more) | 1.00 of 2 | 1.00 of 2 (was 0.50) | 0.50 of 2 |"
    assert strong_row in markdown and "| fair (promised: 15% to 60%) |  |  |  |" in markdown
    assert f"| {strong} |" not in markdown  # the first table leaves them out
