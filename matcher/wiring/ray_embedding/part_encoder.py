"""Encoder of parts on the workers of a Ray cluster."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.embedding.parts import EmbeddedPart, Part
from matcher.errors import ClusterError
from matcher.language.messages import _
from matcher.ports import Encoder, Progress
from matcher.wiring.ray_embedding.cluster import ClusterOptions, connected
from matcher.wiring.ray_embedding.part_files import PartFiles, keys_and_vectors
from matcher.wiring.ray_embedding.worker import PART, PROBLEM, PartWorker

if TYPE_CHECKING:
    import pyarrow as pa

PARTS_AHEAD = 2
"""Parts that a worker has at once: it computes one and has the next at hand."""
WAITING_BYTES = 64 * 2**20
"""Vectors that wait for this machine to store them, in bytes; with more, the workers pause."""


@dataclass(frozen=True)
class RayPartEncoder:
    """Encodes parts on a cluster (`matcher.embedding.parts.PartEncoder`)."""

    load: Callable[[], Encoder]
    """Loads the model of a worker."""
    files: PartFiles
    cluster: ClusterOptions

    @contextmanager
    def earlier(self, *, full: bool) -> Iterator[Iterator[EmbeddedPart]]:
        """Open the vectors that a killed run left in the folder. Raises ClusterError."""
        self.files.prepare(forget=full)
        yield self._left()

    @contextmanager
    def encode(self, parts: Sequence[Part], progress: Progress) -> Iterator[Iterator[EmbeddedPart]]:
        """Open the vectors of the parts. Raises InputError, ModelError, ClusterError."""
        if not parts:
            yield iter(())
        else:
            for part in parts:
                self.files.write_texts(part)
            with connected(self.cluster) as workers:
                yield self._embedded({part.name: len(part.texts) for part in parts}, workers)
        self.files.remove()

    def _left(self) -> Iterator[EmbeddedPart]:
        for name in self.files.finished():
            table = self.files.read_vectors(name)
            if table is not None:
                yield EmbeddedPart(0, *keys_and_vectors(table))
            self.files.discard(name)

    def _embedded(self, texts: dict[str, int], workers: int) -> Iterator[EmbeddedPart]:
        """Yield the parts as they come; `texts` is the number of texts by the part's name."""
        for table in self._tables(list(texts), workers):
            if PROBLEM in table.column_names:
                raise ClusterError(table[PROBLEM][0].as_py())
            name = table[PART][0].as_py()
            yield EmbeddedPart(texts[name], *keys_and_vectors(table))
            self.files.discard(name)

    def _tables(self, names: Sequence[str], workers: int) -> Iterator["pa.Table"]:
        """Yield the answers of the workers. Raises ClusterError."""
        import ray.data
        from ray.exceptions import RayError

        _configure(ray.data.DataContext.get_current())
        dataset = ray.data.from_items(
            [{PART: name} for name in names], override_num_blocks=len(names)
        ).map_batches(
            PartWorker,
            fn_constructor_args=(self.load, self.files),
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(
                size=min(workers, len(names)), max_tasks_in_flight_per_actor=PARTS_AHEAD
            ),
            num_cpus=1,
            num_gpus=self.cluster.gpus or None,
        )
        try:
            yield from dataset.iter_batches(
                batch_size=None, batch_format="pyarrow", prefetch_batches=0
            )
        except RayError as problem:
            raise ClusterError(
                _(
                    "embedding on the cluster failed ({name}); what is finished is kept: run "
                    "matcher index --engine ray again. The logs of Ray say more (/tmp/ray)",
                    name=type(problem).__name__,
                )
            ) from problem


def _configure(context: Any) -> None:
    """Keep Ray Data out of the terminal, and bound what waits to be stored."""
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = False
    context.execution_options.resource_limits = context.execution_options.resource_limits.copy(
        object_store_memory=WAITING_BYTES
    )
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
