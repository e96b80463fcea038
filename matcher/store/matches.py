"""Matches in the database: one need with one patent, and the result that was last shown."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from matcher.access.roles import Caller
from matcher.ids import is_id, new_id
from matcher.language.messages import _
from matcher.matches.case_owner import CaseOwner
from matcher.matches.record import MatchNotFoundError, MatchRecord
from matcher.matches.states import MatchState
from matcher.store.schema.needs import matches, rankings, shown
from matcher.store.schema.times import now
from matcher.store.visibility import matches_seen_by

_FIELDS = tuple(field.name for field in fields(MatchRecord))
PageCursor = tuple[datetime, int, str]
"""Position in a list of matches: time of the latest ranking, rank in it, match id."""
_FROZEN = ("ranking", "rank", "score", "legal_status", "status_as_of", "result")


@dataclass(frozen=True, slots=True)
class Showing:
    """Result of a match in one ranking, as it was shown."""

    ranking: str
    asked_at: datetime
    rank: int
    score: float
    legal_status: str
    status_as_of: date | None
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """A match with its last showing, if there is one."""

    match: MatchRecord
    showing: Showing | None

    @property
    def cursor(self) -> PageCursor:
        """Position in a list of matches."""
        if self.showing is None:
            return self.match.created_at, 0, self.match.id
        return self.showing.asked_at, self.showing.rank, self.match.id


def find(
    connection: Connection, match_id: str, where: ColumnElement[bool] | None = None
) -> MatchRecord | None:
    """Return the match with this id if it meets the condition.

    It checks no caller: for that see `visible_match`.
    """
    condition = true() if where is None else where
    query = select(matches).where(matches.c.id == match_id, condition)
    row = connection.execute(query).one_or_none()
    return None if row is None else from_row(row)


def visible_match(connection: Connection, caller: Caller, match_id: str) -> MatchRecord:
    """Return the match if the caller may see it. Raises MatchNotFoundError."""
    seen = matches_seen_by(caller)
    match = find(connection, match_id, seen) if is_id(match_id) else None
    if match is None:
        raise MatchNotFoundError(
            _("there is no match {match_id!r} that this key may see", match_id=match_id[:60])
        )
    return match


def of_patents(
    connection: Connection, need_id: str, patents: Iterable[str]
) -> dict[str, MatchRecord]:
    """Return the matches of a need with these patents, by patent id."""
    here = (matches.c.need == need_id) & matches.c.patent.in_(list(patents))
    rows = connection.execute(select(matches).where(here))
    return {row.patent: from_row(row) for row in rows}


def add(
    connection: Connection,
    *,
    need: str,
    patent: str,
    institution: str | None,
    industry: str | None,
    moment: datetime,
) -> MatchRecord:
    """Add a new match."""
    match = MatchRecord(
        id=new_id("match"),
        need=need,
        patent=patent,
        institution=institution,
        industry=industry,
        state=MatchState.RECOMMENDED.value,
        case_owner=None,
        case_owner_kind=None,
        case_office=None,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    connection.execute(insert(matches).values(asdict(match)))
    return match


def assign_case_owner(
    connection: Connection, match: MatchRecord, owner: CaseOwner | None
) -> MatchRecord:
    """Set or, with None, clear the case owner of a match; return the match as it is now."""
    changed = replace(
        match,
        case_owner=None if owner is None else owner.name,
        case_owner_kind=None if owner is None else owner.kind.value,
        case_office=None if owner is None else owner.office,
        updated_at=now(),
        version=match.version + 1,
    )
    names = ("case_owner", "case_owner_kind", "case_office", "updated_at", "version")
    connection.execute(
        update(matches)
        .where(matches.c.id == match.id)
        .values({name: getattr(changed, name) for name in names})
    )
    return changed


def with_showing(connection: Connection, match: MatchRecord) -> ShownMatch:
    """Return a match with its last showing."""
    query, _, _ = _with_showings(matches.c.id == match.id)
    return _shown_match(connection.execute(query).one())


def page(
    connection: Connection,
    where: ColumnElement[bool],
    *,
    after: PageCursor | None = None,
    limit: int,
) -> list[ShownMatch]:
    """Return at most `limit` matches that meet the condition, in the order of their cursors."""
    query, moment, rank = _with_showings(where)
    if after is not None:
        last_moment, last_rank, last_id = after
        behind = or_(rank > last_rank, and_(rank == last_rank, matches.c.id > last_id))
        query = query.where(or_(moment < last_moment, and_(moment == last_moment, behind)))
    query = query.order_by(moment.desc(), rank, matches.c.id).limit(limit)
    return [_shown_match(row) for row in connection.execute(query)]


def from_row(row: Row[Any]) -> MatchRecord:
    """Convert a row of `matches` to a record."""
    return MatchRecord(**{name: getattr(row, name) for name in _FIELDS})


def _latest(where: ColumnElement[bool]) -> Subquery:
    """Select the last ranking that showed each match that meets the condition."""
    newest = func.row_number().over(
        partition_by=shown.c.match, order_by=(rankings.c.asked_at.desc(), rankings.c.id.desc())
    )
    numbered = (
        select(shown.c.match, shown.c.ranking, rankings.c.asked_at, newest.label("age"))
        .join(rankings, rankings.c.id == shown.c.ranking)
        .where(shown.c.match.in_(select(matches.c.id).where(where)))
        .subquery()
    )
    return select(numbered).where(numbered.c.age == 1).subquery()


def _with_showings(
    where: ColumnElement[bool],
) -> tuple[Select[Any], ColumnElement[datetime], ColumnElement[int]]:
    """Select the matches that meet a condition, with their showing and its time and rank."""
    latest = _latest(where)
    last = and_(shown.c.ranking == latest.c.ranking, shown.c.match == matches.c.id)
    frozen = [shown.c[name] for name in _FROZEN]
    query = (
        select(matches, latest.c.asked_at, *frozen)
        .outerjoin(latest, latest.c.match == matches.c.id)
        .outerjoin(shown, last)
        .where(where)
    )
    moment = func.coalesce(latest.c.asked_at, matches.c.created_at)
    return query, moment, func.coalesce(shown.c.rank, 0)


def _shown_match(row: Row[Any]) -> ShownMatch:
    showing = None
    if row.ranking is not None:
        frozen = {name: getattr(row, name) for name in _FROZEN}
        showing = Showing(asked_at=row.asked_at, **frozen)
    return ShownMatch(from_row(row), showing)
