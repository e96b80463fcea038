"""State machine of a match: states, exits with their reasons, and the steps between them.

The path is 推荐, 已查看, 联系, 洽谈, 意向, 签约, 备案, 实施; the exits are 不感兴趣, 排除 and 终止.
`STEPS` is the whole machine. A step forward may skip a state where firms and teams often do two
things at once (view and contact, talk and sign). A step back is a correction; corrections and
reopenings are for the programme's staff and need a note.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from matcher.access.roles import Role
from matcher.errors import ConflictError, InputError
from matcher.labels import EXIT_REASON, MATCH_STATE
from matcher.language.messages import _


class MatchState(StrEnum):
    """State of a match (跟进状态)."""

    RECOMMENDED = "recommended"
    VIEWED = "viewed"
    CONTACTED = "contacted"
    IN_TALKS = "in_talks"
    INTENT = "intent"
    SIGNED = "signed"
    RECORDED = "recorded"
    IN_USE = "in_use"
    NOT_INTERESTED = "not_interested"
    EXCLUDED = "excluded"
    ENDED = "ended"


class ExitReason(StrEnum):
    """Reason of a firm that is not interested (不感兴趣的原因)."""

    TOO_EARLY = "too_early"
    BENEFIT_UNCLEAR = "benefit_unclear"
    COMMERCIAL_ROUTE_UNCLEAR = "commercial_route_unclear"
    DESCRIPTION_UNCLEAR = "description_unclear"
    NOT_IN_OUR_FIELD = "not_in_our_field"
    ALREADY_HAVE_IT = "already_have_it"
    TERMS = "terms"
    STATUS_OF_THE_RIGHT = "status_of_the_right"


class StepKind(StrEnum):
    """Kind of a step between two states."""

    FORWARD = "forward"
    EXIT = "exit"
    BACK = "back"
    """Correction: the states taken back do not count as reached."""
    REOPENING = "reopening"


_S = MatchState
STATE_LABELS: Mapping[MatchState, str] = {state: MATCH_STATE[state]["zh"] for state in MatchState}
REASON_LABELS: Mapping[ExitReason, str] = {
    reason: EXIT_REASON[reason]["zh"] for reason in ExitReason
}

EXITS = (_S.NOT_INTERESTED, _S.EXCLUDED, _S.ENDED)
PATH = tuple(state for state in MatchState if state not in EXITS)
"""States from recommendation to use, in order."""

_FORWARD: Mapping[MatchState, tuple[MatchState, ...]] = {
    _S.RECOMMENDED: (_S.VIEWED, _S.CONTACTED, _S.IN_TALKS),
    _S.VIEWED: (_S.CONTACTED, _S.IN_TALKS),
    _S.CONTACTED: (_S.IN_TALKS, _S.INTENT),
    _S.IN_TALKS: (_S.INTENT, _S.SIGNED),
    _S.INTENT: (_S.SIGNED,),
    _S.SIGNED: (_S.RECORDED, _S.IN_USE),
    _S.RECORDED: (_S.IN_USE,),
}
_EXIT: Mapping[MatchState, tuple[MatchState, ...]] = {
    _S.RECOMMENDED: (_S.NOT_INTERESTED, _S.EXCLUDED),
    _S.VIEWED: (_S.NOT_INTERESTED, _S.EXCLUDED),
    _S.CONTACTED: (_S.NOT_INTERESTED, _S.EXCLUDED, _S.ENDED),
    _S.IN_TALKS: (_S.NOT_INTERESTED, _S.ENDED),
    _S.INTENT: (_S.NOT_INTERESTED, _S.ENDED),
    _S.SIGNED: (_S.ENDED,),
    _S.RECORDED: (_S.ENDED,),
    _S.IN_USE: (_S.ENDED,),
}
_BACK = {state: PATH[:index] for index, state in enumerate(PATH)}
_REOPENING: Mapping[MatchState, tuple[MatchState, ...]] = {
    _S.NOT_INTERESTED: (_S.VIEWED, _S.CONTACTED, _S.IN_TALKS),
    _S.EXCLUDED: (_S.RECOMMENDED, _S.VIEWED, _S.CONTACTED),
    _S.ENDED: (_S.CONTACTED, _S.IN_TALKS, _S.INTENT),
}

STEPS: Mapping[MatchState, Mapping[MatchState, StepKind]] = {
    state: {
        to: kind
        for kind, table in (
            (StepKind.FORWARD, _FORWARD),
            (StepKind.EXIT, _EXIT),
            (StepKind.REOPENING, _REOPENING),
            (StepKind.BACK, _BACK),
        )
        for to in table.get(state, ())
    }
    for state in MatchState
}
"""Every possible step, from and to."""

_ANYBODY = frozenset({Role.PORTAL, Role.ENTERPRISE, Role.TTO, Role.STAFF, Role.ADMIN})
_INSTITUTION = frozenset({Role.TTO, Role.STAFF, Role.ADMIN})
_PROGRAMME = frozenset({Role.STAFF, Role.ADMIN})

_ROLES_BY_STATE: Mapping[MatchState, frozenset[Role]] = {
    state: _INSTITUTION if state in {_S.SIGNED, _S.RECORDED, _S.IN_USE, _S.EXCLUDED} else _ANYBODY
    for state in MatchState
}
"""Roles that may enter a state: the institution's side for contracts and exclusion, both sides
otherwise."""


class ImpossibleStepError(ConflictError):
    """The step is not possible; `possible` has the states that are."""

    def __init__(self, message: str, possible: tuple[MatchState, ...]) -> None:
        super().__init__(message)
        self.possible = possible


@dataclass(frozen=True, slots=True)
class Step:
    """A permitted step."""

    origin: MatchState
    to: MatchState
    kind: StepKind
    reason: ExitReason | None = None


@dataclass(frozen=True, slots=True)
class MatchEvent:
    """Event in the history of a match."""

    id: int
    match: str
    happened_at: datetime
    by: str
    """Id of the key."""
    role: Role
    from_state: MatchState | None
    """None for the recommendation, the first event."""
    to_state: MatchState
    """Unchanged where the follow-up was only a note or a next action."""
    reason: ExitReason | None = None
    note: str | None = None
    next_action: str | None = None
    next_action_on: date | None = None


class Side(StrEnum):
    """Side on whose behalf a match is followed up."""

    ASKING = "asking"
    INSTITUTION = "institution"
    PROGRAMME = "programme"


ROLES_BY_SIDE: Mapping[Side, frozenset[Role]] = {
    Side.ASKING: frozenset({Role.PORTAL, Role.ENTERPRISE}),
    Side.INSTITUTION: frozenset({Role.TTO}),
    Side.PROGRAMME: _PROGRAMME,
}


def readable_sides(role: Role) -> frozenset[Side]:
    """Return the sides whose notes this role may read: its own, for the programme all.

    Both sides of a negotiation write in the same history; neither reads the other's notes and
    next actions.
    """
    if role in _PROGRAMME:
        return frozenset(Side)
    return frozenset(side for side, roles in ROLES_BY_SIDE.items() if role in roles)


def may_read_notes(role: Role, event: MatchEvent) -> bool:
    """True if this role may read the note and the next action of an event."""
    return any(event.role in ROLES_BY_SIDE[side] for side in readable_sides(role))


def roles_for(state: MatchState, to: MatchState) -> frozenset[Role]:
    """Return the roles that may take this step; none where the step is not in the table."""
    kind = STEPS[state].get(to)
    if kind is None:
        return frozenset()
    if kind in {StepKind.BACK, StepKind.REOPENING}:
        return _PROGRAMME
    return _ROLES_BY_STATE[to]


def possible_states(state: MatchState, role: Role) -> tuple[MatchState, ...]:
    """Return the states to which this role can take a match from this state."""
    return tuple(to for to in STEPS[state] if role in roles_for(state, to))


def take_step(
    state: MatchState,
    to: MatchState,
    role: Role,
    reason: ExitReason | None = None,
    note: str | None = None,
) -> Step:
    """Return the step from one state to another, if this role may take it.

    Raises ImpossibleStepError (a ConflictError) otherwise, and InputError where the reason of an
    exit, or the note of a correction or reopening, is missing.
    """
    if role not in roles_for(state, to):
        alternatives = possible_states(state, role)
        listed = ", ".join(alternatives) or _("nothing, for this role")
        raise ImpossibleStepError(
            _(
                "a match that is {state} cannot become {to} by a key of the role {role}; "
                "possible: {listed}",
                state=state,
                to=to,
                role=role,
                listed=listed,
            ),
            alternatives,
        )
    kind = STEPS[state][to]
    if (to is MatchState.NOT_INTERESTED) != (reason is not None):
        raise InputError(
            _(
                "a reason goes with {state} and with nothing else; it is one of: {reasons}",
                state=MatchState.NOT_INTERESTED,
                reasons=", ".join(ExitReason),
            )
        )
    if kind in {StepKind.BACK, StepKind.REOPENING} and not (note and note.strip()):
        raise InputError(
            _(
                "going from {state} to {to} is a {kind}: say why in a note",
                state=state,
                to=to,
                kind=kind,
            )
        )
    return Step(state, to, kind, reason)
