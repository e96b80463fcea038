"""Systems compared over one collection: both channels, the baseline and the engine."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matcher.measures import Ranked
from matcher.ports import Encoder
from matcher.progress import Report, Step
from matcher.settings import Settings
from matcher.types import Need, Patent
from matcher.wiring.temporary import TemporaryEngine, temporary_engine
from scripts.quality.baseline import HybridBaseline
from scripts.quality.figures import Run

DEPTH = 100
"""Patents ranked for a need over the whole collection, as `matcher evaluate` does."""


@dataclass(frozen=True)
class Systems:
    """Every system that ranks the patents of one collection."""

    engine: TemporaryEngine
    baseline: HybridBaseline
    patents: Mapping[str, Patent]

    def rank(self, need: Need, among: Collection[str] | None = None) -> dict[Run, Ranked]:
        """Ranking of each system, over the whole collection or these patents."""
        allowed = None if among is None else [self.engine.rows[self.patents[p].id] for p in among]
        rankings = self.engine.matcher.rankings(need, k=self._depth(among), allowed=allowed)
        names = {row: str(identity) for identity, row in self.engine.rows.items()}
        ranked: dict[Run, Ranked] = {
            mode: [(names[row], score) for row, score in ranking]
            for mode, ranking in rankings.items()
        }
        return {**ranked, "reference": self.baseline.rank(need, among)}

    def rank_all(
        self,
        needs: Mapping[str, Need],
        pools: Mapping[str, Collection[str]] | None,
        stage: str,
        report: Report,
    ) -> dict[Run, dict[str, Ranked]]:
        """Rankings of every system for every need; `pools` are the patents ranked for each."""
        runs: dict[Run, dict[str, Ranked]] = {}
        for number, (query, need) in enumerate(needs.items()):
            report(Step(stage, number, len(needs)))
            for run, ranked in self.rank(need, None if pools is None else pools[query]).items():
                runs.setdefault(run, {})[query] = ranked
        return runs

    def _depth(self, among: Collection[str] | None) -> int:
        if among is None:
            return DEPTH
        # Deep enough that the claims of one patent cannot displace another patent of the pool.
        return sum(1 + len(self.patents[identity].claims) for identity in among)


@contextmanager
def open_systems(
    patents: Sequence[Patent], settings: Settings, encoder: Encoder, report: Report
) -> Iterator[Systems]:
    """All systems over these patents, in a temporary folder. Raises InputError, ModelError."""
    with (
        temporary_engine(patents, settings, report, encoder) as engine,
        tempfile.TemporaryDirectory(prefix="matcher quality ") as folder,
    ):
        baseline = HybridBaseline(patents, encoder, Path(folder))
        yield Systems(engine, baseline, {patent.id: patent for patent in patents})
