"""The runs that are compared over one collection: the channels, the reference, the engine."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matcher.evaluation.evaluate import RANKED
from matcher.measures import Ranked
from matcher.ports import Encoder
from matcher.progress import Report, Step
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.types import Need, Patent
from matcher.wiring.build import ThrowawayEngine, throwaway_engine
from matcher.wiring.open import open_matcher
from scripts.quality.baseline import OneQueryHybrid
from scripts.quality.figures import Run


@dataclass(frozen=True)
class Contenders:
    """Everything that ranks the patents of one collection."""

    engine: ThrowawayEngine
    reference: OneQueryHybrid
    patents: Mapping[str, Patent]
    settings: Settings

    @contextmanager
    def with_diversity(self, strength: float) -> Iterator[Matcher]:
        """The engine over the same index, its results spread over teams so much."""
        matcher = self.engine.matcher
        database = matcher.catalogue.store.engine.url.database
        assert database is not None  # a throw-away engine keeps its database as a file
        own = {"home": Path(database).parent, "database_url": None, "diversity": strength}
        with open_matcher(
            self.settings.model_copy(update=own), encoder=matcher.encoder
        ) as reopened:
            yield reopened

    def rank(self, need: Need, among: Collection[str] | None = None) -> dict[Run, Ranked]:
        """What each run answers, out of the whole collection or out of these patents."""
        allowed = None if among is None else [self.engine.rows[self.patents[p].id] for p in among]
        rankings = self.engine.matcher.rankings(need, k=self._depth(among), allowed=allowed)
        names = {row: str(identity) for identity, row in self.engine.rows.items()}
        found: dict[Run, Ranked] = {
            mode: [(names[row], score) for row, score in ranked]
            for mode, ranked in rankings.items()
        }
        return {**found, "reference": self.reference.rank(need, among)}

    def rank_all(
        self,
        needs: Mapping[str, Need],
        pools: Mapping[str, Collection[str]] | None,
        what: str,
        report: Report,
    ) -> dict[Run, dict[str, Ranked]]:
        """The answers of every run to every need, `pools` telling out of which patents each."""
        runs: dict[Run, dict[str, Ranked]] = {}
        for number, (query, need) in enumerate(needs.items()):
            report(Step(what, number, len(needs)))
            for run, ranked in self.rank(need, None if pools is None else pools[query]).items():
                runs.setdefault(run, {})[query] = ranked
        return runs

    def _depth(self, among: Collection[str] | None) -> int:
        if among is None:
            return RANKED
        # So deep that no claim of a pool can crowd out another patent of it.
        return sum(1 + len(self.patents[identity].claims) for identity in among)


@contextmanager
def contenders(
    patents: Sequence[Patent], settings: Settings, encoder: Encoder, report: Report
) -> Iterator[Contenders]:
    """Every run over these patents, in a temporary folder. Raises InputError, ModelError."""
    with (
        throwaway_engine(patents, settings, report, encoder) as engine,
        tempfile.TemporaryDirectory(prefix="matcher quality ") as folder,
    ):
        reference = OneQueryHybrid(patents, encoder, Path(folder))
        yield Contenders(engine, reference, {patent.id: patent for patent in patents}, settings)
