"""Import of needs that were read from files, in the caller's transaction, with a report."""

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
from matcher.importing.rows.need_form import NeedForm, merge_details
from matcher.importing.rows.problem import Problem
from matcher.labels import CLOSE_REASON, label
from matcher.language.messages import _
from matcher.needs import lifecycle
from matcher.needs.duplicates import enterprise_key, near_duplicates, text_key
from matcher.needs.lifecycle import NeedEdit
from matcher.needs.record import NeedRecord, PublishScope
from matcher.settings import Settings
from matcher.store import audit
from matcher.store import needs as stored
from matcher.store.database import SaveOutcome
from matcher.store.schema.times import now
from matcher.types import Json
from matcher.workflows.import_patents import FileResult

_NeedKey = tuple[str, str]
"""Enterprise, and the need's number or text."""


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Caller, settings and time of an import of needs."""

    by: Caller
    contact_key: SecretStr | None
    need_days: int
    """Days after which a new need expires."""
    today: date
    moment: datetime


def command_context(settings: Settings) -> ImportContext:
    """Build the context of an import by a command."""
    return ImportContext(
        COMMAND_CALLER, settings.contact_key, settings.need_days, date.today(), now()
    )


@dataclass(frozen=True, slots=True)
class NeedsResult:
    """Result of an import of needs."""

    files: tuple[FileResult, ...]
    duplicates: tuple[Json, ...]
    """Near-duplicate pairs: resemblance, and both needs with their rows (docs/events.md)."""
    needs: tuple[str, ...]
    """Ids of the open needs of all imported rows, in order, each once."""
    changed: frozenset[str]


def save_needs(
    connection: Connection, read: Sequence[NeedsFile], context: ImportContext
) -> NeedsResult:
    """Save the needs of these files; an empty cell changes nothing.

    A need of an earlier import is recognised by enterprise and number, else by enterprise and
    text. Near-duplicate needs of one enterprise are all saved, and reported as duplicates.
    """
    saving = _Saving(connection, context)
    files = tuple(saving.save(file) for file in read)
    for result in files:
        audit.append(
            connection,
            by=context.by,
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
    """Outcomes and problems of one file so far."""

    outcomes: Counter[SaveOutcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    unsealed: int = 0

    def add_problem(self, form: NeedForm, fix: str, *, refused: bool = False) -> None:
        """Add a problem with a row as a whole."""
        self.problems.append(
            Problem(form.file, form.sheet, form.row, None, None, fix, refused=refused)
        )


class _Saving:
    """Import of several files: the known needs by key, and the needs saved so far."""

    def __init__(self, connection: Connection, context: ImportContext) -> None:
        self._connection, self._context = connection, context
        key = context.contact_key
        self._cipher: MultiFernet | None = None if key is None else encryption.cipher(key)
        self._known = {need.id: need for need in stored.each(connection, true())}
        self._by_number: dict[_NeedKey, str] = {}
        self._by_text: dict[_NeedKey, str] = {}
        for need in self._known.values():
            if need.created_by == context.by.key:  # numbers of other callers do not count
                self._add_keys(need)
        self.rows: dict[str, NeedForm] = {}
        """Need id to the row of the need."""
        self.changed: set[str] = set()

    def save(self, file: NeedsFile) -> FileResult:
        """Save the needs of one file."""
        tally = _Tally()
        for form in file.forms:
            self._save(form, tally)
        problems = [*file.problems, *tally.problems]
        if tally.unsealed:
            fix = _(
                "{unsealed} contact persons were not stored, because there is no key to seal "
                "them with: set MATCHER_CONTACT_KEY and import again",
                unsealed=tally.unsealed,
            )
            problems.append(Problem(file.file, None, None, None, None, fix))
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
        """Ids of the open needs of the rows."""
        today = self._context.today
        return [need_id for need_id in self.rows if self._known[need_id].is_asking(today)]

    def duplicates(self) -> list[Json]:
        """Return near-duplicate pairs of open needs, at least one of them of these files."""
        today = self._context.today
        asking = [(need.id, need.details) for need in self._known.values() if need.is_asking(today)]
        return [
            {
                "resemblance": pair.resemblance,
                "needs": [self._origin(pair.first), self._origin(pair.second)],
            }
            for pair in near_duplicates(asking, frozenset(self.rows))
        ]

    def _origin(self, need_id: str) -> Json:
        """Describe a need with its file and row; both None if it is of no file of this import."""
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
            need = self._new_need(form, tally)
            stored.add(self._connection, need)
            self._record(need, form, tally, "new")
            return
        if (first := self.rows.get(known.id)) is not None:
            self._repeat(known, first, form, tally)
            return
        edit = self._edit(known, form, tally)
        if edit is None:
            if not known.is_asking(self._context.today):
                tally.add_problem(
                    form,
                    _(
                        "it asks no more ({reason}): send it in anew if it does",
                        reason=_end_reason(known),
                    ),
                )
            self._record(known, form, tally, "unchanged")
            return
        try:
            need = lifecycle.changed(
                self._context.by, known, edit, self._context.moment, self._context.today
            )
        except ConflictError as problem:
            tally.add_problem(form, str(problem), refused=True)
            return
        stored.save(self._connection, need)
        self._by_text.pop((enterprise_key(known.details), text_key(known.details)), None)
        self.changed.add(need.id)
        self._record(need, form, tally, "changed")

    def _repeat(self, known: NeedRecord, first: NeedForm, form: NeedForm, tally: _Tally) -> None:
        """Handle a second row of one need: it repeats the first, or is refused as contradictory."""
        first_row = (
            _("row {row}", row=first.row)
            if first.file == form.file
            else _("{file} row {row}", file=first.file, row=first.row)
        )
        if merge_details(known.details, form.details) != known.details:
            fix = _(
                "{first_row} says something else of the same need: keep one of the two",
                first_row=first_row,
            )
            tally.add_problem(form, fix, refused=True)
            return
        tally.add_problem(
            form, _("it says the same as {first_row}: the need is there once", first_row=first_row)
        )
        tally.outcomes["unchanged"] += 1

    def _record(
        self, need: NeedRecord, form: NeedForm, tally: _Tally, outcome: SaveOutcome
    ) -> None:
        self._known[need.id] = need
        self.rows[need.id] = form
        self._add_keys(need)
        tally.outcomes[outcome] += 1

    def _add_keys(self, need: NeedRecord) -> None:
        details = need.details
        firm = enterprise_key(details)
        self._by_text[firm, text_key(details)] = need.id
        if firm and details.reference:
            self._by_number[firm, details.reference] = need.id

    def _find(self, form: NeedForm) -> NeedRecord | None:
        """Find the known need of a row; a number counts only with an enterprise."""
        details = form.details
        firm = enterprise_key(details)
        if firm and details.reference:
            need_id = self._by_number.get((firm, details.reference))
        else:
            need_id = self._by_text.get((firm, text_key(details)))
        return None if need_id is None else self._known[need_id]

    def _new_need(self, form: NeedForm, tally: _Tally) -> NeedRecord:
        edit = NeedEdit(
            details=form.details,
            publish_scope=form.publish_scope or PublishScope.MATCH_ONLY,
            pledge_wish=bool(form.pledge_wish),
            expires_on=None,
            contact=self._sealed(form, tally, None),
        )
        context = self._context
        return lifecycle.posted(context.by, edit, context.moment, context.today, context.need_days)

    def _edit(self, known: NeedRecord, form: NeedForm, tally: _Tally) -> NeedEdit | None:
        """Return the edit of a known need; None where the row changes nothing."""
        present = NeedEdit(
            known.details, known.publish_scope, known.pledge_wish, known.expires_on, known.contact
        )
        edit = replace(
            present,
            details=merge_details(known.details, form.details),
            publish_scope=form.publish_scope or known.publish_scope,
            pledge_wish=known.pledge_wish if form.pledge_wish is None else form.pledge_wish,
            contact=self._sealed(form, tally, known.contact),
        )
        return None if edit == present else edit

    def _sealed(self, form: NeedForm, tally: _Tally, known: bytes | None) -> bytes | None:
        """Return the encrypted contact person; the known contact stays if the form gives none."""
        if form.contact is None:
            return known
        if self._cipher is None:
            tally.unsealed += 1
            return known
        if known is not None and self._decrypted(known) == form.contact:
            return known
        return encryption.seal(self._cipher, form.contact)

    def _decrypted(self, sealed: bytes) -> dict[str, str | None] | None:
        """Decrypt a contact; None if no key fits: then the new contact replaces it."""
        if self._cipher is None:
            return None
        try:
            return encryption.unseal(self._cipher, sealed)
        except encryption.ContactKeyError:
            return None


def duplicate_line(pair: Mapping[str, Any]) -> str:
    """Format a pair of duplicates: `0.93: needs.xlsx row 3 (title) ~ row 7 (title), firm`.

    A need of an earlier import has its id in place of file and row.
    """

    def origin(need: Mapping[str, Any]) -> str:
        sheet = f" {need['sheet']}" if need["sheet"] else ""
        row = need["id"]
        if need["file"]:
            row = _("{file} row {row}", file=f"{need['file']}{sheet}", row=need["row"])
        return f"{row} ({need['title'] or _('no title')})"

    first, second = pair["needs"]
    firm = second["enterprise"] or _("no enterprise")
    return f"{pair['resemblance']:.2f}: {origin(first)} ~ {origin(second)}, {firm}"


def _end_reason(need: NeedRecord) -> str:
    """Describe the reason for which a need is no longer open."""
    if need.closed_reason is not None:
        return _("closed: {reason}", reason=label(CLOSE_REASON[need.closed_reason]))
    return _("expired on {expires_on}", expires_on=need.expires_on)
