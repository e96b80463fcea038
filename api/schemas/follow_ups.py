"""Request and response models for follow-ups, next actions and case owners."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from api.schemas.fields import AnswerModel, Day, Line, ListRequest, Note, RequestModel
from matcher.access.roles import Role
from matcher.matches.case_owner import CaseOwner, CaseOwnerKind, owner_of
from matcher.matches.record import MatchRecord
from matcher.matches.states import (
    REASON_LABELS,
    STATE_LABELS,
    ExitReason,
    MatchEvent,
    MatchState,
    may_read_notes,
    possible_states,
)
from matcher.store.match_history import NextAction

_STATES = ", ".join(f"{state} {label}" for state, label in STATE_LABELS.items())
_REASONS = ", ".join(f"{reason} {label}" for reason, label in REASON_LABELS.items())


class FollowUpForm(RequestModel):
    """Next state of a match, a note, and the next action (跟进)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "to": "contacted",
                    "note": "电话沟通，企业希望先看样品（样例）",
                    "next_action": "寄送样品",
                    "next_action_on": "2026-07-01",
                },
                {"to": "not_interested", "reason": "too_early"},
                {"note": "对方下周答复（样例）"},
            ]
        }
    )

    to: MatchState | None = Field(
        default=None,
        description=f"Where the match goes (跟进状态): {_STATES}; null: it stays where it is.",
    )
    reason: ExitReason | None = Field(
        default=None,
        description=f"Goes with not_interested, and must (原因): {_REASONS}.",
    )
    note: Note | None = Field(
        default=None,
        description="Confidential remark (备注), read by the side that writes it and the "
        "programme; a step back and a reopening need one.",
    )
    next_action: Note | None = Field(
        default=None,
        description="What is to be done next (下一步工作); confidential like the note.",
    )
    next_action_on: Day | None = Field(
        default=None, description="By which day (下一步日期); needs a next action."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.next_action_on is not None and self.next_action is None:
            raise ValueError("next_action_on says when: say in next_action what is to be done")
        if self.to is None and self.note is None and self.next_action is None:
            raise ValueError("nothing is said: give `to`, a note or a next action")
        if (self.to is MatchState.NOT_INTERESTED) != (self.reason is not None):
            raise ValueError("a reason goes with `to`: not_interested, and with nothing else")
        return self


class MatchEventView(AnswerModel):
    """One line of a match's history (跟进记录)."""

    id: int = Field(description="Number of the event (序号); later ones are higher.")
    happened_at: datetime = Field(description="When (时间), UTC.")
    role: Role = Field(description="The role (角色) of the key that did it.")
    by: str | None = Field(
        description="Id of that key (密钥编号); null where it is the other side's."
    )
    from_state: MatchState | None = Field(
        description="Where the match was (原状态); null for the recommendation."
    )
    to_state: MatchState = Field(description="Where it went, or stayed (现状态).")
    to_state_chinese: str = Field(description="The same in Chinese (状态名称).", examples=["联系"])
    reason: ExitReason | None = Field(description="Why the firm is not interested (原因).")
    reason_chinese: str | None = Field(description="The same in Chinese (原因名称).")
    note: str | None = Field(description="The remark (备注).")
    next_action: str | None = Field(description="What is to be done next (下一步工作).")
    next_action_on: date | None = Field(description="By which day (下一步日期).")
    is_withheld: bool = Field(
        description="The other side did it: its note and next action are not shown (不予显示)."
    )

    @classmethod
    def of(cls, event: MatchEvent, role: Role) -> Self:
        """Return an event as far as a caller of this role may see it."""
        reads = may_read_notes(role, event)
        return cls(
            id=event.id,
            happened_at=event.happened_at,
            role=event.role,
            by=event.by if reads else None,
            from_state=event.from_state,
            to_state=event.to_state,
            to_state_chinese=STATE_LABELS[event.to_state],
            reason=event.reason,
            reason_chinese=event.reason and REASON_LABELS[event.reason],
            note=event.note if reads else None,
            next_action=event.next_action if reads else None,
            next_action_on=event.next_action_on if reads else None,
            is_withheld=not reads,
        )


class MatchStateView(AnswerModel):
    """State of a match (跟进状态)."""

    match: str = Field(description="Id of the match (匹配编号).")
    state: MatchState = Field(description=f"Its state (跟进状态): {_STATES}.")
    state_chinese: str = Field(description="The same in Chinese (状态名称).", examples=["洽谈"])
    possible: list[MatchState] = Field(
        description="Where this key can take it from here (可转入的状态)."
    )
    version: int = Field(description="Counts the changes (版本); the ETag is made of it.")


class FollowedUpView(MatchStateView):
    """A match after a follow-up."""

    event: MatchEventView = Field(description="What was added to its history (跟进记录).")

    @classmethod
    def of(cls, match: MatchRecord, event: MatchEvent, role: Role) -> Self:
        """Return match and event as far as a caller of this role may see them."""
        return cls(**_state(match, role), event=MatchEventView.of(event, role))


class HistoryView(MatchStateView):
    """State of a match, and a page of its history (跟进历史)."""

    events: list[MatchEventView] = Field(description="The earliest first (跟进记录).")
    next_cursor: str | None = Field(
        description="Asks for the page that follows (下一页); null on the last."
    )

    @classmethod
    def page(
        cls, match: MatchRecord, events: Sequence[MatchEvent], next_cursor: str | None, role: Role
    ) -> Self:
        """Return a page of events as far as a caller of this role may see them."""
        views = [MatchEventView.of(event, role) for event in events]
        return cls(**_state(match, role), events=views, next_cursor=next_cursor)


class DueRequest(ListRequest):
    """Page of the next actions due by a day."""

    until: Day | None = Field(
        default=None,
        description="Last day (截止日), by default today in UTC; earlier ones are there.",
    )


class NextActionView(AnswerModel):
    """Next action of a match (待办)."""

    match: str = Field(description="Id of the match (匹配编号).")
    institution: str | None = Field(description="The institution behind the patent (机构).")
    state: MatchState = Field(description=f"Where the match stands (跟进状态): {_STATES}.")
    state_chinese: str = Field(description="The same in Chinese (状态名称).", examples=["洽谈"])
    next_action: str = Field(description="What is to be done (下一步工作).")
    next_action_on: date = Field(description="By which day (下一步日期).")
    role: Role = Field(description="The role (角色) of the key that noted it.")
    noted_at: datetime = Field(description="When it was noted (记录时间), UTC.")

    @classmethod
    def of(cls, due: NextAction) -> Self:
        """Return the entry of a next action."""
        event = due.event
        assert event.next_action is not None and event.next_action_on is not None
        return cls(
            match=event.match,
            institution=due.institution,
            state=due.state,
            state_chinese=STATE_LABELS[due.state],
            next_action=event.next_action,
            next_action_on=event.next_action_on,
            role=event.role,
            noted_at=event.happened_at,
        )


class DueView(AnswerModel):
    """A page of next actions."""

    until: date = Field(description="The last day that was asked for (截止日).")
    actions: list[NextActionView] = Field(description="The earliest first (待办).")
    next_cursor: str | None = Field(
        description="Asks for the page that follows (下一页); null on the last."
    )


class CaseOwnerForm(RequestModel):
    """Case owner of a match (个案负责人). All three null: nobody."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "样例经理人", "kind": "broker", "office": "样例技术转移中心（样例）"},
                {"name": None, "kind": None, "office": None},
            ]
        }
    )

    name: Line | None = Field(description="The person's name (姓名).")
    kind: CaseOwnerKind | None = Field(description="attorney 专利代理师, broker 技术经理人.")
    office: Line | None = Field(description="The person's office (所在机构).")

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = {self.name is None, self.kind is None, self.office is None}
        if len(given) > 1:
            raise ValueError("give name, kind and office together; all of them null: nobody")
        return self

    @property
    def owner(self) -> CaseOwner | None:
        """Case owner as stored; None for nobody."""
        if self.name is None or self.kind is None or self.office is None:
            return None
        return CaseOwner(self.name, self.kind, self.office)


class CaseOwnerView(AnswerModel):
    """Case owner of a match (个案负责人)."""

    match: str = Field(description="Id of the match (匹配编号).")
    name: str | None = Field(description="The person's name (姓名); null: nobody handles it.")
    kind: CaseOwnerKind | None = Field(description="attorney 专利代理师, broker 技术经理人.")
    office: str | None = Field(description="The person's office (所在机构).")
    version: int = Field(description="Counts the changes (版本); the ETag is made of it.")

    @classmethod
    def of(cls, match: MatchRecord) -> Self:
        """Return the case owner of a match."""
        owner = owner_of(match)
        return cls(
            match=match.id,
            name=None if owner is None else owner.name,
            kind=None if owner is None else owner.kind,
            office=None if owner is None else owner.office,
            version=match.version,
        )


def _state(match: MatchRecord, role: Role) -> dict[str, object]:
    state = MatchState(match.state)
    return {
        "match": match.id,
        "state": state,
        "state_chinese": STATE_LABELS[state],
        "possible": list(possible_states(state, role)),
        "version": match.version,
    }
