"""The rate of long work, and the time that is left of it."""

from matcher.progress import RATE_SECONDS, Pace, Step


def rates(steps: list[tuple[Step, float]]) -> list[float | None]:
    """The rate after each step."""
    pace = Pace()
    measured = []
    for step, seconds in steps:
        pace.add(step, seconds)
        measured.append(pace.rate)
    return measured


def test_the_rate_is_that_of_late_and_of_the_present_stage() -> None:
    steps = [
        (Step("reading", 0, 100), 0.0),
        (Step("reading", 10, 100), 2.0),
        (Step("embedding", 0, 100), 3.0),
        (Step("embedding", 40, 100), 4.0),
        (Step("embedding", 50, 100), 4.0 + RATE_SECONDS),
        (Step("embedding", 60, 100), 4.0 + 2 * RATE_SECONDS),
    ]
    late = 10 / RATE_SECONDS
    assert rates(steps) == [None, 5, None, 40, late, late]


def test_work_that_stands_still_or_begins_anew_has_no_rate() -> None:
    steps = [(Step("reading", done), float(second)) for second, done in enumerate((5, 5, 0, 3))]
    assert rates(steps) == [None, None, None, 3]
