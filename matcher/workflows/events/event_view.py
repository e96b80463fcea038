"""The current view of an event, read from the database."""

from dataclasses import replace

from sqlalchemy import Connection

from matcher.events.record import EventState
from matcher.events.shortlist import Entry, shortlist
from matcher.events.shown_match import ShownMatch
from matcher.store import event_decisions, event_edits, events
from matcher.text.organisations import Spellings
from matcher.workflows.events.event_view_model import EventView as EventView
from matcher.workflows.events.event_view_model import Json as Json
from matcher.workflows.events.event_view_model import ListedPatent as ListedPatent
from matcher.workflows.events.event_view_model import NeedView as NeedView
from matcher.workflows.events.plan_state import checked_plan
from matcher.workflows.events.version_contents import contents, is_same


def read_event_view(connection: Connection, name: str) -> EventView:
    """Read the event with the current state of everything. Raises EventNotFoundError.

    Planned meetings that no longer hold are taken out of the plan, and an event that changed
    since its last version is a draft.
    """
    event = events.by_name(connection, name)
    spellings = Spellings()
    needs = _needs(connection, name, event.options.shortlist_length, spellings)
    view = EventView(
        event=event,
        needs=needs,
        teams=tuple(events.teams_of(connection, name)),
        firms=tuple(
            replace(firm, enterprise=spellings.of(firm.enterprise))
            for firm in events.firms_of(connection, name)
        ),
        plan=events.plan_of(connection, name),
        decisions=event_decisions.decisions_in_force(connection, name),
    )
    view = checked_plan(view)
    last = event_edits.last_version(connection, name)
    if last is not None and not is_same(last["contents"], contents(view)):
        view = replace(view, event=replace(event, state=EventState.DRAFT))
    return view


def _needs(
    connection: Connection, name: str, length: int, spellings: Spellings
) -> tuple[NeedView, ...]:
    proposals = event_edits.proposals(connection, name)
    edits = event_edits.edits_in_force(connection, name)
    results = event_edits.latest_results(connection, name)
    needs = []
    for event_need in events.needs_of(connection, name):
        need_id = event_need.need.id
        proposed = proposals.get(need_id, [])
        current = shortlist(proposed, edits.get(need_id, ()), length)
        listed = tuple(
            _listed(entry, results.get((need_id, entry.patent))) for entry in current.entries
        )
        excluded = {out.patent: results.get((need_id, out.patent)) for out in current.excluded}
        titles = {str(patent): shown[1]["title"] for patent, shown in excluded.items() if shown}
        firm = spellings.of(event_need.need.enterprise or f"需求 {event_need.position}")
        needs.append(NeedView(event_need, firm, current, listed, tuple(proposed), titles))
    return tuple(needs)


def _listed(entry: Entry, shown: tuple[str, Json] | None) -> ListedPatent:
    if shown is None:
        return ListedPatent(entry, None, None)
    match, result = shown
    return ListedPatent(entry, match, ShownMatch.from_json(result))
