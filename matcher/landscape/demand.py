"""Demand: needs and the best patents of their answers, whatever the scope of a landscape."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, func, select

from matcher.access.roles import Caller
from matcher.needs.record import NeedRecord
from matcher.needs.visibility import Sight, sight
from matcher.progress import Report, Step, silent
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.store import needs as stored
from matcher.store.schema.needs import needs as needs_table
from matcher.store.supply import NO_FIELD
from matcher.store.visibility import asking, needs_seen_by
from matcher.text.contact_clauses import clear_contacts
from matcher.types import Fit, Need

MAX_NEEDS = 500
"""Stored needs that are answered, the latest first."""
RESULTS = 10
"""Patents of each answer that are looked at."""


@dataclass(frozen=True, slots=True)
class AskedNeed:
    """A need, with what a reader may see of it."""

    id: str
    need: Need
    title: str | None
    """Title without contact data; None where the reader may not see it."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A patent of an answer."""

    id: str
    title: str
    field: int
    """WIPO field of its main symbol; NO_FIELD without one."""
    fit: Fit | None


@dataclass(frozen=True, slots=True)
class NeedOutcome:
    """Outcome of a need: the best patents of its answer from the whole catalogue."""

    asked: AskedNeed
    results: tuple[Nearest, ...]

    @property
    def field(self) -> int:
        """Field of the need: that of most of its patents, each weighing one over its rank.

        Those that fit strongly or fairly decide; without any, the field is only the nearest.
        """
        fitting = [result for result in self.results if result.fit in ("strong", "fair")]
        weights: dict[int, float] = defaultdict(float)
        for rank, result in enumerate(fitting or self.results, start=1):
            weights[result.field] += 1 / rank
        return max(weights, key=lambda field: weights[field], default=NO_FIELD)


@dataclass(frozen=True, slots=True)
class Demand:
    """Outcomes of the needs that count, and the number of needs there are."""

    outcomes: tuple[NeedOutcome, ...]
    total: int


def stored_needs(
    connection: Connection, caller: Caller, today: date
) -> tuple[list[AskedNeed], int]:
    """Return the open needs that the caller may see, the latest MAX_NEEDS, and their number."""
    where = needs_seen_by(caller, today) & asking(today)
    total = connection.execute(select(func.count()).select_from(needs_table).where(where))
    records = stored.page(connection, where, limit=MAX_NEEDS)
    return [_asked(record, caller, today) for record in records], int(total.scalar_one())


def chosen_needs(
    connection: Connection, caller: Caller, ids: Sequence[str], today: date
) -> list[AskedNeed]:
    """Return stored needs by id, each once. Raises NeedNotFoundError for one not to be seen."""
    records = [stored.visible_need(connection, caller, identity) for identity in dict.fromkeys(ids)]
    return [_asked(record, caller, today) for record in records]


def _asked(record: NeedRecord, caller: Caller, today: date) -> AskedNeed:
    """Return a stored need with the title that the caller may see."""
    seen = sight(caller, record, today)
    details = record.details if seen >= Sight.PUBLISHED else record.details.technical
    title = clear_contacts(details.title or "").text or None
    shown = None if seen is Sight.HIDDEN else title
    return AskedNeed(record.id, replace(record.need, id=record.id), shown)


def given_needs(needs: Sequence[Need]) -> list[AskedNeed]:
    """Return needs of a list or a sheet: those without an id get their number, from 1."""
    return [
        AskedNeed(need.id or str(number), need, clear_contacts(need.title or "").text or None)
        for number, need in enumerate(needs, start=1)
    ]


def outcomes(
    matcher: Matcher, asked: Sequence[AskedNeed], *, today: date, report: Report = silent
) -> tuple[NeedOutcome, ...]:
    """Answer the needs from the whole catalogue without lapsed patents, in order."""
    answers = matcher.match_many(
        [need.need for need in asked], SearchOptions(k=RESULTS), today=today
    )
    read = []
    for number, (need, answer) in enumerate(zip(asked, answers, strict=True), start=1):
        nearest = tuple(
            Nearest(
                match.patent.id,
                match.patent.title,
                match.patent.wipo_fields[0] if match.patent.wipo_fields else NO_FIELD,
                match.fit,
            )
            for match in answer.results
        )
        read.append(NeedOutcome(need, nearest))
        report(Step("", number, len(asked)))
    return tuple(read)
