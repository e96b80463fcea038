"""Messages that an institution's technology-transfer office passes on: what may become of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcher.errors import ConflictError, NotFoundError


class RelayNotFoundError(NotFoundError):
    """There is no such relay request, or none that the caller may see."""


class RelayState(StrEnum):
    """Where a relay request stands."""

    PENDING = "pending"
    """In the queue (待处理)."""
    ACCEPTED = "accepted"
    """The office passes it on (已受理)."""
    DECLINED = "declined"
    """It is not passed on (已谢绝)."""
    ANSWERED = "answered"
    """The asking side has its answer (已答复)."""


class RelayStep(StrEnum):
    """What the office can do with one."""

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
"""What is possible in each state, and where it leads."""
OPEN_STATES = tuple(state for state, steps in STEPS.items() if steps)


@dataclass(frozen=True, slots=True)
class RelayRequest:
    """A message to a team by way of its office. Message and answer are confidential."""

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
    """The state that a step leads to. Raises ConflictError, which says what is possible."""
    possible = STEPS[state]
    if step not in possible:
        words = ", ".join(possible) or "nothing: ask anew with another request"
        raise ConflictError(
            f"a relay request that is {state} cannot be changed by {step}; possible: {words}"
        )
    return possible[step]
