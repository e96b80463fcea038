"""Check of what is derived from the database: words, index and cached vectors, which can be mended,
and the learned ranker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from indexes import generations, manifest, words
from indexes.words import SqliteWordIndex
from matcher.embedding import vector_cache
from matcher.errors import IndexUnavailableError, InputError, ModelError
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.progress import Report
from matcher.retrieval import learned_ranker
from matcher.settings import Settings
from matcher.store import catalogue_states, database, patents
from matcher.store.catalogue_states import CatalogueState
from matcher.store.database import Store
from matcher.wiring.build import build_index, index_words
from matcher.wiring.build_lock import build_lock
from matcher.wiring.checks.finding import Finding
from matcher.wiring.earlier_database import CACHE_FILE
from matcher.wiring.open import index_misfit, load_encoder
from matcher.wiring.open_channels import kept_in, open_channels


@dataclass(frozen=True)
class Seen:
    """One state of the catalogue, which everything derived is compared with."""

    state: CatalogueState
    version: str
    """As the words say it."""
    hashes: Mapping[int, str]
    """Hash of each patent's record, by row."""

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """Read it."""
        state = catalogue_states.latest(connection)
        version = f"{state.id}-{database.revision_of(connection)}"
        return cls(state, version, patents.record_hashes(connection))


def check_words(
    settings: Settings, store: Store, seen: Seen, report: Report, *, repair: bool
) -> Iterator[Finding]:
    """Check the file of words as it was written, and against the patents of the database."""
    version = SqliteWordIndex(settings.words_file).version()
    fault = _words_fault(settings, seen, version)
    if fault is None:
        if version is None:
            yield Finding("words", "note", _("there are none so far: matcher index"))
        elif version != seen.version:
            yield Finding("words", "note", _("they are out of date: matcher index"))
        else:
            yield Finding("words", "ok", _("up to date"))
    elif repair:
        words.delete(settings.words_file)
        count = index_words(settings, store, report)
        text = _(
            "{fault}; the words of {count:,} patents are indexed anew", fault=fault, count=count
        )
        yield Finding("words", "mended", text)
    else:
        yield Finding(
            "words", "wrong", _("{fault}: matcher check --repair makes it anew", fault=fault)
        )


def check_index(
    settings: Settings,
    seen: Seen,
    encoder: Encoder | None,
    report: Report,
    *,
    repair: bool,
) -> Iterator[Finding]:
    """Check the published index: its files, and whether it fits the database and the model."""
    is_of_others = False
    try:
        folder = generations.current(settings.index_folder)
        if folder is None:
            yield Finding("index", "note", _("there is none so far: matcher index"))
            return
        try:
            encoder = encoder or load_encoder(settings)
        except ModelError as problem:
            yield Finding("model", "wrong", str(problem))
        published = manifest.read(folder)
        manifest.check_files(published, folder)
        is_same_state = published.catalogue_state == seen.state.id
        is_of_others = is_same_state and published.patents != len(seen.hashes)
        if is_of_others:
            raise _other_patents(folder)
        misfit = encoder and index_misfit(published, encoder, seen.state, kept_in(settings))
        if misfit:
            yield Finding("index", "note", _("{misfit}; run matcher index", misfit=misfit))
            return
        with open_channels(settings) as channels:
            channels.check(folder, published)
    except IndexUnavailableError as problem:
        if repair:
            yield _rebuilt(settings, encoder, report, str(problem), full=is_of_others)
        else:
            yield Finding("index", "wrong", str(problem))
        return
    found = _("{name}, {count:,} patents", name=folder.name, count=published.patents)
    yield Finding("index", "ok", found)


def check_vectors(settings: Settings, store: Store, *, repair: bool) -> Iterator[Finding]:
    """Check every cached vector by its checksum."""
    file = settings.index_folder / CACHE_FILE
    if not file.exists():
        yield Finding("vectors", "note", _("there are none so far: matcher index"))
        return
    damage = vector_cache.damage(file)
    if damage is not None and not damage[0]:
        yield Finding("vectors", "ok", _("{count:,} vectors", count=damage[1]))
        return
    fault = (
        _("the file {file} is damaged", file=file)
        if damage is None
        else _("{count:,} of {all:,} vectors are damaged", count=damage[0], all=damage[1])
    )
    if not repair:
        text = _(
            "{fault}: matcher check --repair deletes them, and matcher index computes them "
            "anew when it needs them",
            fault=fault,
        )
        yield Finding("vectors", "wrong", text)
        return
    with store.reading() as connection, build_lock(connection)(settings.index_folder):
        vector_cache.delete_damaged(file)
    text = _(
        "{fault} and deleted; matcher index computes them anew when it needs them", fault=fault
    )
    yield Finding("vectors", "mended", text)


def check_ranker(settings: Settings) -> Iterator[Finding]:
    """Check that the learned ranker can be read. Raises ModelError where it cannot."""
    ranker = learned_ranker.load(settings.home / learned_ranker.FILE)
    if ranker is None:
        yield Finding("ranker", "ok", _("there is none, the fixed weights rank"))
    else:
        found = _("of {created}, from {needs:,} needs", created=ranker.created, needs=ranker.needs)
        yield Finding("ranker", "ok", found)


def _words_fault(settings: Settings, seen: Seen, version: str | None) -> str | None:
    """Return what is wrong with the words, or None."""
    file = settings.words_file
    if words.is_damaged(file):
        return _("the file {file} is not as it was written", file=file)
    if version == seen.version and words.record_hashes(file) != seen.hashes:
        return _("the file {file} does not hold the patents of the database", file=file)
    return None


def _other_patents(folder: Path) -> IndexUnavailableError:
    return IndexUnavailableError(
        _(
            "the index {name} does not hold the patents of the database; build it anew: matcher "
            "index --full",
            name=folder.name,
        )
    )


def _rebuilt(
    settings: Settings, encoder: Encoder | None, report: Report, fault: str, *, full: bool
) -> Finding:
    try:
        built = build_index(settings, encoder=encoder, report=report, full=full)
    except InputError as problem:  # there is no patent
        return Finding("index", "wrong", _("{fault}; {problem}", fault=fault, problem=problem))
    text = _(
        "{fault}; {name} is built from the database, {embedded:,} texts embedded anew",
        fault=fault,
        name=built.generation,
        embedded=built.embedded,
    )
    return Finding("index", "mended", text)
