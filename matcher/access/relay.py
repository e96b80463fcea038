"""Relay requests: messages to a team by its technology-transfer office, and their states."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcher.errors import ConflictError, NotFoundError
from matcher.language.messages import _


class RelayNotFoundError(NotFoundError):
    """There is no such relay request, or none that the caller may see."""


class RelayState(StrEnum):
    """State of a relay request."""

    PENDING = "pending"
    """In the queue (待处理)."""
    ACCEPTED = "accepted"
    """The office passes it on (已受理)."""
    DECLINED = "declined"
    """It is not passed on (已谢绝)."""
    ANSWERED = "answered"
    """The enterprise has its answer (已答复)."""


class RelayStep(StrEnum):
    """Action of the office on a relay request."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ANSWER = "answer"


STEPS: dict[RelayState, dict[RelayStep, RelayState]] = {
    RelayState.PENDING: {
        RelayStep.ACCEPT: RelayState.ACCEPTED,
        RelayStep.DECLINE: RelayState.DECLINED,
    },
    RelayState.ACCEPTED: {
        RelayStep.ANSWER: RelayState.ANSWERED,
        RelayStep.DECLINE: RelayState.DECLINED,
    },
    RelayState.DECLINED: {},
    RelayState.ANSWERED: {},
}
"""Possible steps of each state, and the state after each."""
OPEN_STATES = tuple(state for state, steps in STEPS.items() if steps)


@dataclass(frozen=True, slots=True)
class RelayRequest:
    """Message to a team through its office. Message and answer are confidential."""

    id: str
    match: str
    institution: str
    asked_by: str
    contact: str | None
    state: RelayState
    message: str
    answer: str | None
    asked_at: datetime
    changed_at: datetime
    changed_by: str | None

    def __repr__(self) -> str:
        return f"RelayRequest({self.id}, {self.state})"


def after_step(state: RelayState, step: RelayStep) -> RelayState:
    """Return the state after a step. Raises ConflictError, which lists the possible steps."""
    possible = STEPS[state]
    if step not in possible:
        listed = ", ".join(possible) or _("nothing: ask anew with another request")
        raise ConflictError(
            _(
                "a relay request that is {state} cannot be changed by {step}; possible: {listed}",
                state=state,
                step=step,
                listed=listed,
            )
        )
    return possible[step]
