"""The steps of a patent's life."""

from dataclasses import replace
from datetime import date

from matcher.patents.timeline import timeline
from tests.support.samples import SEPARATOR, TODAY


def test_steps_are_in_order_and_the_end_is_ahead() -> None:
    steps = timeline(SEPARATOR, TODAY)
    assert [step.kind for step in steps] == ["filed", "granted", "status", "expires"]
    assert [step.is_ahead for step in steps] == [False, False, False, True]


def test_an_unknown_day_is_no_step_and_a_day_that_is_today_has_come() -> None:
    patent = replace(SEPARATOR, grant_date=None, expiry_date=date(2026, 6, 1))
    steps = {step.kind: step.is_ahead for step in timeline(patent, TODAY)}
    assert steps == {"filed": False, "status": False, "expires": False}
