"""The staff's edits of an event's shortlists: checked against the current list, then stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import InputError
from matcher.events.decision import KeptDecision
from matcher.events.record import EventState, KeptEdit
from matcher.events.shortlist import Edit, EditKind, check_edit
from matcher.language.messages import _
from matcher.needs.record import NeedRecord
from matcher.search.answer_json import answer_json
from matcher.search.matcher import Matcher
from matcher.store import event_edits, events, patents, rankings
from matcher.types import Answer, Filters, LegalStatus, Patent, PatentId
from matcher.workflows.events.event_view import EventView, NeedView, read_event_view
from matcher.workflows.events.recommend import recommend_listed

MatchPatent = Callable[[Patent, NeedRecord], Answer | None]
"""Matches one patent against one need; returns None if there is no engine."""


@dataclass(frozen=True, slots=True)
class Editor:
    """The author of edits, their time, and the access to the engine."""

    name: str
    caller: Caller
    moment: datetime
    match_patent: MatchPatent


def match_patent(matcher: Matcher, patent: Patent, need: NeedRecord, today: date) -> Answer | None:
    """Match one patent against one need, whatever its legal status; None for an empty need.

    Raises InputError for a patent that is not in the index.
    """
    (match,) = matcher.patent_matches(patent, [need.need], today=today)
    if match is None:
        return None
    return Answer(
        need=need.need,
        model=matcher.encoder.name,
        index=matcher.generation,
        filters=Filters(legal_status=frozenset(LegalStatus)),
        hidden={},
        results=(match,),
    )


def find_need(view: EventView, text: str) -> NeedView:
    """Return a need by its number in the event (1, 2 …) or its id. Raises InputError."""
    for need in view.needs:
        if text in (str(need.position), need.id):
            return need
    last = len(view.needs)
    raise InputError(
        _(
            "the event has no need {text!r}: give its number, 1 to {last}, or its id",
            text=text[:60],
            last=last,
        )
        if last
        else _("the event has no needs yet: matcher event set EVENT --needs FILE")
    )


def find_patent(connection: Connection, need: NeedView, text: str) -> PatentId:
    """Return a patent by `#` and its position in the shortlist, or by number in any spelling.

    Raises InputError for a position that does not exist, NotFoundError for an unknown number.
    """
    if text.startswith("#"):
        shown = need.shortlist.patents
        position = int(text[1:]) if text[1:].isdecimal() else 0
        if not shown:
            raise InputError(
                _("need {number} has no shortlist yet", number=need.position),
            )
        if not 1 <= position <= len(shown):
            raise InputError(
                _(
                    "the shortlist has places #1 to #{count}, not {text}",
                    count=len(shown),
                    text=text[:20],
                )
            )
        return shown[position - 1]
    if PatentId(text) in need.shortlist.patents:
        return PatentId(text)
    return patents.by_identifier(connection, text).id


def keep_edit(
    connection: Connection, view: EventView, need: NeedView, edit: Edit, editor: Editor
) -> int:
    """Store one edit and return its number. The event becomes a draft again.

    A patent that was never shown for the need is matched first, so that the papers can give the
    evidence. Raises InputError if the edit is not possible on the current list.
    """
    check_edit(edit, need.shortlist)
    added = _added_patent(edit)
    if added is not None and not _was_shown(need, added):
        _keep_match(connection, need, added, editor)
    name = view.event.name
    record = KeptEdit(0, need.id, edit, editor.moment, editor.name)
    number = event_edits.add(connection, name, record)
    back_to_draft(connection, name, editor.moment)
    return number


def undo_edit(
    connection: Connection, name: str, moment: datetime, number: int | None = None
) -> KeptEdit | KeptDecision:
    """Take back an edit, by default the last. Raises NotFoundError if there is none."""
    events.by_name(connection, name)
    undone = event_edits.undo(connection, name, moment, number)
    back_to_draft(connection, name, moment)
    return undone


def back_to_draft(connection: Connection, name: str, moment: datetime) -> None:
    """Make an event a draft: after a change it has to be reviewed again.

    The recommendations follow its shortlists.
    """
    event = events.by_name(connection, name)
    events.save(connection, replace(event, state=EventState.DRAFT, updated_at=moment))
    recommend_listed(connection, name)


def lock(need: NeedView) -> Edit:
    """Return the edit that locks the current shortlist of a need."""
    return Edit(EditKind.LOCK, None, tuple(need.shortlist.patents))


def read_need(connection: Connection, name: str, text: str) -> tuple[EventView, NeedView]:
    """Read the event and one of its needs. Raises EventNotFoundError, InputError."""
    view = read_event_view(connection, name)
    return view, find_need(view, text)


def _added_patent(edit: Edit) -> PatentId | None:
    if edit.kind in (EditKind.ADD, EditKind.PIN):
        return edit.patent
    if edit.kind is EditKind.SWAP and isinstance(edit.value, str):
        return PatentId(edit.value)
    return None


def _was_shown(need: NeedView, patent: PatentId) -> bool:
    shown = {listed.entry.patent for listed in need.listed if listed.shown is not None}
    return patent in shown | {proposal.patent for proposal in need.proposed}


def _keep_match(connection: Connection, need: NeedView, patent: PatentId, editor: Editor) -> None:
    answer = editor.match_patent(patents.by_identifier(connection, patent), need.need)
    if answer is not None:
        written = answer_json(answer, editor.moment.date())
        rankings.add(connection, need.need, editor.caller, answer, written)
