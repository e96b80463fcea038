"""The edits of a returned workbook: read against the current event, then stored."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from matcher.errors import NotFoundError
from matcher.events.shortlist import Edit, EditKind, shortlist
from matcher.labels import COLON, label
from matcher.language.messages import _, gettext_noop
from matcher.store import event_edits, patents
from matcher.workflows.events.edit import Editor, find_patent, keep_edit
from matcher.workflows.events.event_view import EventView
from matcher.workflows.events.returned_edits import (
    Returned,
    ReturnedEdit,
    ReturnedRow,
    returned_edits,
)

_EDIT_TEXT: Mapping[EditKind, str] = {
    EditKind.EXCLUDE: gettext_noop("take out {patent} ({value})"),
    EditKind.PIN: gettext_noop("pin {patent}, and plan a meeting for it"),
    EditKind.ADD: gettext_noop("add {patent}"),
    EditKind.SWAP: gettext_noop("swap {patent} for {value}"),
    EditKind.MOVE: gettext_noop("move {patent} to position {value}"),
    EditKind.LOCK: gettext_noop("lock the whole list"),
    EditKind.NOTE: gettext_noop("note {patent}: {value}"),
}


def read_returned(connection: Connection, view: EventView, rows: Sequence[ReturnedRow]) -> Returned:
    """Read the edits in the rows of a workbook against the current event."""
    stored = event_edits.edits_of(connection, view.event.name)
    return returned_edits(
        view, stored, rows, lambda need, number: find_patent(connection, need, number)
    )


def edit_text(connection: Connection, view: EventView, returned: ReturnedEdit) -> str:
    """Return an edit in one line, with its need and the titles of its patents."""
    need = view.need(returned.need)
    assert need is not None
    edit = returned.edit
    titles: dict[str, str] = {
        listed.entry.patent: listed.shown.title for listed in need.listed if listed.shown
    }

    def named(patent: str) -> str:
        title = titles.get(patent) or _title(connection, patent)
        return f"《{title}》{patent}" if title else patent

    value = named(str(edit.value)) if edit.kind is EditKind.SWAP else edit.value or _("(emptied)")
    head = _("need {position}", position=need.position)
    head += f" {need.need.details.title}" if need.need.details.title else ""
    patent = named(edit.patent) if edit.patent else ""
    text = _(_EDIT_TEXT[edit.kind]).format(patent=patent, value=value)
    return f"{head}{label(COLON)}{' '.join(text.split())}"


def make_edits(
    connection: Connection, view: EventView, edits: Sequence[ReturnedEdit], editor: Editor
) -> list[int]:
    """Store the edits in their order and return their numbers.

    Raises InputError; the caller's transaction then keeps none of them.
    """
    standing: dict[str, list[Edit]] = defaultdict(list)
    standing.update(event_edits.edits_in_force(connection, view.event.name))
    numbers = []
    for returned in edits:
        need = view.need(returned.need)
        assert need is not None
        earlier = standing[returned.need]
        current = shortlist(need.proposed, earlier, view.event.options.shortlist_length)
        need = replace(need, shortlist=current)
        numbers.append(keep_edit(connection, view, need, returned.edit, editor))
        earlier.append(returned.edit)
    return numbers


def _title(connection: Connection, patent: str) -> str | None:
    try:
        return patents.by_identifier(connection, patent).title
    except NotFoundError:
        return None
