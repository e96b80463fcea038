"""Labels of the engine's values: what a fit label rests on."""

from typing import get_args

import pytest

from matcher.events.shown_match import ShownMatch
from matcher.labels import FIT_BASIS, FIT_GAP, fit_rests_on
from matcher.types import FitBasis, FitGap


def test_a_label_says_what_it_rests_on_or_why_there_is_none() -> None:
    assert set(FIT_BASIS) == set(get_args(FitBasis)) and set(FIT_GAP) == set(get_args(FitGap))
    assert fit_rests_on("title", None) == FIT_BASIS["title"]
    assert fit_rests_on("title", "need_without_technique") == FIT_GAP["need_without_technique"]
    assert fit_rests_on(None, None) is None


@pytest.mark.parametrize("stored", [{"fit_basis": "title", "fit_gap": None}, {}])
def test_a_stored_match_keeps_what_its_label_rests_on(stored: dict[str, str | None]) -> None:
    shown = ShownMatch.from_json({"title": "样例", "fit": "fair", **stored})
    assert (shown.fit_basis, shown.fit_gap) == (stored.get("fit_basis"), None)
