"""The current view of an event, read from the database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from matcher.events.record import EventState
from matcher.events.shortlist import Entry, shortlist
from matcher.events.shown_match import ShownMatch
from matcher.patents.rights import effective_status
from matcher.store import event_decisions, event_edits, events, patents
from matcher.text.organisations import Spellings
from matcher.types import Patent, PatentId
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
    known = _catalogue(connection, (patent for _, patent in results))
    needs = []
    for event_need in events.needs_of(connection, name):
        need_id = event_need.need.id
        proposed = proposals.get(need_id, [])
        current = shortlist(proposed, edits.get(need_id, ()), length)
        listed = tuple(
            _listed(entry, results.get((need_id, entry.patent)), known.get(entry.patent))
            for entry in current.entries
        )
        excluded = {out.patent: results.get((need_id, out.patent)) for out in current.excluded}
        titles = {str(patent): shown[1]["title"] for patent, shown in excluded.items() if shown}
        firm = spellings.of(event_need.need.enterprise or f"需求 {event_need.position}")
        needs.append(NeedView(event_need, firm, current, listed, tuple(proposed), titles))
    return tuple(needs)


def _catalogue(connection: Connection, ids: Iterable[PatentId]) -> dict[PatentId, Patent]:
    """Return the patents with these ids as the catalogue has them now."""
    rows = patents.rows_of(connection, list(dict.fromkeys(ids)))
    return {patent.id: patent for patent in patents.by_rows(connection, [*rows.values()]).values()}


def _listed(entry: Entry, shown: tuple[str, Json] | None, now: Patent | None) -> ListedPatent:
    """Return a listed patent as it was shown, with the legal status of today's catalogue."""
    if shown is None:
        return ListedPatent(entry, None, None)
    match, result = shown
    view = ShownMatch.from_json(result)
    if now is not None and (status := effective_status(now, date.today())) is not view.status:
        view = replace(
            view,
            status=status,
            status_text=now.legal_status_text,
            status_as_of=now.status_as_of,
        )
    return ListedPatent(entry, match, view)
