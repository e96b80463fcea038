"""The shortlist of a need: the model's proposal with the staff's edits applied to it.

The edits are stored apart from the proposal and applied anew to every one, so that they survive a
re-run; the model's own order can always be seen beside the result.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _
from matcher.types import Fit, PatentId

_REPLACED = "换成 "
"""Beginning of the reason of a patent that another one replaced, as it is stored."""

SHORTLIST_LENGTH = 5
"""Patents that the page of an enterprise shows for one need."""


class EditKind(StrEnum):
    """The kinds of edits that the staff can make to a shortlist."""

    EXCLUDE = "exclude"
    """剔除: take a patent out, with a reason."""
    PIN = "pin"
    """保留: keep a patent in every re-run, and plan a meeting for it."""
    ADD = "add"
    """增补: put a patent in that the model did not propose."""
    SWAP = "swap"
    """替换: put one patent in the place of another."""
    MOVE = "move"
    """调序: move a patent to a position of the list, from 1."""
    LOCK = "lock"
    """锁定: keep the whole list as it is; a re-run changes nothing."""
    NOTE = "note"
    """备注: a remark beside a patent, or beside the need."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A patent that the model proposes for a need."""

    patent: PatentId
    rank: int
    """In the model's ranking, from 1."""
    score: float
    fit: Fit | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One change by the staff.

    The meaning of `value` depends on the kind: the reason of an exclusion, the patent that
    replaces another, a position in the list, the patents of a locked list, the text of a note.
    """

    kind: EditKind
    patent: PatentId | None = None
    value: str | int | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A patent of the shortlist."""

    patent: PatentId
    proposed: Proposed | None = None
    """None if the model does not propose it: the staff added or kept it."""
    is_pinned: bool = False
    is_added: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """A patent that the staff took out, with the reason."""

    patent: PatentId
    reason: str


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The patents shown for one need, and those taken out."""

    entries: tuple[Entry, ...]
    excluded: tuple[Excluded, ...] = ()
    is_locked: bool = False
    note: str | None = None

    @property
    def patents(self) -> tuple[PatentId, ...]:
        """The patents in the order in which they are shown."""
        return tuple(entry.patent for entry in self.entries)


def reason_text(reason: str) -> str:
    """Return the reason of an exclusion in the language of the run."""
    if not reason.startswith(_REPLACED):
        return reason
    return _("replaced by {patent}", patent=reason.removeprefix(_REPLACED))


def shortlist(
    proposed: Sequence[Proposed], edits: Iterable[Edit], length: int = SHORTLIST_LENGTH
) -> Shortlist:
    """Apply the edits, in the order in which they were made, to the proposal (best first).

    The model fills the list up to `length`, and again where an exclusion makes room. Patents that
    the staff pinned or added come on top of that, however long the list gets.
    """
    builder = _ShortlistBuilder(proposed, length)
    for edit in edits:
        builder.apply(edit)
    return builder.build()


class _ShortlistBuilder:
    """A shortlist that is changed edit by edit."""

    def __init__(self, proposed: Sequence[Proposed], length: int) -> None:
        self._proposed = {proposal.patent: proposal for proposal in proposed}
        self._ranking = [proposal.patent for proposal in proposed]
        self._length = length
        self._entries: list[Entry] = []
        self._excluded: dict[PatentId, str] = {}
        self._locked = False
        self._note: str | None = None
        self._fill()

    def apply(self, edit: Edit) -> None:
        """Change the list by one edit; an edit without an object any more changes nothing."""
        match edit.kind:
            case EditKind.LOCK:
                self._lock([PatentId(name) for name in _texts(edit)])
            case EditKind.NOTE if edit.patent is None:
                self._note = _text(edit) or None
            case EditKind.EXCLUDE:
                self._excluded[_patent(edit)] = _text(edit)
                self._take_out(_patent(edit))
            case EditKind.PIN:
                self._put_in(_patent(edit))
                self._change(_patent(edit), is_pinned=True)
            case EditKind.ADD:
                self._put_in(_patent(edit))
                self._change(_patent(edit), is_added=True)
            case EditKind.SWAP:
                self._swap(_patent(edit), PatentId(_text(edit)))
            case EditKind.MOVE:
                self._move(_patent(edit), _position(edit))
            case EditKind.NOTE:
                self._change(_patent(edit), note=_text(edit) or None)

    def build(self) -> Shortlist:
        """Return the list in its current state."""
        excluded = tuple(Excluded(name, reason) for name, reason in self._excluded.items())
        return Shortlist(tuple(self._entries), excluded, self._locked, self._note)

    def _fill(self) -> None:
        """Fill the list up to its length with the next patents of the model's ranking."""
        if self._locked:
            return
        shown = {entry.patent for entry in self._entries}
        for name in self._ranking:
            if len(self._entries) >= self._length:
                return
            if name not in shown and name not in self._excluded:
                self._entries.append(Entry(name, self._proposed[name]))

    def _index(self, patent: PatentId) -> int | None:
        return next((n for n, entry in enumerate(self._entries) if entry.patent == patent), None)

    def _put_in(self, patent: PatentId, index: int | None = None) -> None:
        self._excluded.pop(patent, None)
        if self._index(patent) is None:
            entry = Entry(patent, self._proposed.get(patent))
            self._entries.insert(len(self._entries) if index is None else index, entry)

    def _take_out(self, patent: PatentId) -> None:
        self._entries = [entry for entry in self._entries if entry.patent != patent]
        self._fill()

    def _swap(self, old: PatentId, new: PatentId) -> None:
        if self._index(old) is None or old == new:
            return
        self._entries = [entry for entry in self._entries if entry.patent != new]
        self._excluded[old] = f"{_REPLACED}{new}"
        self._put_in(new, self._index(old))
        self._change(new, is_added=True)
        self._take_out(old)

    def _move(self, patent: PatentId, position: int) -> None:
        index = self._index(patent)
        if index is not None:
            self._entries.insert(position - 1, self._entries.pop(index))

    def _change(self, patent: PatentId, **values: object) -> None:
        index = self._index(patent)
        if index is not None:
            self._entries[index] = replace(self._entries[index], **values)  # type: ignore[arg-type]

    def _lock(self, patents: Sequence[PatentId]) -> None:
        known = {entry.patent: entry for entry in self._entries}
        self._entries = [known.get(name, Entry(name, self._proposed.get(name))) for name in patents]
        self._locked = True


def check_edit(edit: Edit, current: Shortlist) -> None:
    """Raise InputError if an edit is not possible on the current list."""
    if edit.kind is EditKind.LOCK or (edit.kind is EditKind.NOTE and edit.patent is None):
        return
    patent, shown = _patent(edit), current.patents
    if edit.kind is EditKind.EXCLUDE and not _text(edit).strip():
        raise InputError(_("say why {patent} is excluded", patent=patent))
    if edit.kind is EditKind.ADD and patent in shown:
        raise InputError(_("{patent} is in the shortlist already", patent=patent))
    if edit.kind in (EditKind.SWAP, EditKind.MOVE, EditKind.NOTE) and patent not in shown:
        raise InputError(
            _(
                "{patent} is not in the shortlist; it has {shown}",
                patent=patent,
                shown=listed(shown) or _("none"),
            )
        )
    if edit.kind is EditKind.MOVE and not 1 <= _position(edit) <= len(shown):
        raise InputError(
            _(
                "a place from 1 to {count} is possible, not {position}",
                count=len(shown),
                position=_position(edit),
            )
        )


def list_stamp(ranking: str | None, edits: Iterable[int]) -> str:
    """Return a stamp of the sources of a shortlist: the model's proposal and the edits.

    It is printed on a workbook, so that a returned one shows which list it was made from. Form:
    the number of the last edit, and a digest of the proposal's id and all edit numbers.
    """
    numbers = sorted(edits)
    digest = hashlib.sha256(f"{ranking} {numbers}".encode()).hexdigest()[:12]
    return f"{max(numbers, default=0)}-{digest}"


def last_edit_of(stamp: str) -> int | None:
    """Return the number of the last edit in a stamp; None for any other text."""
    number, dash, digest = stamp.partition("-")
    return int(number) if dash and digest and number.isdecimal() and number.isascii() else None


def _patent(edit: Edit) -> PatentId:
    if edit.patent is None:
        raise InputError(_("the edit {kind} names no patent", kind=edit.kind))
    return edit.patent


def _text(edit: Edit) -> str:
    return edit.value if isinstance(edit.value, str) else ""


def _texts(edit: Edit) -> tuple[str, ...]:
    return edit.value if isinstance(edit.value, tuple) else ()


def _position(edit: Edit) -> int:
    if not isinstance(edit.value, int):
        raise InputError(_("the edit {kind} names no place", kind=edit.kind))
    return edit.value
