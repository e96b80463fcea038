"""Opening of the engine's parts by the settings; only wiring knows models and indexes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from indexes import generations, manifest
from indexes.manifest import Manifest
from indexes.words import SqliteWordIndex
from matcher.errors import IndexUnavailableError
from matcher.language.coded import CodedText
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.progress import Report, Step, silent
from matcher.retrieval import learned_ranker
from matcher.retrieval.reranking import Reranking
from matcher.retrieval.scoring import FEATURES, Scorer
from matcher.search.catalogue import Catalogue
from matcher.search.matcher import Matcher
from matcher.search.options import EngineDefaults
from matcher.settings import Settings
from matcher.store.catalogue_states import CatalogueState
from matcher.store.database import Store
from matcher.text.tokens import TOKENS_VERSION
from matcher.wiring.channels import KeptIn
from matcher.wiring.earlier_database import had_database
from matcher.wiring.open_channels import kept_in, open_channels
from matcher.wiring.passage_index import open_index
from models.pretrained import LoadOptions
from models.services.options import ServiceOptions

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

    from matcher.workflows.deliver_webhooks import Sender
    from matcher.workflows.import_patents import ImportResult

PROBES_FILE = "probes.json"
"""File of the index folder with the reference probes of encoder services."""


@contextmanager
def open_store(settings: Settings, *, new: bool = False) -> Iterator[Store]:
    """Open the database; a `new` one also where the home shows that there was one.

    Raises StoreError, DiskError.
    """
    with Store(settings.url, may_create=new or not had_database(settings)) as store:
        yield store


@contextmanager
def open_catalogue(settings: Settings) -> Iterator[Catalogue]:
    """Open the catalogue. Raises StoreError."""
    with open_store(settings) as store:
        yield Catalogue(store, settings.sleeping_months, SqliteWordIndex(settings.words_file))


def load_encoder(settings: Settings) -> Encoder:
    """Load the encoder of the settings. Raises ModelError."""
    from models.loading import load_encoder as load

    return load(settings.model, model_options(settings))


def model_options(settings: Settings) -> LoadOptions:
    """Return the options of loading the encoder of the settings."""
    service = _service_options(settings, settings.model_key, settings.model_window)
    return _load_options(settings, service)


def model_name(settings: Settings) -> str:
    """Return the name of the model of the settings, of a service without its address.

    Raises ModelError for an address that cannot be used.
    """
    from models.loading import model_name as name_of

    return name_of(settings.model)


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str] | None = None,
    today: date,
    sample: bool = False,
    replace: bool = False,
    is_trial: bool = False,
    new_database: bool = False,
    report: Report = silent,
) -> "ImportResult":
    """Read every file, then save all of them in one transaction; of a trial all of it is undone.

    Raises InputError for a file that cannot be read, before anything is written; and StoreError,
    also where the database is gone that the home has the index of, unless it is a `new_database`.
    """
    from matcher.importing.read_file import read_file  # an answer does without the reading of files
    from matcher.workflows.import_patents import save_files

    files = []
    for path in paths:
        stage = _("reading {file}", file=path.name)

        def progress(rows: int, total: int | None, stage: str = stage) -> None:
            report(Step(stage, rows, total))

        progress(0, None)
        files.append(
            read_file(path, mapping=mapping or {}, today=today, sample=sample, progress=progress)
        )
    with open_store(settings, new=new_database) as store:
        return save_files(
            store,
            files,
            contact_key=settings.contact_key,
            replace=replace,
            report=report,
            is_trial=is_trial,
        )


@contextmanager
def open_matcher(settings: Settings, *, encoder: Encoder | None = None) -> Iterator[Matcher]:
    """Open the engine over the published index.

    Raises IndexUnavailableError if there is none, or if it does not fit the database or the model;
    ModelError, StoreError.
    """
    folder = generations.current(settings.index_folder)
    if folder is None:
        raise IndexUnavailableError(
            _(
                "there is no index in {folder} yet: import patents (matcher import "
                "FILE), then run matcher index",
                folder=settings.index_folder,
            )
        )
    published = manifest.read(folder)
    with ExitStack() as opened:
        catalogue = opened.enter_context(open_catalogue(settings))
        encoder = encoder or load_encoder(settings)
        misfit = index_misfit(
            published, encoder, catalogue.store.catalogue_state(), kept_in(settings)
        )
        if misfit:
            raise IndexUnavailableError(_("{misfit}; run matcher index", misfit=misfit))
        manifest.check_files(published, folder)
        channels = opened.enter_context(open_channels(settings))
        channels.check(folder, published)
        scorer, notes = _scorer(settings, encoder)
        yield Matcher(
            catalogue,
            encoder,
            open_index(folder, published, channels),
            generation=folder.name,
            scorer=scorer,
            defaults=EngineDefaults(
                settings.candidates, settings.diversity, settings.availability, notes
            ),
            reranking=_reranking(settings),
        )


def webhook_sender(settings: Settings, store: Store, cipher: "MultiFernet") -> "Sender":
    """Build the sender of webhooks by the settings; `cipher` decrypts their secrets."""
    from matcher.workflows.deliver_webhooks import DeliveryRules, Sender

    rules = DeliveryRules(
        settings.webhook_allow_http, settings.webhook_allow_private, settings.webhook_attempts
    )
    return Sender(store, cipher, rules)


def _scorer(settings: Settings, encoder: Encoder) -> tuple[Scorer, tuple[CodedText, ...]]:
    """Scorer with the learned weights if they are active and fit, else the fixed ones; and notes.

    Raises ModelError for a ranker file that cannot be read.
    """
    ranker = learned_ranker.load(settings.home / learned_ranker.FILE)
    fixed = Scorer(settings.fusion, settings.feedback)
    if ranker is None or not ranker.active:
        return fixed, ()
    misfit = learned_ranker.misfit(ranker, encoder.fingerprint, FEATURES)
    if misfit:
        return fixed, (CodedText("ranker_unused", misfit),)
    return replace(fixed, ranker=ranker), ()


def _reranking(settings: Settings) -> Reranking | None:
    """Load the cross-encoder of the settings, if there is one. Raises ModelError."""
    if settings.reranker is None:
        return None
    from models.loading import load_reranker

    service = _service_options(settings, settings.reranker_key, settings.reranker_window)
    reranker = load_reranker(settings.reranker, _load_options(settings, service))
    return Reranking(reranker, settings.rerank_weight)


def _service_options(
    settings: Settings, key: SecretStr | None, window: int | None
) -> ServiceOptions:
    return ServiceOptions(
        key=key,
        window=window,
        seconds=settings.service_seconds,
        requests=settings.service_requests,
        probes=settings.index_folder / PROBES_FILE,
    )


def _load_options(settings: Settings, service: ServiceOptions) -> LoadOptions:
    return LoadOptions(
        device=settings.device,
        compute_dtype=settings.compute_dtype,
        batch_size=settings.batch_size,
        trust_remote_code=settings.trust_remote_code,
        query_prefix=settings.query_prefix,
        passage_prefix=settings.passage_prefix,
        service=service,
    )


def index_misfit(
    index: Manifest, encoder: Encoder, state: CatalogueState, place: KeptIn
) -> str | None:
    """Reason that an index cannot be used, or None."""
    return (
        model_misfit(index, encoder) or place_misfit(index, place) or index_outdated(index, state)
    )


def place_misfit(index: Manifest, place: KeptIn) -> str | None:
    """Reason that an index cannot be used with the place of the settings, or None."""
    if index.kept_in == place:
        return None
    return _(
        "the index is kept in {place}, and the setting MATCHER_INDEX names {other}",
        place=index.kept_in,
        other=place,
    )


def model_misfit(index: Manifest, encoder: Encoder) -> str | None:
    """Reason that an index cannot be used with a model, or None."""
    if index.model_fingerprint == encoder.fingerprint:
        return None
    if index.model == encoder.name:
        return _(
            "the model {model} computes otherwise than when the index was built: other "
            "weights, as after an update of matcher, another runtime or another precision",
            model=index.model,
        )
    return _(
        "the index was made by the model {model}, not by {other}",
        model=index.model,
        other=encoder.name,
    )


def index_outdated(index: Manifest, state: CatalogueState) -> str | None:
    """Reason that an index cannot be used with any model, or None."""
    if index.tokens_version != TOKENS_VERSION:
        return _("the index was made with another way of finding words")
    if index.catalogue_state != state.id:
        return _("patents were imported, changed or deleted since the index was built")
    return None
