"""Publish scope of a need as its form gives it; the strictest of possible readings holds."""

from matcher.importing.rows.check_boxes import has_empty_boxes, read_boxes, without_boxes
from matcher.importing.rows.need import FORM
from matcher.importing.rows.need_terms import read_publish_scope, scope_entry
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.needs.record import PublishScope

SCOPE_BREAK = "\n\n"
"""Stands between the entries of several labels of the publish scope."""
_STRICTEST_FIRST = (PublishScope.MATCH_ONLY, PublishScope.MASKED, PublishScope.PUBLIC)


def read_scope(row: Row) -> PublishScope | None:
    """Read the publish scope; of several entries and possible readings the strictest counts."""
    scopes: list[PublishScope] = []
    for heading, written in row.headed("publish_scope"):
        # A form has read each entry with its own label.
        label = "" if row.layout.format == FORM else heading
        for entry in scope_entry(label, written).split(SCOPE_BREAK):
            scopes += _scopes_of_entry(row, entry)
    if row.get("publish_scope") and not scopes:
        row.tally(
            "publish_scope",
            _("no box is ticked; taken as 仅匹配, which publishes nothing: tick one"),
        )
        return PublishScope.MATCH_ONLY
    if len(set(scopes)) > 1:
        row.complain(
            "publish_scope",
            _(
                "the ticks can be read in two ways, and the stricter one was taken: write 公开, "
                "脱敏 or 仅匹配"
            ),
        )
    return next((scope for scope in _STRICTEST_FIRST if scope in scopes), None)


def _scopes_of_entry(row: Row, entry: str) -> list[PublishScope]:
    """Return the scopes of an entry's possible readings; none where nothing is ticked."""
    boxes = read_boxes(entry)
    if boxes is None:
        return [_scope_of(row, entry)]
    if not any(boxes.readings):
        return []
    if boxes.are_crosses or _has_stray_words(entry):
        return [_scope_of(row, entry)]
    return [_scope_of(row, "；".join(entries)) for entries in boxes.readings]


def _has_stray_words(entry: str) -> bool:
    """Return True for ticks without empty boxes among words that are no scopes: 不 公开√."""
    if has_empty_boxes(entry):
        return False
    words = without_boxes(entry).split()
    return any(read_publish_scope(word) is None for word in words)


def _scope_of(row: Row, written: str) -> PublishScope:
    """Return the scope of an entry; an unknown one publishes nothing and is told."""
    scope = read_publish_scope(written)
    if scope is None:
        row.complain(
            "publish_scope",
            _("taken as 仅匹配, which publishes nothing: write 公开, 脱敏 or 仅匹配"),
        )
        return PublishScope.MATCH_ONLY
    return scope
