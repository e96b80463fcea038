"""The landscape of a scope: named frames, the day and the state of the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from matcher.landscape.demand import Demand, NeedOutcome
from matcher.landscape.frames import demand_frames, has_match, supply_frames
from matcher.landscape.scope import Scope, scope_condition
from matcher.search.catalogue import Catalogue
from matcher.search.matcher import Matcher
from matcher.store import patents
from matcher.store.supply import ids_within, supply

if TYPE_CHECKING:
    import pandas as pd

_IDS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of a landscape as a whole."""

    catalogue: int
    """Patents of the catalogue."""
    patents: int
    """Patents of the scope."""
    in_force: int
    sleeping: int
    open_licence: int
    needs: int | None = None
    """Needs that count; None where no need is read."""
    asked: int = 0
    """Needs that were answered, in the scope or not."""
    open_needs: int = 0
    """Open needs there are: more than `asked` where there are too many to answer."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """Patents of a scope and the needs for them, counted on a day. Equal to itself only."""

    scope: Scope = field(repr=False)
    today: date
    state: str
    """Id of the state of the catalogue's searchable content."""
    index: str | None
    """Generation of the index that answered; None where no index was asked."""
    sleeping_months: int
    totals: Totals
    frames: Mapping[str, "pd.DataFrame"] = field(repr=False)
    """Frames by name; columns as in `landscape.columns.COLUMNS`."""

    def __getattr__(self, name: str) -> "pd.DataFrame":
        """Return a frame by its name. Raises AttributeError where there is none."""
        if name.startswith("_") or name == "frames" or name not in self.frames:
            raise AttributeError(f"a landscape has no {name!r}; its frames: {', '.join(self)}")
        return self.frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    @property
    def has_demand(self) -> bool:
        """True if needs were read."""
        return self.totals.needs is not None


def landscape(
    catalogue: Catalogue,
    scope: Scope,
    demand: Demand | None,
    *,
    matcher: Matcher | None,
    today: date,
) -> Landscape:
    """Count the patents of a scope, and against them the needs; without `demand` no need.

    A need counts if its best patent, or one that fits it strongly or fairly, is in the scope; in
    the whole catalogue, or where the scope is made of needs, every need counts. Only a scope by
    text takes a matcher. Raises InputError for a query without a word.
    """
    version = catalogue.store.version()
    where = scope_condition(catalogue, scope, matcher, today=today)
    with catalogue.store.reading() as connection:
        counted = supply(connection, where, today=today, sleeping_months=catalogue.sleeping_months)
        total = patents.count(connection)
        ids = sorted({r.id for o in (demand.outcomes if demand else ()) for r in o.results})
        scoped = frozenset[str]().union(
            *(
                ids_within(connection, ids[start : start + _IDS_PER_QUERY], where)
                for start in range(0, len(ids), _IDS_PER_QUERY)
            )
        )
    frames = supply_frames(counted)
    outcomes: list[NeedOutcome] | None = None
    if demand is not None:
        outcomes = [o for o in demand.outcomes if _counts(o, scope, scoped)]
        frames |= demand_frames(counted, outcomes, scoped)
    (whole,) = counted["total"]
    return Landscape(
        scope=scope,
        today=today,
        state=version.catalogue,
        index=None if matcher is None else matcher.generation,
        sleeping_months=catalogue.sleeping_months,
        totals=Totals(
            total,
            whole.patents,
            whole.in_force,
            whole.sleeping,
            whole.open_licence,
            None if outcomes is None else len(outcomes),
            len(demand.outcomes) if demand else 0,
            demand.total if demand else 0,
        ),
        frames=frames,
    )


def _counts(outcome: NeedOutcome, scope: Scope, scoped: frozenset[str]) -> bool:
    if scope.is_whole or scope.needs:
        return True
    is_nearest = bool(outcome.results) and outcome.results[0].id in scoped
    return is_nearest or has_match(outcome, scoped, "strong", "fair")
