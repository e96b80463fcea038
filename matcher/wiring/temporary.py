"""Temporary engine over given patents, for measuring."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from matcher.embedding.parts import LocalPartEncoder
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.progress import Report, silent
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Patent, PatentId, PatentRow
from matcher.wiring.build import build_index
from matcher.wiring.open import load_encoder, open_matcher, open_store
from matcher.wiring.open_channels import FILES


@dataclass(frozen=True)
class TemporaryEngine:
    """Engine in a temporary home."""

    matcher: Matcher
    rows: dict[PatentId, PatentRow]
    """Row of each patent."""
    passages: int
    encoding_seconds: float
    """Time that the model took to encode the passages, and the sentences in them."""


@contextmanager
def temporary_engine(
    documents: Sequence[Patent],
    settings: Settings,
    report: Report = silent,
    encoder: Encoder | None = None,
    *,
    index: str = FILES,
) -> Iterator[TemporaryEngine]:
    """Open an engine over these patents alone, in a home that is deleted when the block ends.

    The place of the index is not that of the settings, where it would take the place of the user's
    own. Raises InputError, ModelError.
    """
    if not documents:
        raise InputError(_("the collection has no document"))
    with tempfile.TemporaryDirectory(prefix="matcher-") as home:
        changes = {"home": Path(home), "database_url": None, "index": index}
        temporary = settings.model_copy(update=changes)
        encoder = encoder or load_encoder(temporary)
        with open_store(temporary) as store:
            with store.changing_catalogue() as connection:
                patents.save(connection, documents)
            with store.reading() as connection:
                rows = {patent.id: row for row, patent in patents.each(connection)}
        parts = LocalPartEncoder(encoder)
        built = build_index(temporary, report=report, encoder=encoder, parts=parts)
        with open_matcher(temporary, encoder=encoder) as matcher:
            yield TemporaryEngine(matcher, rows, built.passages, parts.seconds)
