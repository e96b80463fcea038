"""Every state and kind has labels in both languages."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import pytest

from matcher.events.decision import DecisionKind
from matcher.events.record import EventNeedState, EventState
from matcher.events.shortlist import EditKind
from matcher.labels import (
    ASPECT,
    AVAILABILITY,
    EDIT,
    EVENT_NEED_STATE,
    EVENT_STATE,
    EXIT_REASON,
    FIT,
    MATCH_STATE,
    PART,
    STATUS,
    TYPE,
)
from matcher.matches.states import ExitReason, MatchState
from matcher.reporting.event.labels import match_state_label
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
        (EVENT_STATE, EventState),
        (EVENT_NEED_STATE, EventNeedState),
        (EDIT, (*EditKind, *DecisionKind)),
        (MATCH_STATE, MatchState),
        (EXIT_REASON, ExitReason),
    ],
)
def test_every_value_has_a_label(table: Mapping[Any, Any], every: Iterable[Any]) -> None:
    assert set(table) == set(every)
    assert all(label["zh"] and label["en"] for label in table.values())


@pytest.mark.parametrize("state", MatchState)
def test_every_state_of_a_match_has_a_label(state: MatchState) -> None:
    assert match_state_label(state, "zh") and match_state_label(state, "en")
