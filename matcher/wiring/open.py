"""Settings to working parts: here and in index_wiring alone engine, models and indexes meet."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from indexes import dense, generations, lexical, manifest
from indexes.manifest import Manifest
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.embedding.word_vectors import WordTable
from matcher.errors import IndexUnavailableError
from matcher.importing.read_file import read_file
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.retrieval import learned_ranker
from matcher.retrieval.reranking import Reranking
from matcher.retrieval.retriever import Retriever
from matcher.retrieval.scoring import FEATURES, Weighing
from matcher.search.catalogue import Catalogue
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.store.database import Store
from matcher.text.tokens import TOKENS_VERSION
from matcher.workflows.import_patents import ImportResult, save_files

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from matcher.workflows.deliver_webhooks import Sender


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The database. Raises StoreError."""
    with Store(settings.url) as store:
        yield store


@contextmanager
def open_catalogue(settings: Settings) -> Iterator[Catalogue]:
    """The catalogue to read from. Raises StoreError."""
    with open_store(settings) as store:
        yield Catalogue(store, settings.sleeping_months)


def load_encoder(settings: Settings) -> Encoder:
    """The model that the settings name. Raises ModelError."""
    from models.loading import load_encoder as load

    return load(
        settings.model,
        device=settings.device,
        compute_dtype=settings.compute_dtype,
        batch_size=settings.batch_size,
        trust_remote_code=settings.trust_remote_code,
    )


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str] | None = None,
    today: date,
    sample: bool = False,
    replace: bool = False,
    report: Report = silent,
) -> ImportResult:
    """Read every file, then save all of them in one transaction.

    Raises InputError for a file that cannot be read, before anything is written.
    """
    read = []
    for path in paths:
        stage = f"reading {path.name}"

        def progress(rows: int, stage: str = stage) -> None:
            report(Step(stage, rows))

        progress(0)
        read.append(
            read_file(path, mapping=mapping or {}, today=today, sample=sample, progress=progress)
        )
    with open_store(settings) as store:
        return save_files(
            store, read, contact_key=settings.contact_key, replace=replace, report=report
        )


@contextmanager
def open_matcher(settings: Settings, *, encoder: Encoder | None = None) -> Iterator[Matcher]:
    """The engine over the published index.

    Raises IndexUnavailableError where there is none or it fits neither the database nor the
    model, ModelError, StoreError.
    """
    folder = generations.current(settings.index_folder)
    if folder is None:
        raise IndexUnavailableError(
            f"there is no index in {settings.index_folder} yet: import patents (matcher import "
            "FILE), then run matcher index"
        )
    found = manifest.read(folder)
    with open_catalogue(settings) as catalogue:
        encoder = encoder or load_encoder(settings)
        misfit = index_misfit(found, encoder, catalogue.store.number("generation"))
        if misfit:
            raise IndexUnavailableError(f"{misfit}; run matcher index")
        weighing, notes = _weighing(settings, encoder)
        yield Matcher(
            catalogue,
            encoder,
            Retriever(
                dense.FaissIndex.open(folder, found.dense_kind),
                lexical.TantivyIndex(folder),
                PassageTable.open(folder),
                SentenceVectors.open(folder),
                WordTable.open(folder),
            ),
            generation=folder.name,
            weighing=weighing,
            depth=settings.candidates,
            reranking=_reranking(settings),
            diversity=settings.diversity,
            availability=settings.availability,
            notes=notes,
        )


def webhook_sender(settings: Settings, store: Store, cipher: "MultiFernet") -> "Sender":
    """What sends webhooks by the rules of the settings; `cipher` opens their secrets."""
    from matcher.workflows.deliver_webhooks import Rules, Sender

    rules = Rules(
        settings.webhook_allow_http, settings.webhook_allow_private, settings.webhook_attempts
    )
    return Sender(store, cipher, rules)


def _weighing(settings: Settings, encoder: Encoder) -> tuple[Weighing, tuple[str, ...]]:
    """The learned weights where they are on and fit, else the fixed ones; and why, if not.

    Raises ModelError for a ranker file that cannot be read.
    """
    made = learned_ranker.load(settings.home / learned_ranker.FILE)
    fixed = Weighing(settings.fusion, settings.feedback)
    if made is None or not made.active:
        return fixed, ()
    misfit = learned_ranker.misfit(made, encoder.fingerprint, FEATURES)
    if misfit:
        return fixed, (misfit,)
    return replace(fixed, ranker=made), ()


def _reranking(settings: Settings) -> Reranking | None:
    """The cross-encoder that the settings name, if they name one. Raises ModelError."""
    if settings.reranker is None:
        return None
    from models.loading import load_reranker

    reranker = load_reranker(
        settings.reranker,
        device=settings.device,
        compute_dtype=settings.compute_dtype,
        batch_size=settings.batch_size,
        trust_remote_code=settings.trust_remote_code,
    )
    return Reranking(reranker, settings.rerank_weight)


def index_misfit(found: Manifest, encoder: Encoder, database_generation: int) -> str | None:
    """Why an index cannot be used, or None."""
    if found.model_fingerprint != encoder.fingerprint:
        return f"the index was made by the model {found.model}, not by {encoder.name} as it is now"
    return index_outdated(found, database_generation)


def index_outdated(found: Manifest, database_generation: int) -> str | None:
    """Why an index cannot be used with whatever model, or None."""
    if found.tokens_version != TOKENS_VERSION:
        return "the index was made with another way of finding words"
    if found.database_generation != database_generation:
        return "patents were imported, changed or deleted since the index was built"
    return None
