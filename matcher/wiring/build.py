"""Building and publishing of an index from the catalogue."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from indexes import generations, manifest, words
from indexes.manifest import Manifest
from matcher.disk.errors import disk_errors
from matcher.embedding.parts import PartEncoder
from matcher.errors import IndexUnavailableError
from matcher.language.messages import _
from matcher.patents.words import patent_words
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.database import Store
from matcher.types.words import PatentWords
from matcher.wiring.build_lock import build_lock
from matcher.wiring.channels import Channels
from matcher.wiring.generation import GenerationBuilder
from matcher.wiring.open import (
    index_misfit,
    index_outdated,
    load_encoder,
    model_name,
    open_matcher,
    open_store,
    place_misfit,
)
from matcher.wiring.open_channels import kept_in, open_channels
from matcher.wiring.ray_embedding.cluster import check_ray
from matcher.wiring.ray_embedding.open import ray_part_encoder
from matcher.workflows.suggest import NOTHING, SuggestRun, has_work, suggest

Engine = Literal["local", "ray"]
"""Engine that embeds texts: this process, or the workers of a Ray cluster."""


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
    IndexUnavailableError for an index that cannot be read, ModelError for the address of a service
    that cannot be used, StoreError.
    """
    folder = generations.current(settings.index_folder)
    if folder is None:
        return None
    published = manifest.read(folder)
    with open_store(settings) as store:
        misfit = index_outdated(published, store.catalogue_state())
    misfit = misfit or place_misfit(published, kept_in(settings))
    if published.model != (model := model_name(settings)):
        misfit = _(
            "the index was made by the model {model}, not by {other}",
            model=published.model,
            other=model,
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
    engine: Engine = "local",
    parts: PartEncoder | None = None,
) -> IndexResult:
    """Bring the index up to date with the database and publish it.

    `parts` encodes the texts in place of the engine.

    Raises InputError for an empty catalogue or an engine that is not installed,
    IndexUnavailableError if another process is building, ModelError, ClusterError, StoreError,
    DiskError for a folder that is full or may not be written; the published index stays then.
    """
    if engine == "ray":
        check_ray()
    with disk_errors(settings.index_folder):
        return _build(settings, full, report, encoder, engine, parts)


def _build(
    settings: Settings,
    full: bool,
    report: Report,
    encoder: Encoder | None,
    engine: Engine,
    parts: PartEncoder | None,
) -> IndexResult:
    start = time.monotonic()
    if encoder is None:
        report(Step(_("loading the model"), 0))
        encoder = load_encoder(settings)
    with open_store(settings) as store, open_channels(settings) as channels:
        index_words(settings, store, report)
        fitting = None if full else _fitting(settings, encoder, store, channels)
        if parts is None and engine == "ray":
            parts = ray_part_encoder(settings, encoder)
        builder = GenerationBuilder(settings, encoder, channels, store, report, parts)
        if fitting is None:
            published, embedded = builder.publish(full=full)
        else:
            with store.reading() as connection:
                lock = build_lock(connection)
                generations.tidy(settings.index_folder, lock, settings.keep_generations)
            published, embedded = manifest.read(fitting), 0
        # Also of an index that is up to date: a run that was killed may have left it to this one.
        builder.merge()
    name = current_generation(settings)
    assert name is not None  # it was published
    built = fitting is None
    return _result(published, name, built=built, embedded=embedded, start=start)


def index_words(settings: Settings, store: Store, report: Report = silent) -> int:
    """Bring the words of the catalogue up to date; return the number of patents that were read.

    Needs no model.
    """
    version = store.version()
    stage = _("indexing words")

    def read(rows: Sequence[int]) -> Iterator[tuple[int, PatentWords]]:
        for number, (row, patent) in enumerate(patents.each_of(connection, rows), start=1):
            yield row, patent_words(patent)
            report(Step(stage, number, len(rows)))

    with store.reading() as connection:
        hashes = patents.record_hashes(connection)
        return words.write(
            settings.words_file,
            hashes,
            read,
            revision=version.revision,
            state=version.catalogue,
            aside=store.is_shared,
        )


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


def built_as(settings: Settings, generation: str) -> tuple[int, str]:
    """Return the number of a generation, and the time when it was built (UTC, ISO 8601).

    Raises IndexUnavailableError.
    """
    created = manifest.read(settings.index_folder / generation).created
    return generations.number_of(generation), created


def _fitting(settings: Settings, encoder: Encoder, store: Store, channels: Channels) -> Path | None:
    """Folder of the published index; None if there is none, or it is damaged or outdated."""
    try:
        folder = generations.current(settings.index_folder)
        if folder is None:
            return None
        published = manifest.read(folder)
        state = store.catalogue_state()
        if index_misfit(published, encoder, state, channels.kept_in) is None:
            manifest.check_files(published, folder)
            channels.check(folder, published)
            with store.reading() as connection:
                return folder if channels.is_current(connection, folder) else None
    except IndexUnavailableError:
        pass
    return None


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
