"""An engine over given patents alone, in a temporary home."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import InputError
from matcher.ports import Encoder
from matcher.progress import Report, silent
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Patent, PatentId, PatentRow
from matcher.wiring.build import build_index
from matcher.wiring.open import (
    load_encoder,
    open_matcher,
    open_store,
)


@dataclass(frozen=True)
class ThrowawayEngine:
    """An engine over a collection that exists only while it is measured."""

    matcher: Matcher
    rows: dict[PatentId, PatentRow]


@contextmanager
def throwaway_engine(
    records: Sequence[Patent],
    settings: Settings,
    report: Report = silent,
    encoder: Encoder | None = None,
) -> Iterator[ThrowawayEngine]:
    """An engine over these patents alone, in a temporary home. Raises InputError, ModelError."""
    if not records:
        raise InputError("the collection has no document")
    encoder = encoder or load_encoder(settings)
    with tempfile.TemporaryDirectory(prefix="matcher-") as home:
        own = settings.model_copy(update={"home": Path(home), "database_url": None})
        with open_store(own) as store:
            with store.writing() as connection:
                patents.save(connection, records)
            with store.reading() as connection:
                rows = {patent.id: row for row, patent in patents.each(connection)}
        build_index(own, report=report, encoder=encoder)
        with open_matcher(own, encoder=encoder) as matcher:
            yield ThrowawayEngine(matcher, rows)
