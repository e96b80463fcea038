"""Publish scope of a need as its form gives it; the strictest of possible readings holds."""

import re

from matcher.importing.rows.check_boxes import has_empty_boxes, read_boxes, without_boxes
from matcher.importing.rows.need import FORM
from matcher.importing.rows.need_terms import read_publish_scope, scope_entry
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.needs.record import PublishScope
from matcher.text.characters import simplified

SCOPE_BREAK = "\n\n"
"""Stands between the entries of several labels of the publish scope."""
_STRICTEST_FIRST = (PublishScope.MATCH_ONLY, PublishScope.MASKED, PublishScope.PUBLIC)


_WITHHELD = re.compile(
    r"请勿(?:对外|向外|随意)?(?:公开|发布|外传|披露|泄露)|(?:请|请予|注意|务必|严格|需要?)保密(?!性|柜|协议|通[信讯]|技术)"
    r"|(?:需求|信息|名称|内容|情况)[^，,。；;\n]{0,4}(?:请勿|不要|不得|不愿|不希望|不同意|不宜|不便)"
    r"[^，,。；;\n]{0,6}(?:公开|发布|披露|外传)"
    r"|(?:不希望|不愿意?|不同意|不要|不便)(?:对外|向外|向社会)?(?:公开|发布|披露)"
    r"|(?i:please (?:do not|don't) (?:publish|disclose)|keep (?:this|it) confidential)"
)
"""Words of a need that ask not to publish it."""


def read_scope(row: Row, text: str = "") -> PublishScope | None:
    """Read the publish scope; of several entries and possible readings the strictest counts.

    A need whose own text, or a remark that nothing reads, asks not to publish it is not, whatever
    its form says.
    """
    scope = _read_entries(row)
    remarks = [row.cells[index] for index in row.layout.unknown if index < len(row.cells)]
    asked = simplified("\n".join((text, *map(str, remarks))))
    if scope in (None, PublishScope.MATCH_ONLY) or not _WITHHELD.search(asked):
        return scope
    row.complain(
        "publish_scope",
        _("the need's text asks not to publish it; taken as 仅匹配: look whether this is meant"),
    )
    return PublishScope.MATCH_ONLY


def _read_entries(row: Row) -> PublishScope | None:
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
