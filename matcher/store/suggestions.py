"""Suggestions in the database: added, listed, taken and dismissed."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, true, update

from matcher.access.roles import Caller, Role
from matcher.language.messages import _
from matcher.matches.suggestion import (
    ArrivalReason,
    Suggestion,
    SuggestionDecidedError,
    SuggestionNotFoundError,
    SuggestionState,
)
from matcher.store import matches, needs
from matcher.store.rankings import RecommendedPatent, add_written
from matcher.store.schema.needs import needs as needs_table
from matcher.store.schema.suggestions import suggestions
from matcher.store.schema.times import now
from matcher.store.visibility import needs_seen_by

_FIELDS = tuple(field.name for field in fields(Suggestion))


def add_new(
    connection: Connection, candidates: Iterable[Suggestion], today: date
) -> list[Suggestion]:
    """Add the suggestions that are still valid and new; return them.

    Left out are needs that are closed, expired or changed since they were read, and pairs that
    are a match or were suggested before, whatever the decision.
    """
    added = []
    for suggestion in candidates:
        need = needs.find(connection, suggestion.need)
        if need is None or not need.is_asking(today) or need.version != suggestion.need_version:
            continue
        here = and_(
            suggestions.c.need == suggestion.need, suggestions.c.patent == suggestion.patent
        )
        known = connection.execute(select(suggestions.c.id).where(here)).first()
        if known or matches.of_patents(connection, need.id, [suggestion.patent]):
            continue
        values = {name: getattr(suggestion, name) for name in _FIELDS}
        values["reason"] = suggestion.reason.value
        values["state"] = suggestion.state.value
        connection.execute(insert(suggestions).values(values))
        added.append(suggestion)
    return added


def seen_by(caller: Caller, today: date) -> ColumnElement[bool]:
    """Condition on `suggestions`: of needs that the caller may see.

    A technology-transfer office sees those of its own institution's patents only.
    """
    of_needs = suggestions.c.need.in_(select(needs_table.c.id).where(needs_seen_by(caller, today)))
    if caller.role is Role.TTO:
        return and_(of_needs, suggestions.c.institution == caller.institution)
    return of_needs


def page(
    connection: Connection,
    where: ColumnElement[bool],
    *,
    state: SuggestionState | None = None,
    need_id: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Suggestion]:
    """Return at most `limit` suggestions that meet the condition, the latest first."""
    columns = suggestions.c
    query = select(suggestions).where(
        where,
        true() if state is None else columns.state == state.value,
        true() if need_id is None else columns.need == need_id,
    )
    if after is not None:
        moment, identity = after
        same = and_(columns.made_at == moment, columns.id < identity)
        query = query.where(or_(columns.made_at < moment, same))
    query = query.order_by(columns.made_at.desc(), columns.id.desc()).limit(limit)
    return [_from_row(row) for row in connection.execute(query)]


def take(connection: Connection, suggestion_id: str, caller: Caller, today: date) -> Suggestion:
    """Turn a suggestion into a match, with its result as it was shown; return it as it is now.

    Raises SuggestionNotFoundError, and SuggestionDecidedError for a decided suggestion, a need
    that is closed or expired, and a pair that is a match already.
    """
    suggestion = _undecided(connection, suggestion_id, caller, today)
    need = needs.find(connection, suggestion.need)
    if need is None or not need.is_asking(today):
        raise SuggestionDecidedError(
            _(
                "the need {need} is closed or has expired: the suggestion can only be dismissed",
                need=suggestion.need,
            )
        )
    if known := matches.of_patents(connection, need.id, [suggestion.patent]):
        match = known[suggestion.patent]
        raise SuggestionDecidedError(
            _("need and patent are the match {id} already: see there", id=match.id)
        )
    industries = suggestion.result["industries"]
    patent = RecommendedPatent(
        suggestion.patent, suggestion.institution, industries[0] if industries else None
    )
    written = {**suggestion.answer, "results": [dict(suggestion.result)]}
    need_then = replace(need, version=suggestion.need_version)
    ranking = add_written(connection, need_then, caller, [patent], written)
    return _decide(
        connection, suggestion, SuggestionState.TAKEN, caller, match=ranking.results[0][0].id
    )


def dismiss(connection: Connection, suggestion_id: str, caller: Caller, today: date) -> Suggestion:
    """Dismiss a suggestion for good; return it as it is now.

    Raises SuggestionNotFoundError and SuggestionDecidedError.
    """
    suggestion = _undecided(connection, suggestion_id, caller, today)
    return _decide(connection, suggestion, SuggestionState.DISMISSED, caller)


def _undecided(
    connection: Connection, suggestion_id: str, caller: Caller, today: date
) -> Suggestion:
    query = select(suggestions).where(suggestions.c.id == suggestion_id, seen_by(caller, today))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise SuggestionNotFoundError(
            _(
                "there is no suggestion {suggestion_id!r} that this key may see",
                suggestion_id=suggestion_id[:60],
            )
        )
    suggestion = _from_row(row)
    if suggestion.state is not SuggestionState.NEW:
        raise SuggestionDecidedError(
            _("the suggestion was {state} already", state=suggestion.state.value)
        )
    return suggestion


def _decide(
    connection: Connection,
    suggestion: Suggestion,
    state: SuggestionState,
    caller: Caller,
    match: str | None = None,
) -> Suggestion:
    decided = replace(suggestion, state=state, match=match, decided_at=now(), decided_by=caller.key)
    names = ("state", "match", "decided_at", "decided_by")
    connection.execute(
        update(suggestions)
        .where(suggestions.c.id == suggestion.id)
        .values({name: getattr(decided, name) for name in names})
    )
    return decided


def _from_row(row: Row[Any]) -> Suggestion:
    values = {name: getattr(row, name) for name in _FIELDS}
    values["reason"] = ArrivalReason(row.reason)
    values["state"] = SuggestionState(row.state)
    return Suggestion(**values)
