"""Rankings in the database: answers to needs, frozen as they were shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from matcher.access.roles import Caller
from matcher.ids import new_id
from matcher.matches.record import MatchRecord
from matcher.needs.record import NeedRecord
from matcher.store import locks, match_history, matches
from matcher.store.schema.needs import matches as matches_table
from matcher.store.schema.needs import rankings, shown
from matcher.store.schema.times import now
from matcher.types import (
    Answer,
    Json,
)


@dataclass(frozen=True, slots=True)
class RecommendedPatent:
    """Facts of a patent that its match stores."""

    id: str
    institution: str | None
    industry: str | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """An answer to a need, as it was shown."""

    id: str
    need: str
    asked_at: datetime
    asked_by: str
    need_version: int
    answer: Json
    """Answer without its results."""
    results: Sequence[tuple[MatchRecord, Json]]
    """Matches as they are now, each with its result as it was shown; the best first."""


def add(
    connection: Connection,
    need: NeedRecord,
    caller: Caller,
    answer: Answer,
    written: Json,
    *,
    is_proposal: bool = False,
) -> Ranking:
    """Save an answer: its ranking, a match for each patent, and the result shown for it.

    `written` is the answer as JSON for the caller. A known match keeps its state; a new match
    begins its history. A proposal for an event is longer than the list that is shown: its matches
    begin their history when they enter the list (`matcher.workflows.events.recommend`).
    """
    patents = [
        RecommendedPatent(patent.id, patent.institution, next(iter(patent.industries), None))
        for patent in (match.patent for match in answer.results)
    ]
    return add_written(connection, need, caller, patents, written, is_proposal=is_proposal)


def add_written(
    connection: Connection,
    need: NeedRecord,
    caller: Caller,
    patents: Sequence[RecommendedPatent],
    written: Json,
    *,
    is_proposal: bool = False,
) -> Ranking:
    """Save an answer that exists as JSON only; `patents` are those of its results."""
    moment = now()
    locks.take(connection, f"need {need.id}")
    match_of = _matches(connection, need, patents, moment)
    if not is_proposal:
        ids = [match.id for match in match_of.values()]
        match_history.add_recommendations(connection, ids, caller, moment)
    ranking = Ranking(
        id=new_id("ranking"),
        need=need.id,
        asked_at=moment,
        asked_by=caller.key,
        need_version=need.version,
        answer={key: value for key, value in written.items() if key != "results"},
        results=[
            (match_of[patent.id], result)
            for patent, result in zip(patents, written["results"], strict=True)
        ],
    )
    connection.execute(
        insert(rankings).values(
            id=ranking.id,
            need=need.id,
            asked_at=moment,
            asked_by=caller.key,
            need_version=need.version,
            model=written["model"],
            index=written["index"],
            answer=ranking.answer,
        )
    )
    rows = [_shown(ranking.id, match, result) for match, result in ranking.results]
    if rows:
        connection.execute(insert(shown), rows)
    return ranking


def find(connection: Connection, need_id: str, ranking_id: str) -> Ranking | None:
    """Return a ranking of this need."""
    here = (rankings.c.id == ranking_id) & (rankings.c.need == need_id)
    row = connection.execute(select(rankings).where(here)).one_or_none()
    if row is None:
        return None
    results = (
        select(matches_table, shown.c.result)
        .join(shown, shown.c.match == matches_table.c.id)
        .where(shown.c.ranking == ranking_id)
        .order_by(shown.c.rank)
    )
    return Ranking(
        id=row.id,
        need=row.need,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        need_version=row.need_version,
        answer=row.answer,
        results=[(matches.from_row(r), r.result) for r in connection.execute(results)],
    )


def _matches(
    connection: Connection,
    need: NeedRecord,
    patents: Sequence[RecommendedPatent],
    moment: datetime,
) -> dict[str, MatchRecord]:
    """Return the match of each patent by patent id; missing matches are added."""
    ids = [patent.id for patent in patents]
    match_of = matches.of_patents(connection, need.id, ids)
    locks.take(connection, *(f"match {match.id}" for match in match_of.values()))
    for patent in patents:
        if patent.id not in match_of:
            match = matches.add(
                connection,
                need=need.id,
                patent=patent.id,
                institution=patent.institution,
                industry=patent.industry,
                moment=moment,
            )
            match_of[patent.id] = match
    return match_of


def _shown(ranking_id: str, match: MatchRecord, result: Json) -> Mapping[str, Any]:
    day = result["status_as_of"]
    return {
        "ranking": ranking_id,
        "match": match.id,
        "rank": result["rank"],
        "score": result["score"],
        "legal_status": result["legal_status"],
        "status_as_of": None if day is None else date.fromisoformat(day),
        "result": result,
    }
