"""Figures of this server for Prometheus.

No label names a person, an enterprise, a record or a path: their values are those of the code.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from api.engine.live import IndexInUse
from matcher.stages import Stage
from matcher.store.schema.times import now
from matcher.types import Json

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90)
STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
ROWS = ("new", "changed", "unchanged", "refused")
NO_ROUTE = "none"
"""Route of a request that was refused before it reached one, or for which there is none."""


class Queue(Protocol):
    """Queue of requests."""

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        ...

    @property
    def refused(self) -> int:
        """Return how many were refused so far."""
        ...

    def expected_wait(self) -> float:
        """Return the seconds that a request which comes now would wait."""
        ...


class Metrics:
    """Counts what this server does. Safe to share between threads."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "matcher_requests",
            "Requests by method, route and status.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "matcher_request_seconds",
            "Time of requests by route.",
            ["route"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self.in_progress = Gauge(
            "matcher_requests_in_progress", "Requests in progress.", registry=self._registry
        )
        self._stage_seconds = Histogram(
            "matcher_stage_seconds",
            "Time of the stages of an answer.",
            ["stage"],
            buckets=STAGE_SECONDS,
            registry=self._registry,
        )
        self._import_rows = Counter(
            "matcher_import_rows",
            "Rows of imports that were sent to this server, by what became of them.",
            ["outcome"],
            registry=self._registry,
        )
        self._reveals = Counter(
            "matcher_contact_reveals",
            "Contacts that were revealed, by tier, and reveals refused by the limit of a day.",
            ["outcome"],
            registry=self._registry,
        )
        self._deliveries = Counter(
            "matcher_webhook_deliveries",
            "Attempts to deliver webhooks, by the state of the delivery after them.",
            ["state"],
            registry=self._registry,
        )
        for outcome in ROWS:
            self._import_rows.labels(outcome)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def note_request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count a request by the template of its route."""
        route = route or NO_ROUTE
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def note_stage(self, stage: Stage, seconds: float) -> None:
        """Note the time of a stage."""
        self._stage_seconds.labels(stage).observe(seconds)

    def note_import(self, saved: Json) -> None:
        """Count the rows that an import has saved."""
        for file in saved["files"]:
            for outcome in ROWS:
                self._import_rows.labels(outcome).inc(file[outcome])

    def note_reveals(self, outcome: str) -> None:
        """Count a contact by the tier in which it was shown, or a reveal that was `refused`."""
        self._reveals.labels(outcome).inc()

    def note_deliveries(self, states: Mapping[str, int]) -> None:
        """Count attempts to deliver webhooks by state."""
        for state, count in states.items():
            self._deliveries.labels(state).inc(count)

    def watch(self, queues: Mapping[str, Queue], index: Callable[[], IndexInUse | None]) -> None:
        """Read queues and the index in use each time that the figures are asked for."""
        self._registry.register(_State(queues, index))

    def text(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        return generate_latest(self._registry)


class _State(Collector):
    """Figures that are read when they are asked for."""

    def __init__(self, queues: Mapping[str, Queue], index: Callable[[], IndexInUse | None]) -> None:
        self._queues = queues
        self._index = index

    def collect(
        self,
    ) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """Yield the figures."""
        waiting = GaugeMetricFamily(
            "matcher_queue_length", "Requests that wait for their turn.", labels=["queue"]
        )
        expected = GaugeMetricFamily(
            "matcher_queue_expected_seconds",
            "Wait that a request which comes now would have.",
            labels=["queue"],
        )
        refused = CounterMetricFamily(
            "matcher_refused_requests",
            "Requests refused because they would have waited too long.",
            labels=["queue"],
        )
        for name, turns in self._queues.items():
            waiting.add_metric([name], turns.waiting)
            expected.add_metric([name], turns.expected_wait())
            refused.add_metric([name], turns.refused)
        yield from (waiting, expected, refused)
        index = self._index()
        if index is not None:
            yield GaugeMetricFamily(
                "matcher_index_generation", "Number of the index in use.", index.number
            )
            age = now() - datetime.fromisoformat(index.created)
            yield GaugeMetricFamily(
                "matcher_index_age_seconds",
                "Time since the index in use was built.",
                age.total_seconds(),
            )
