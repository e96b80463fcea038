"""From the catalogue to a published index, and to one that is thrown away after measuring."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from indexes import dense, generations, lexical, manifest
from indexes.manifest import Manifest
from matcher.embedding.embed_catalogue import EmbeddedCatalogue, embed_catalogue
from matcher.embedding.vector_cache import VectorCache
from matcher.errors import IndexUnavailableError
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
from matcher.store import patents
from matcher.text.tokens import TOKENS_VERSION
from matcher.wiring.open import (
    index_misfit,
    index_outdated,
    load_encoder,
    open_matcher,
    open_store,
)
from matcher.workflows import suggest as suggesting
from matcher.workflows.suggest import Suggested

CACHE_FILE = "vectors.sqlite"


@dataclass(frozen=True, slots=True)
class IndexResult:
    """What an indexing run did."""

    generation: str
    built: bool
    """False where the published index was up to date."""
    model: str
    patents: int
    passages: int
    vectors: int
    embedded: int
    reused: int
    seconds: float


@dataclass(frozen=True, slots=True)
class IndexState:
    """The published index as far as it can be judged without its model."""

    generation: str
    created: str
    model: str
    patents: int
    passages: int
    vectors: int
    misfit: str | None
    """Why it has to be built anew, or None."""


def current_generation(settings: Settings) -> str | None:
    """The name of the published index, or None; reads one small file."""
    folder = generations.current(settings.index_folder)
    return None if folder is None else folder.name


def index_state(settings: Settings) -> IndexState | None:
    """The published index, or None; loads no model, so a model changed under its name is not seen.

    Raises IndexUnavailableError where the index cannot be read, StoreError.
    """
    folder = generations.current(settings.index_folder)
    if folder is None:
        return None
    found = manifest.read(folder)
    with open_store(settings) as store:
        misfit = index_outdated(found, store.number("generation"))
    if found.model != settings.model:
        misfit = f"the index was made by the model {found.model}, not by {settings.model}"
    return IndexState(
        generation=folder.name,
        created=found.created,
        model=found.model,
        patents=found.patents,
        passages=found.passages,
        vectors=found.vectors,
        misfit=misfit,
    )


def build_index(
    settings: Settings,
    *,
    full: bool = False,
    report: Report = silent,
    encoder: Encoder | None = None,
) -> IndexResult:
    """Bring the index up to date with the database and publish it.

    Raises InputError for an empty catalogue, ModelError, StoreError, and IndexUnavailableError
    where another process is building.
    """
    start = time.monotonic()
    if encoder is None:
        report(Step("loading the model", 0))
        encoder = load_encoder(settings)
    with open_store(settings) as store:
        database_generation = store.number("generation")
        fitting = None if full else _fitting(settings, encoder, database_generation)
        if fitting is not None:
            found = manifest.read(fitting)
            return _result(found, fitting.name, built=False, embedded=0, start=start)
        cache_file = settings.index_folder / CACHE_FILE
        with (
            generations.building(settings.index_folder) as place,
            VectorCache(cache_file, encoder.fingerprint, encoder.dimension) as cache,
            store.reading() as connection,
        ):
            embedded = embed_catalogue(
                patents.each(connection), encoder, cache, full=full, report=report
            )
            kind: dense.Kind = (
                "hnsw" if len(embedded.vectors) > settings.approximate_above else "flat"
            )
            written = _manifest(embedded, encoder, kind, database_generation)
            _write(place, embedded, written, report)
    published = generations.current(settings.index_folder)
    assert published is not None  # it was published when the block above ended
    return _result(written, published.name, built=True, embedded=embedded.embedded, start=start)


def suggest_arrivals(settings: Settings, *, today: date, report: Report = silent) -> Suggested:
    """Queue the open needs that patents fit which imports brought; loads no model without need.

    Raises what `open_matcher` does where there is something to do.
    """
    with open_store(settings) as store:
        if not suggesting.has_work(store, today):
            return suggesting.NOTHING
    report(Step("loading the model and the index", 0))
    with open_matcher(settings) as matcher:
        built_from = database_generation(settings, matcher.generation)
        return suggesting.suggest(matcher, built_from, today=today, report=report)


def database_generation(settings: Settings, generation: str) -> int:
    """The state of the database that an index generation was built from.

    Raises IndexUnavailableError.
    """
    return manifest.read(settings.index_folder / generation).database_generation


def _fitting(settings: Settings, encoder: Encoder, database_generation: int) -> Path | None:
    """The published index if it is up to date; a damaged one, or one of before, is not."""
    try:
        folder = generations.current(settings.index_folder)
        if folder and index_misfit(manifest.read(folder), encoder, database_generation) is None:
            return folder
    except IndexUnavailableError:
        pass
    return None


def _manifest(
    embedded: EmbeddedCatalogue, encoder: Encoder, kind: dense.Kind, database_generation: int
) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        model=encoder.name,
        model_fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        dense_kind=kind,
        patents=embedded.patents,
        passages=len(embedded.passages),
        vectors=len(embedded.vectors),
        sentences=len(embedded.sentences),
        tokens_version=TOKENS_VERSION,
        database_generation=database_generation,
    )


def _write(place: Path, embedded: EmbeddedCatalogue, written: Manifest, report: Report) -> None:
    report(Step("building the dense index", 0, written.vectors))
    dense.FaissIndex(embedded.vectors, written.dense_kind).save(place)
    report(Step("building the dense index", written.vectors, written.vectors))

    def progress(done: int) -> None:
        report(Step("building the lexical index", done, written.passages))

    lexical.build(place, embedded.passages, progress)
    embedded.table.save(place)
    embedded.sentences.save(place)
    embedded.words.save(place)
    written.write(place)


def _result(
    found: Manifest, generation: str, *, built: bool, embedded: int, start: float
) -> IndexResult:
    return IndexResult(
        generation=generation,
        built=built,
        model=found.model,
        patents=found.patents,
        passages=found.passages,
        vectors=found.vectors,
        embedded=embedded,
        reused=found.vectors + found.sentences - embedded,
        seconds=round(time.monotonic() - start, 2),
    )
