"""What becomes of a match: its states, its exits with their reasons, and the steps between them.

The path is 推荐, 已查看, 联系, 洽谈, 意向, 签约, 备案, 实施; the exits are 不感兴趣, 排除 and 终止.
`STEPS` is the whole machine. A step forward may leave out what a firm and a team often do in one
(look and call, talk and sign); a step back is a correction, and like a reopening it is the
programme's own and needs a note.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from matcher.access.roles import Role
from matcher.errors import ConflictError, InputError


class MatchState(StrEnum):
    """Where a match stands (跟进状态)."""

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
    """Why a firm is not interested (不感兴趣的原因)."""

    TOO_EARLY = "too_early"
    BENEFIT_UNCLEAR = "benefit_unclear"
    COMMERCIAL_ROUTE_UNCLEAR = "commercial_route_unclear"
    DESCRIPTION_UNCLEAR = "description_unclear"
    NOT_IN_OUR_FIELD = "not_in_our_field"
    ALREADY_HAVE_IT = "already_have_it"
    TERMS = "terms"
    STATUS_OF_THE_RIGHT = "status_of_the_right"


class StepKind(StrEnum):
    """What a step between two states is."""

    FORWARD = "forward"
    EXIT = "exit"
    BACK = "back"
    """A correction: what it takes back does not count as reached."""
    REOPENING = "reopening"


_S = MatchState
STATE_WORDS: Mapping[MatchState, str] = {
    _S.RECOMMENDED: "推荐",
    _S.VIEWED: "已查看",
    _S.CONTACTED: "联系",
    _S.IN_TALKS: "洽谈",
    _S.INTENT: "意向",
    _S.SIGNED: "签约",
    _S.RECORDED: "备案",
    _S.IN_USE: "实施",
    _S.NOT_INTERESTED: "不感兴趣",
    _S.EXCLUDED: "排除",
    _S.ENDED: "终止",
}
REASON_WORDS: Mapping[ExitReason, str] = {
    ExitReason.TOO_EARLY: "技术成熟度不够",
    ExitReason.BENEFIT_UNCLEAR: "效益不明确",
    ExitReason.COMMERCIAL_ROUTE_UNCLEAR: "商业化路径不明确",
    ExitReason.DESCRIPTION_UNCLEAR: "说明不清楚",
    ExitReason.NOT_IN_OUR_FIELD: "不属于本企业领域",
    ExitReason.ALREADY_HAVE_IT: "已有同类技术",
    ExitReason.TERMS: "合作条件不合适",
    ExitReason.STATUS_OF_THE_RIGHT: "权利状态有问题",
}

EXITS = (_S.NOT_INTERESTED, _S.EXCLUDED, _S.ENDED)
PATH = tuple(state for state in MatchState if state not in EXITS)
"""The states from recommendation to use, in their order."""

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
_BACK = {state: PATH[:place] for place, state in enumerate(PATH)}
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
"""Every step there is, from and to; what is not here is not possible."""

_ANYBODY = frozenset({Role.PORTAL, Role.ENTERPRISE, Role.TTO, Role.STAFF, Role.ADMIN})
_INSTITUTION = frozenset({Role.TTO, Role.STAFF, Role.ADMIN})
_PROGRAMME = frozenset({Role.STAFF, Role.ADMIN})

_ROLES_BY_STATE: Mapping[MatchState, frozenset[Role]] = {
    state: _INSTITUTION if state in {_S.SIGNED, _S.RECORDED, _S.IN_USE, _S.EXCLUDED} else _ANYBODY
    for state in MatchState
}
"""A contract, and that a match is none, is for the institution to say; the rest for both sides."""


class ImpossibleStepError(ConflictError):
    """The match cannot go there from where it is; `possible` says where it can go."""

    def __init__(self, words: str, possible: tuple[MatchState, ...]) -> None:
        super().__init__(words)
        self.possible = possible


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was allowed."""

    origin: MatchState
    to: MatchState
    kind: StepKind
    reason: ExitReason | None = None


@dataclass(frozen=True, slots=True)
class MatchEvent:
    """One line of a match's history."""

    id: int
    match: str
    happened_at: datetime
    by: str
    """The id of the key."""
    role: Role
    from_state: MatchState | None
    """None for the recommendation, with which a history begins."""
    to_state: MatchState
    """As before where the follow-up was only a note or a next action."""
    reason: ExitReason | None = None
    note: str | None = None
    next_action: str | None = None
    next_action_on: date | None = None


class Side(StrEnum):
    """On whose behalf a match is followed up."""

    ASKING = "asking"
    INSTITUTION = "institution"
    PROGRAMME = "programme"


ROLES_BY_SIDE: Mapping[Side, frozenset[Role]] = {
    Side.ASKING: frozenset({Role.PORTAL, Role.ENTERPRISE}),
    Side.INSTITUTION: frozenset({Role.TTO}),
    Side.PROGRAMME: _PROGRAMME,
}


def sides_read_by(role: Role) -> frozenset[Side]:
    """Whose notes and next actions this role may read: its own side's, the programme everybody's.

    Both sides of a negotiation note in the same history; neither reads what the other noted.
    """
    if role in _PROGRAMME:
        return frozenset(Side)
    return frozenset(side for side, roles in ROLES_BY_SIDE.items() if role in roles)


def reads_notes(role: Role, event: MatchEvent) -> bool:
    """Whether this role may read the note and the next action of an event."""
    return any(event.role in ROLES_BY_SIDE[side] for side in sides_read_by(role))


def roles_for(state: MatchState, to: MatchState) -> frozenset[Role]:
    """Who may make this step; nobody where it is not in the table."""
    kind = STEPS[state].get(to)
    if kind is None:
        return frozenset()
    if kind in {StepKind.BACK, StepKind.REOPENING}:
        return _PROGRAMME
    return _ROLES_BY_STATE[to]


def possible(state: MatchState, role: Role) -> tuple[MatchState, ...]:
    """Where a caller of this role can take a match that is in this state."""
    return tuple(to for to in STEPS[state] if role in roles_for(state, to))


def step(
    state: MatchState,
    to: MatchState,
    role: Role,
    reason: ExitReason | None = None,
    note: str | None = None,
) -> Step:
    """The step from one state to another, if it is possible for this role.

    Raises ImpossibleStepError (a ConflictError) where it is not, and InputError where the reason
    of an exit, or the note of a correction or reopening, is missing.
    """
    if role not in roles_for(state, to):
        open_ways = possible(state, role)
        ways = ", ".join(open_ways) or "nothing, for this role"
        raise ImpossibleStepError(
            f"a match that is {state} cannot become {to} by a key of the role {role}; "
            f"possible: {ways}",
            open_ways,
        )
    kind = STEPS[state][to]
    if (to is MatchState.NOT_INTERESTED) != (reason is not None):
        raise InputError(
            f"a reason goes with {MatchState.NOT_INTERESTED} and with nothing else; "
            f"it is one of: {', '.join(ExitReason)}"
        )
    if kind in {StepKind.BACK, StepKind.REOPENING} and not (note and note.strip()):
        raise InputError(f"going from {state} to {to} is a {kind}: say why in a note")
    return Step(state, to, kind, reason)
