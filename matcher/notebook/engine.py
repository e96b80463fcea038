"""An open engine for notebooks and scripts, with data frames."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

from sqlalchemy import ColumnElement, true

from matcher.access.roles import COMMAND_CALLER
from matcher.errors import InputError
from matcher.landscape.landscape import Landscape
from matcher.landscape.reading import read_landscape
from matcher.landscape.scope import EVERY_STATUS, Scope
from matcher.needs.record import NeedRecord, NeedState
from matcher.notebook.frames import answer_frame, patents_frame, stored_needs_frame
from matcher.patents.filter_parsing import FilterTexts, read_filters
from matcher.search import similar as similarity
from matcher.search.catalogue_query import CatalogueQuery
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.store import needs as stored_needs
from matcher.store.schema.needs import needs as needs_table
from matcher.types import Answer, Filters, Match, Need, Patent
from matcher.wiring.open import open_matcher

if TYPE_CHECKING:
    import pandas as pd

PAGE = 500
"""Patents read from the catalogue at once."""


@dataclass(frozen=True)
class EngineAnswer(Sequence[Match]):
    """Matches of one need, in order; `answer` has its reading, notes and filters."""

    answer: Answer = field(repr=False)
    today: date

    def to_frame(self) -> "pd.DataFrame":
        """Return a frame, a row per match; columns as in `notebook.frames.MATCH_COLUMNS`."""
        return answer_frame(self.answer, self.today)

    def __len__(self) -> int:
        return len(self.answer.results)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Match]: ...
    def __getitem__(self, index: int | slice) -> Match | Sequence[Match]:
        return self.answer.results[index]


@dataclass(frozen=True)
class PatentTable:
    """Patents of the catalogue."""

    patents: Sequence[Patent]
    today: date

    def to_frame(self) -> "pd.DataFrame":
        """Return a frame, a row per patent; columns as in `notebook.frames.PATENT_COLUMNS`."""
        return patents_frame(self.patents, self.today)

    def __len__(self) -> int:
        return len(self.patents)

    def __iter__(self) -> Iterator[Patent]:
        return iter(self.patents)


@dataclass(frozen=True)
class NeedTable:
    """Stored needs, without their contact persons."""

    needs: Sequence[NeedRecord]

    def to_frame(self) -> "pd.DataFrame":
        """Return a frame, a row per need; columns as in `notebook.frames.STORED_NEED_COLUMNS`."""
        return stored_needs_frame(self.needs)

    def __len__(self) -> int:
        return len(self.needs)

    def __iter__(self) -> Iterator[NeedRecord]:
        return iter(self.needs)


class Engine:
    """An open engine. Use it in a `with` block, or call `close`."""

    def __init__(self, settings: Settings) -> None:
        """Open the published index. Raises IndexUnavailableError, ModelError, StoreError."""
        self._resources = ExitStack()
        self._open: Matcher | None = self._resources.enter_context(open_matcher(settings))

    def match(
        self,
        need: str | Need,
        filters: Filters = Filters(),
        k: int = 10,
        *,
        diversity: float | None = None,
        availability: float | None = None,
    ) -> EngineAnswer:
        """Rank the best patents for a need, given as a text or by its fields.

        Raises InputError for an empty need or an option outside its range.
        """
        (given,) = as_needs([need])
        options = SearchOptions(filters, k, diversity=diversity, availability=availability)
        today = date.today()
        return EngineAnswer(self._matcher.match(given, options, today=today), today)

    def match_many(
        self, needs: Iterable[str | Need], filters: Filters = Filters(), k: int = 10
    ) -> Iterator[EngineAnswer]:
        """Yield an answer for each need, in order; that of an empty need is empty and says so."""
        today = date.today()
        given = as_needs(needs)
        for answer in self._matcher.match_many(given, SearchOptions(filters, k), today=today):
            yield EngineAnswer(answer, today)

    def similar(self, number: str, filters: Filters = Filters(), k: int = 10) -> EngineAnswer:
        """Rank the patents most like one of the catalogue, named by any of its numbers.

        Raises NotFoundError.
        """
        today = date.today()
        patent = self._matcher.catalogue.patent(number)
        options = SearchOptions(filters, k)
        answer = similarity.similar(self._matcher, patent, options, today=today)
        return EngineAnswer(answer, today)

    def patents(self, filters: Filters = Filters()) -> PatentTable:
        """Return the patents that the filters allow, in the order of their import."""
        today, listed = date.today(), list[Patent]()
        query, after = CatalogueQuery(filters=filters), None
        while True:
            page, _ = self._matcher.catalogue.page(query, today=today, after=after, limit=PAGE)
            listed += [patent for _, patent in page]
            if len(page) < PAGE:
                return PatentTable(listed, today)
            after = page[-1][0]

    def needs(self, state: NeedState | str | None = NeedState.OPEN) -> NeedTable:
        """Return stored needs in a state (`open`, `closed`), or all with None, the oldest first."""
        where: ColumnElement[bool] = true()
        if state is not None:
            if state not in set(NeedState):
                raise InputError(
                    f"there is no state {state!r}: take {', '.join(NeedState)} or None"
                )
            where = needs_table.c.state == state
        with self._matcher.catalogue.store.reading() as connection:
            records = stored_needs.each(connection, where)
            return NeedTable([replace(record, contact=None) for record in records])

    def landscape(
        self,
        *,
        industry: str | None = None,
        ipc: str | None = None,
        institution: str | None = None,
        query: str | None = None,
        needs: Iterable[str | Need] | None = None,
        filters: Filters = EVERY_STATUS,
    ) -> Landscape:
        """Count the patents of a scope and the needs for them, as pandas frames (专利导航).

        Without `needs` the stored open ones are the demand. `industry` is a name or a code, `ipc`
        the beginning of a symbol, `institution` part of a name. Raises InputError for a word that
        names nothing, and for a query without a word.
        """
        today = date.today()
        named = read_filters(
            FilterTexts(
                ipc=(ipc or "",), industries=(industry or "",), institutions=(institution or "",)
            )
        )
        given = as_needs(needs or ())
        scope = Scope(
            replace(
                filters,
                ipc_prefixes=filters.ipc_prefixes + named.ipc_prefixes,
                industries=filters.industries + named.industries,
                institutions=filters.institutions + named.institutions,
            ),
            query,
            tuple(given),
        )
        return read_landscape(self._matcher, scope, COMMAND_CALLER, today=today)

    def close(self) -> None:
        """Close the index and the database."""
        self._open = None
        self._resources.close()

    @property
    def _matcher(self) -> Matcher:
        """The open engine. Raises InputError after `close`."""
        if self._open is None:
            raise InputError("the engine is closed: open it again with matcher.open")
        return self._open

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def as_needs(needs: Iterable[str | Need]) -> list[Need]:
    """Return needs, of which some may be given as texts.

    Raises InputError for a text that is not in a list, and for anything else that is no need.
    """
    if isinstance(needs, str | Need):
        raise InputError("needs go in a list: [need]")
    listed = []
    for number, need in enumerate(needs, start=1):
        if not isinstance(need, str | Need):
            raise InputError(f"need {number} is no text and no Need, but {type(need).__name__}")
        listed.append(Need(need) if isinstance(need, str) else need)
    return listed


def open_engine(home: Path | str | None = None) -> Engine:
    """Open the engine of a home folder; without one, that of the settings (MATCHER_HOME).

    Raises InputError where `home` is no folder, IndexUnavailableError where it has no index,
    ModelError, StoreError.

    >>> with open_engine("var/demo") as engine:
    ...     engine.match("水泵轴承坏之前提前预警，不停机", k=1)[0].fit
    'strong'
    """
    if home is not None and not Path(home).is_dir():
        raise InputError(f"{home} is no folder: give the home folder that was imported into")
    return Engine(Settings() if home is None else Settings(home=Path(home)))
