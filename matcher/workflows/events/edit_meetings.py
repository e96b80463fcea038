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
    BrokenMeeting,
    Hindrance,
    MeetingCheck,
    Placement,
)
from matcher.events.planning.inputs import decided_inputs, input_stamp, plan_inputs
from matcher.events.planning.model import MeetingRequest
from matcher.events.planning.plan import plan_as_placed
from matcher.events.planning.validation import validate_and_sort
from matcher.labels import listed
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.store import event_decisions, events
from matcher.text.organisations import organisation_key
from matcher.workflows.events.edit import back_to_draft
from matcher.workflows.events.event_view import read_event_view
from matcher.workflows.events.event_view_model import EventView, Json
from matcher.workflows.events.meeting_requests import meeting_request, plan_json
from matcher.workflows.events.plan_state import placements_of, standing_of
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
        self.firm = _find(edit.firm, _firms(*known), no_firm)
        self.team = _find(edit.team, _teams(*known), no_team)
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
                    "{firm} and {team} meet already at {slot}: matcher event move",
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
        refused: tuple[Placement, tuple[Hindrance, ...]] | None = None
        for slot in self._slots():
            for table in self._tables(slot, others):
                here = Placement(self.firm, self.team, slot, table)
                found = check.hindrances(here, others)
                allowed = UNFIT | (FORCEABLE if self._edit.force else frozenset())
                binding = [each for each in found if each.obstacle not in allowed]
                if not binding:
                    return here, found
                refused = refused or (here, tuple(binding))
        assert refused is not None
        raise ConflictError(_refusal(*refused))

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
                    slots="、".join(slots),
                )
            )
        return found

    def _tables(self, slot: str, others: Sequence[Placement]) -> Sequence[str]:
        """Return the table that was asked for, or the free ones, the team's own first."""
        tables = self._request.rules.tables
        if self._edit.table is not None:
            if self._edit.table not in tables:
                raise InputError(
                    _(
                        "the event has no table {table!r}; it has {tables}",
                        table=self._edit.table,
                        tables="、".join(tables),
                    )
                )
            return (self._edit.table,)
        taken = {at.table for at in others if at.slot == slot}
        own = [self.before.table] if self.before else []
        asked = self._request.team(self.team).table
        own += [asked] if asked else []
        own += [at.table for at in others if at.team == self.team]
        free = [table for table in dict.fromkeys((*own, *tables)) if table not in taken]
        return [table for table in free if table in tables][:1] or tables[:1]


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


def _find(text: str, names: Sequence[str], unknown: str) -> str:
    """Return the only name that is, ends with, or holds the text in any spelling."""
    key = organisation_key(text)
    keys = {name: organisation_key(name) for name in names}
    for is_it in (
        lambda own: own == key,
        lambda own: own.endswith(key),
        lambda own: key in own,
    ):
        found = [name for name, own in keys.items() if key and is_it(own)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(
                _(
                    "{name!r} can be {names}: write more of it",
                    name=text,
                    names=listed(found[:5]),
                )
            )
    raise InputError(unknown + _("; it has {names}", names=listed(names[:12]) or "–"))


def _refusal(here: Placement, hindrances: tuple[Hindrance, ...]) -> str:
    text = BrokenMeeting(here, hindrances).text[current_language()]
    message = _("the meeting cannot be held there: {meeting}", meeting=text)
    if all(each.obstacle in FORCEABLE for each in hindrances):
        message += _("; --force with a --reason sets that aside")
    return message
