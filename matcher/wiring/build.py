"""Building and publishing of an index from the catalogue."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from indexes import dense, generations, lexical, manifest
from indexes.manifest import Manifest
from matcher.embedding.embed_catalogue import EmbeddedCatalogue, embed_catalogue
from matcher.embedding.vector_cache import VectorCache
from matcher.errors import IndexUnavailableError
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.catalogue_states import CatalogueState
from matcher.text.tokens import TOKENS_VERSION
from matcher.wiring.open import (
    index_misfit,
    index_outdated,
    load_encoder,
    open_matcher,
    open_store,
)
from matcher.workflows.suggest import NOTHING, SuggestRun, has_work, suggest

CACHE_FILE = "vectors.sqlite"


@dataclass(frozen=True, slots=True)
class IndexResult:
    """Result of an indexing run."""

    generation: str
    built: bool
    """False if the published index was up to date."""
    model: str
    patents: int
    passages: int
    vectors: int
    embedded: int
    """Number of vectors that were computed."""
    reused: int
    """Number of vectors from the cache."""
    seconds: float


@dataclass(frozen=True, slots=True)
class IndexState:
    """State of the published index, as far as it is known without its model."""

    generation: str
    created: str
    model: str
    patents: int
    passages: int
    vectors: int
    misfit: str | None
    """Reason to build it anew, or None."""


def current_generation(settings: Settings) -> str | None:
    """Return the name of the published index, or None; reads one small file."""
    folder = generations.current(settings.index_folder)
    return None if folder is None else folder.name


def index_state(settings: Settings) -> IndexState | None:
    """Return the state of the published index, or None.

    No model is loaded, so a change of the model under the same name is not noticed. Raises
    IndexUnavailableError for an index that cannot be read, StoreError.
    """
    folder = generations.current(settings.index_folder)
    if folder is None:
        return None
    published = manifest.read(folder)
    with open_store(settings) as store:
        misfit = index_outdated(published, store.catalogue_state())
    if published.model != settings.model:
        misfit = _(
            "the index was made by the model {model}, not by {other}",
            model=published.model,
            other=settings.model,
        )
    return IndexState(
        generation=folder.name,
        created=published.created,
        model=published.model,
        patents=published.patents,
        passages=published.passages,
        vectors=published.vectors,
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

    Raises InputError for an empty catalogue, IndexUnavailableError if another process is building,
    ModelError, StoreError.
    """
    start = time.monotonic()
    if encoder is None:
        report(Step(_("loading the model"), 0))
        encoder = load_encoder(settings)
    with open_store(settings) as store:
        state = store.catalogue_state()
        fitting = None if full else _fitting(settings, encoder, state)
        if fitting is not None:
            generations.tidy(settings.index_folder)
            return _result(
                manifest.read(fitting), fitting.name, built=False, embedded=0, start=start
            )
        cache_file = settings.index_folder / CACHE_FILE
        with (
            generations.building(settings.index_folder) as folder,
            VectorCache(cache_file, encoder.fingerprint, encoder.dimension) as cache,
            store.reading() as connection,
        ):
            embedded = embed_catalogue(
                patents.each(connection), encoder, cache, full=full, report=report
            )
            kind: dense.DenseKind = (
                "hnsw" if len(embedded.vectors) > settings.approximate_above else "flat"
            )
            written = _manifest(embedded, encoder, kind, state)
            _write(folder, embedded, written, report)
    published = generations.current(settings.index_folder)
    assert published is not None  # it was published when the block above ended
    return _result(written, published.name, built=True, embedded=embedded.embedded, start=start)


def suggest_arrivals(settings: Settings, *, today: date, report: Report = silent) -> SuggestRun:
    """Queue suggestions of newly imported patents for open needs.

    The model is loaded only if there are new patents; then this raises as `open_matcher` does.
    """
    with open_store(settings) as store:
        if not has_work(store, today):
            return NOTHING
    report(Step(_("loading the model and the index"), 0))
    with open_matcher(settings) as matcher:
        built_from = indexed_state(settings, matcher.generation)
        return suggest(matcher, built_from, today=today, report=report)


def indexed_state(settings: Settings, generation: str) -> str:
    """Return the id of the catalogue's state that an index generation was built from.

    Raises IndexUnavailableError.
    """
    return manifest.read(settings.index_folder / generation).catalogue_state


def _fitting(settings: Settings, encoder: Encoder, state: CatalogueState) -> Path | None:
    """Folder of the published index; None if there is none, or it is damaged or outdated."""
    try:
        folder = generations.current(settings.index_folder)
        if folder is None:
            return None
        published = manifest.read(folder)
        if index_misfit(published, encoder, state) is None:
            manifest.check_files(published, folder)
            return folder
    except IndexUnavailableError:
        pass
    return None


def _manifest(
    embedded: EmbeddedCatalogue, encoder: Encoder, kind: dense.DenseKind, state: CatalogueState
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
        catalogue_state=state.id,
        files={},
    )


def _write(folder: Path, embedded: EmbeddedCatalogue, written: Manifest, report: Report) -> None:
    report(Step(_("building the dense index"), 0, written.vectors))
    dense.FaissIndex(embedded.vectors, written.dense_kind).save(folder)
    report(Step(_("building the dense index"), written.vectors, written.vectors))

    def progress(done: int) -> None:
        report(Step(_("building the lexical index"), done, written.passages))

    lexical.build(folder, embedded.passages, progress)
    embedded.table.save(folder)
    embedded.sentences.save(folder)
    embedded.words.save(folder)
    embedded.text_words.save(folder)
    manifest.seal(written, folder)


def _result(
    index: Manifest, generation: str, *, built: bool, embedded: int, start: float
) -> IndexResult:
    return IndexResult(
        generation=generation,
        built=built,
        model=index.model,
        patents=index.patents,
        passages=index.passages,
        vectors=index.vectors,
        embedded=embedded,
        reused=index.vectors + index.sentences - embedded,
        seconds=round(time.monotonic() - start, 2),
    )
