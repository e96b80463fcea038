"""Needs that were read from files are kept: in the caller's transaction, with an account of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from cryptography.fernet import MultiFernet
from pydantic import SecretStr
from sqlalchemy import Connection, true

from matcher.access import encryption
from matcher.access.roles import COMMAND_CALLER, Caller
from matcher.errors import ConflictError
from matcher.importing.read_need_files import NeedsFile
from matcher.importing.rows.need_form import NeedForm, merged
from matcher.importing.rows.problem import Problem
from matcher.needs import lifecycle
from matcher.needs.duplicates import enterprise_key, near_duplicates, text_key
from matcher.needs.lifecycle import NeedEdit
from matcher.needs.record import NeedRecord, PublishScope
from matcher.settings import Settings
from matcher.store import audit
from matcher.store import needs as stored
from matcher.store.outcome import Outcome
from matcher.store.schema.times import now
from matcher.workflows.import_patents import FileResult

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Keeping:
    """By what needs are kept."""

    by: Caller
    contact_key: SecretStr | None
    need_days: int
    """Days after which a new need expires."""
    today: date
    moment: datetime


def keeping_by_command(settings: Settings) -> Keeping:
    """How whoever runs a command on the machine keeps needs."""
    return Keeping(COMMAND_CALLER, settings.contact_key, settings.need_days, date.today(), now())


@dataclass(frozen=True, slots=True)
class NeedsResult:
    """What became of an import of needs."""

    files: tuple[FileResult, ...]
    duplicates: tuple[dict[str, Any], ...]
    """Pairs that say nearly the same: resemblance, and both with their rows (docs/events.md)."""
    needs: tuple[str, ...]
    """The ids of the needs of all rows that went in and ask, in their order, each once."""
    changed: frozenset[str]


def save_needs(connection: Connection, read: Sequence[NeedsFile], keeping: Keeping) -> NeedsResult:
    """Keep the needs of these files. A need that was imported before is known again by its
    enterprise and number, else by its enterprise and text; an empty cell changes nothing.

    Near-same needs of one enterprise all go in, and are told as duplicates.
    """
    saving = _Saving(connection, keeping)
    files = tuple(saving.save(file) for file in read)
    for result in files:
        audit.append(
            connection,
            by=keeping.by,
            action="needs.imported",
            subject="needs",
            details={
                name: getattr(result, name) for name in ("new", "changed", "unchanged", "refused")
            },
        )
    return NeedsResult(
        files,
        tuple(saving.duplicates()),
        tuple(saving.asking),
        frozenset(saving.changed),
    )


@dataclass(slots=True)
class _Tally:
    """What became of one file so far."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    unsealed: int = 0

    def complain(self, form: NeedForm, mend: str, *, refused: bool = False) -> None:
        """Note what is wrong with a row as a whole."""
        self.problems.append(
            Problem(form.file, form.sheet, form.row, None, None, mend, refused=refused)
        )


class _Saving:
    def __init__(self, connection: Connection, keeping: Keeping) -> None:
        self._connection, self._keeping = connection, keeping
        key = keeping.contact_key
        self._cipher: MultiFernet | None = None if key is None else encryption.cipher(key)
        self._known = {one.id: one for one in stored.each(connection, true())}
        self._numbers: dict[_Key, str] = {}
        self._texts: dict[_Key, str] = {}
        for one in self._known.values():
            if one.created_by == keeping.by.key:  # another's numbers are not the staff's
                self._note(one)
        self.rows: dict[str, NeedForm] = {}
        """The row that each need comes from, by the need's id."""
        self.changed: set[str] = set()

    def save(self, file: NeedsFile) -> FileResult:
        """Keep the needs of one file."""
        tally = _Tally()
        for form in file.forms:
            self._save(form, tally)
        problems = [*file.problems, *tally.problems]
        if tally.unsealed:
            mend = (
                f"{tally.unsealed} contact persons were not stored, because there is no key to "
                "seal them with: set MATCHER_CONTACT_KEY and import again"
            )
            problems.append(Problem(file.file, None, None, None, None, mend))
        return FileResult(
            file=file.file,
            format=file.format,
            kind="needs",
            rows=file.rows,
            new=tally.outcomes["new"],
            changed=tally.outcomes["changed"],
            unchanged=tally.outcomes["unchanged"],
            refused=file.rows - tally.outcomes.total(),
            problems=tuple(problems),
        )

    @property
    def asking(self) -> list[str]:
        """The needs of the rows, without those that are closed or expired."""
        return [one for one in self.rows if self._known[one].is_asking(self._keeping.today)]

    def duplicates(self) -> list[dict[str, Any]]:
        """Pairs of asking needs that say nearly the same, one of them of these files."""
        asking = [
            (one.id, one.details)
            for one in self._known.values()
            if one.is_asking(self._keeping.today)
        ]
        return [
            {
                "resemblance": pair.resemblance,
                "needs": [self._place(pair.first), self._place(pair.second)],
            }
            for pair in near_duplicates(asking, frozenset(self.rows))
        ]

    def _place(self, need_id: str) -> dict[str, Any]:
        """Where a need stands; one that was there before stands in no file of this import."""
        details, form = self._known[need_id].details, self.rows.get(need_id)
        return {
            "id": need_id,
            "enterprise": details.enterprise,
            "title": details.title,
            "file": form and form.file,
            "sheet": form and form.sheet,
            "row": form and form.row,
        }

    def _save(self, form: NeedForm, tally: _Tally) -> None:
        known = self._find(form)
        if known is None:
            need = self._posted(form, tally)
            stored.add(self._connection, need)
            self._keep(need, form, tally, "new")
            return
        if (first := self.rows.get(known.id)) is not None:
            self._again(known, first, form, tally)
            return
        edit = self._edit(known, form, tally)
        if edit is None:
            if not known.is_asking(self._keeping.today):
                tally.complain(form, f"it asks no more ({_why(known)}): send it in anew if it does")
            self._keep(known, form, tally, "unchanged")
            return
        try:
            need = lifecycle.changed(
                self._keeping.by, known, edit, self._keeping.moment, self._keeping.today
            )
        except ConflictError as problem:
            tally.complain(form, str(problem), refused=True)
            return
        stored.save(self._connection, need)
        self._texts.pop((enterprise_key(known.details), text_key(known.details)), None)
        self.changed.add(need.id)
        self._keep(need, form, tally, "changed")

    def _again(self, known: NeedRecord, first: NeedForm, form: NeedForm, tally: _Tally) -> None:
        """A second row of one need: it says the same, or which of both counts is not known."""
        place = f"row {first.row}" if first.file == form.file else f"{first.file} row {first.row}"
        if merged(known.details, form.details) != known.details:
            mend = f"{place} says something else of the same need: keep one of the two"
            tally.complain(form, mend, refused=True)
            return
        tally.complain(form, f"it says the same as {place}: the need is there once")
        tally.outcomes["unchanged"] += 1

    def _keep(self, need: NeedRecord, form: NeedForm, tally: _Tally, outcome: Outcome) -> None:
        self._known[need.id] = need
        self.rows[need.id] = form
        self._note(need)
        tally.outcomes[outcome] += 1

    def _note(self, need: NeedRecord) -> None:
        details = need.details
        firm = enterprise_key(details)
        self._texts[firm, text_key(details)] = need.id
        if firm and details.reference:
            self._numbers[firm, details.reference] = need.id

    def _find(self, form: NeedForm) -> NeedRecord | None:
        """The need that the row is about; a number counts only beside an enterprise."""
        details = form.details
        firm = enterprise_key(details)
        if firm and details.reference:
            found = self._numbers.get((firm, details.reference))
        else:
            found = self._texts.get((firm, text_key(details)))
        return None if found is None else self._known[found]

    def _posted(self, form: NeedForm, tally: _Tally) -> NeedRecord:
        edit = NeedEdit(
            details=form.details,
            publish_scope=form.publish_scope or PublishScope.MATCH_ONLY,
            pledge_wish=bool(form.pledge_wish),
            expires_on=None,
            contact=self._sealed(form, tally, None),
        )
        keeping = self._keeping
        return lifecycle.posted(keeping.by, edit, keeping.moment, keeping.today, keeping.need_days)

    def _edit(self, known: NeedRecord, form: NeedForm, tally: _Tally) -> NeedEdit | None:
        """What the need is to be; None where the row says nothing new."""
        kept = NeedEdit(
            known.details, known.publish_scope, known.pledge_wish, known.expires_on, known.contact
        )
        edit = replace(
            kept,
            details=merged(known.details, form.details),
            publish_scope=form.publish_scope or known.publish_scope,
            pledge_wish=known.pledge_wish if form.pledge_wish is None else form.pledge_wish,
            contact=self._sealed(form, tally, known.contact),
        )
        return None if edit == kept else edit

    def _sealed(self, form: NeedForm, tally: _Tally, known: bytes | None) -> bytes | None:
        """The contact person, sealed; what is known stays where the form says nothing else."""
        if form.contact is None:
            return known
        if self._cipher is None:
            tally.unsealed += 1
            return known
        if known is not None and self._opened(known) == form.contact:
            return known
        return encryption.seal(self._cipher, form.contact)

    def _opened(self, sealed: bytes) -> dict[str, str | None] | None:
        """None where no key that is set opens it: then the new one takes its place."""
        if self._cipher is None:
            return None
        try:
            return encryption.unseal(self._cipher, sealed)
        except encryption.ContactKeyError:
            return None


def duplicate_line(pair: Mapping[str, Any]) -> str:
    """`0.93: 需求表.xlsx row 3 (title) ~ row 7 (title) of 企业`, or the id of a need of before."""

    def place(one: Mapping[str, Any]) -> str:
        sheet = f" {one['sheet']}" if one["sheet"] else ""
        where = f"{one['file']}{sheet} row {one['row']}" if one["file"] else one["id"]
        return f"{where} ({one['title'] or 'no title'})"

    first, second = pair["needs"]
    firm = second["enterprise"] or "no enterprise"
    return f"{pair['resemblance']:.2f}: {place(first)} ~ {place(second)}, {firm}"


def _why(need: NeedRecord) -> str:
    """Why a need asks no more."""
    if need.closed_reason is not None:
        return f"closed: {need.closed_reason.value}"
    return f"expired on {need.expires_on}"
