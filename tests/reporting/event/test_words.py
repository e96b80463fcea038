"""Every state and kind has its words in both languages."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import pytest

from matcher.events.record import EventState
from matcher.labels import ASPECT, AVAILABILITY, FIT, PART, STATUS, TYPE
from matcher.matches.states import MatchState
from matcher.reporting.event import words as report_words
from matcher.types import (
    AvailabilityLevel,
    CardAspect,
    Fit,
    LegalStatus,
    NeedPartKind,
    PatentType,
)


@pytest.mark.parametrize(
    ("table", "every"),
    [
        (FIT, (*get_args(Fit), None)),
        (STATUS, LegalStatus),
        (TYPE, PatentType),
        (PART, get_args(NeedPartKind)),
        (ASPECT, get_args(CardAspect)),
        (AVAILABILITY, get_args(AvailabilityLevel)),
        (report_words.EVENT_STATE, EventState),
    ],
)
def test_nothing_is_without_words(table: Mapping[Any, Any], every: Iterable[Any]) -> None:
    assert set(table) == set(every)
    assert all(words["zh"] and words["en"] for words in table.values())


@pytest.mark.parametrize("state", MatchState)
def test_every_state_of_a_match_has_words(state: MatchState) -> None:
    assert report_words.match_state(state, "zh") and report_words.match_state(state, "en")
