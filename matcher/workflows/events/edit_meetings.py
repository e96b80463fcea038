"""Meetings placed, moved and cancelled by hand: checked, stored as decisions, put into the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from matcher.errors import ConflictError, InputError
from matcher.events.decision import DecisionKind, KeptDecision, MeetingDecision
from matcher.events.planning.check import (
    FORCEABLE,
    UNFIT,
    Hindrance,
    MeetingCheck,
    Obstacle,
    Placement,
)
from matcher.events.planning.inputs import decided_inputs, input_stamp, plan_inputs
from matcher.events.planning.model import MeetingRequest
from matcher.events.planning.plan import plan_as_placed
from matcher.events.planning.validation import validate_and_sort
from matcher.labels import COLON, label, listed
from matcher.language.messages import _
from matcher.store import event_decisions, events
from matcher.text.organisations import find_name
from matcher.workflows.events.edit import back_to_draft
from matcher.workflows.events.event_view import read_event_view
from matcher.workflows.events.event_view_model import EventView, Json
from matcher.workflows.events.meeting_requests import meeting_request, plan_json
from matcher.workflows.events.plan_state import placements_of, standing_of, with_list
from matcher.workflows.events.version_contents import count_changes


@dataclass(frozen=True, slots=True)
class MeetingEdit:
    """A decision as it was asked for; parties, slot and table as they were typed."""

    kind: DecisionKind
    firm: str
    team: str
    slot: str | None = None
    """None for the slot of the meeting, or the first in which it can be held."""
    table: str | None = None
    """None for the table of the meeting or the team, or another that is free."""
    reason: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class EditedMeeting:
    """A stored decision and what it did."""

    number: int
    decision: MeetingDecision
    before: Placement | None
    after: Placement | None
    set_aside: tuple[Hindrance, ...]
    """Obstacles that were set aside by force, or that do not bind it."""


def edit_meeting(
    connection: Connection, name: str, edit: MeetingEdit, *, by: str, moment: datetime
) -> EditedMeeting:
    """Store one decision and put it into the plan. The event becomes a draft again.

    Raises InputError for a party, slot or table that the event does not have or a missing reason,
    ConflictError for a meeting that is in the way of others or against a limit.
    """
    view = read_event_view(connection, name)
    stored = events.plan_of(connection, name)
    if stored is None:
        raise ConflictError(_("there is no plan yet: run matcher event plan first"))
    editor = _MeetingEditor(view, stored, edit)
    decision, set_aside = editor.decide()
    kept = KeptDecision(0, decision, moment, by)
    number = event_decisions.add(connection, name, kept)
    events.set_plan(connection, name, editor.plan_with(decision), moment)
    back_to_draft(connection, name, moment)
    after = None
    if decision.slot is not None and decision.table is not None:
        after = Placement(decision.firm, decision.team, decision.slot, decision.table)
    return EditedMeeting(number, decision, editor.before, after, set_aside)


class _MeetingEditor:
    """One decision against the plan of an event."""

    def __init__(self, view: EventView, stored: Json, edit: MeetingEdit) -> None:
        self._view, self._stored, self._edit = view, stored, edit
        self._placements = placements_of(stored)
        self._broken = {broken.placement for broken in view.broken}
        request = validate_and_sort(meeting_request(view))
        known = (request, self._placements)
        no_firm = _("the event has no firm {name!r}", name=edit.firm)
        no_team = _("the event has no team {name!r}", name=edit.team)
        self.firm = find_name(edit.firm, _firms(*known), no_firm)
        self.team = find_name(edit.team, _teams(*known), no_team)
        self._request = _without_decision(request, (self.firm, self.team))
        here = [at for at in self._placements if at.pair == (self.firm, self.team)]
        self.before = here[0] if here else None

    def decide(self) -> tuple[MeetingDecision, tuple[Hindrance, ...]]:
        """Return the decision, checked, with the obstacles that do not bind it."""
        edit = self._edit
        reason = (edit.reason or "").strip() or None
        if self.before is None and edit.kind is not DecisionKind.ADD:
            raise InputError(
                _("no meeting of {firm} and {team} is planned", firm=self.firm, team=self.team)
            )
        if edit.kind is DecisionKind.CANCEL:
            if reason is None:
                raise InputError(_("say why the meeting is cancelled: --reason"))
            return MeetingDecision(edit.kind, self.firm, self.team, reason=reason), ()
        if self.before is not None and edit.kind is DecisionKind.ADD:
            raise ConflictError(
                _(
                    "{firm} and {team} meet at {slot} already; matcher event move changes that",
                    firm=self.firm,
                    team=self.team,
                    slot=self.before.slot,
                )
            )
        here, found = self._place()
        is_forced = any(each.obstacle in FORCEABLE for each in found)
        if is_forced and reason is None:
            raise InputError(_("--force needs a reason, which the history keeps: --reason"))
        decision = MeetingDecision(
            edit.kind, self.firm, self.team, here.slot, here.table, reason, is_forced
        )
        return decision, found

    def plan_with(self, decision: MeetingDecision) -> dict[str, object]:
        """Return the stored plan with the decision in it."""
        view = replace(self._view, decisions=(*self._view.decisions, decision))
        request = validate_and_sort(meeting_request(view))
        pair = self.firm, self.team
        held = [at for at in self._others() if at not in self._broken]
        if decision.slot is not None and decision.table is not None:
            held.append(Placement(*pair, decision.slot, decision.table))
        standing = standing_of(request, self._stored, None)
        plan = plan_as_placed(replace(request, standing=standing), held)
        made = plan_json(plan, request)
        lost = [at for at in self._broken if at.pair != pair]
        made["meetings"] += [
            each
            for each in self._stored["meetings"]
            if (each["firm"], each["team"]) in {at.pair for at in lost}
        ]
        made["is_best"] = self._stored["is_best"]
        made["figures"] |= count_changes(self._stored, made)
        # What else changed since the plan was made stays to be told.
        inputs = {**self._stored.get("made_from", plan_inputs(request)), **decided_inputs(request)}
        return made | {"made_from": inputs, "stamp": input_stamp(inputs)}

    def _others(self) -> list[Placement]:
        return [at for at in self._placements if at.pair != (self.firm, self.team)]

    def _place(self) -> tuple[Placement, tuple[Hindrance, ...]]:
        """Return where the meeting goes, and what does not bind it. Raises ConflictError."""
        check = MeetingCheck(self._request)
        others = [at for at in self._others() if at not in self._broken]
        allowed = UNFIT | (FORCEABLE if self._edit.force else frozenset())
        refused = []
        for slot in self._slots():
            here = Placement(self.firm, self.team, slot, self._table(slot, others))
            found = check.hindrances(here, others)
            binding = [each for each in found if each.obstacle not in allowed]
            if not binding:
                return here, found
            refused.append((here, binding))
        raise ConflictError(self._refusal(refused))

    def _refusal(self, refused: Iterable[tuple[Placement, Sequence[Hindrance]]]) -> str:
        """Return why the two cannot meet, a line for each slot."""
        lines, can_force = [], False
        for here, hindrances in refused:
            seat = here.slot
            if self._edit.table is not None:
                seat = _("{slot} at table {table}", slot=here.slot, table=here.table)
            reasons = _("; ").join(self._reason(each) for each in hindrances)
            lines.append(f"{seat}{label(COLON)}{reasons}")
            can_force |= all(each.obstacle in FORCEABLE for each in hindrances)
        head = _("{firm} and {team} cannot meet:", firm=self.firm, team=self.team)
        if can_force:
            head = _(
                "{firm} and {team} cannot meet, unless --force with a --reason sets presence and "
                "limits aside:",
                firm=self.firm,
                team=self.team,
            )
        return with_list(head, lines)

    def _reason(self, hindrance: Hindrance) -> str:
        if hindrance.obstacle is Obstacle.TABLE_TAKEN and self._edit.table is None:
            return _("no table is free then")
        return label(hindrance.text)

    def _slots(self) -> Sequence[str]:
        """Return the slot that was asked for, or all in which the meeting may be put."""
        slots = self._request.rules.slots
        if self._edit.slot is None:
            if self.before is not None and self.before.slot in slots:
                return (self.before.slot,)
            return slots
        wanted = self._edit.slot.strip().replace("：", ":")
        found = [slot for slot in slots if slot == wanted or slot.split("-")[0] == wanted]
        if not found:
            raise InputError(
                _(
                    "the event has no slot {slot!r}; it has {slots}",
                    slot=self._edit.slot,
                    slots=listed(slots),
                )
            )
        return found

    def _table(self, slot: str, others: Sequence[Placement]) -> str:
        """Return the table that was asked for, or a free one, the team's own first."""
        tables = self._request.rules.tables
        if self._edit.table is not None:
            if self._edit.table not in tables:
                raise InputError(
                    _(
                        "the event has no table {table!r}; it has {tables}",
                        table=self._edit.table,
                        tables=listed(tables),
                    )
                )
            return self._edit.table
        taken = {at.table for at in others if at.slot == slot}
        asked = self._request.team(self.team).table
        own = [self.before.table] if self.before else []
        own += [asked] if asked else []
        own += [at.table for at in others if at.team == self.team]
        free = [table for table in (*own, *tables) if table in tables and table not in taken]
        return free[0] if free else tables[0]


def _without_decision(request: MeetingRequest, pair: tuple[str, str]) -> MeetingRequest:
    """Return the request without what was decided of this pair before."""
    return replace(
        request,
        pins=tuple(pin for pin in request.pins if (pin.firm, pin.team) != pair),
        exclusions=tuple(out for out in request.exclusions if (out.firm, out.team) != pair),
    )


def _firms(request: MeetingRequest, placements: Iterable[Placement]) -> list[str]:
    names = [firm.id for firm in request.firms]
    return list(dict.fromkeys([*names, *(at.firm for at in placements)]))


def _teams(request: MeetingRequest, placements: Iterable[Placement]) -> list[str]:
    names = [team.id for team in request.teams]
    return list(dict.fromkeys([*names, *(at.team for at in placements)]))
