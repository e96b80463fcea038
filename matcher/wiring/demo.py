"""The demo: import and index the sample catalogue, answer a Chinese and an English need."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.progress import Report, Step, silent
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Answer, Need
from matcher.wiring.build import IndexResult, build_index
from matcher.wiring.open import (
    import_files,
    load_encoder,
    model_name,
    open_matcher,
    open_store,
)
from matcher.workflows.import_patents import ImportResult

SAMPLES = ("patents.jsonl", "teams.csv")
NEEDS = (
    "我们做新能源汽车电池包，希望隔膜在高温下不收缩、不短路，最好能在现有涂布线上实现",
    "We want to find early bearing faults on old machine tools from vibration, without stopping "
    "production",
)
RESULTS = 3
"""Patents in each answer."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Results of the demo; `answers` are in the order of NEEDS."""

    imported: ImportResult
    indexed: IndexResult
    answers: tuple[Answer, ...]


def run_demo(
    settings: Settings,
    today: date,
    *,
    announce: Callable[[str], None],
    report: Report = silent,
) -> Demo:
    """Import the sample catalogue, index it, answer NEEDS; a second run reuses the first.

    `announce` is called with a sentence about each stage before it begins. Raises InputError for a
    home that holds other patents than samples, ModelError, StoreError.
    """
    _refuse_real_patents(settings)
    announce(_("Importing the sample catalogue (invented patents) into {home}", home=settings.home))
    imported = _import(settings, today, report)
    announce(_("Loading the model {model}", model=model_name(settings)))
    report(Step(_("loading the model"), 0))
    encoder = load_encoder(settings)
    announce(_("Building the index; texts that were embedded before are not embedded again"))
    indexed = build_index(settings, report=report, encoder=encoder)
    announce(_("Answering a Chinese and an English need"))
    with open_matcher(settings, encoder=encoder) as matcher:
        answers = tuple(_answers(matcher, today))
    return Demo(imported, indexed, answers)


def _import(settings: Settings, today: date, report: Report) -> ImportResult:
    with ExitStack() as opened:
        paths: list[Path] = [
            opened.enter_context(as_file(files("matcher").joinpath("samples", name)))
            for name in SAMPLES
        ]
        return import_files(settings, paths, today=today, sample=True, report=report)


def _answers(matcher: Matcher, today: date) -> Iterator[Answer]:
    for text in NEEDS:
        yield matcher.match(Need(text=text), SearchOptions(k=RESULTS), today=today)


def _refuse_real_patents(settings: Settings) -> None:
    """Raise InputError for a home with real patents: samples are not mixed with these."""
    with open_store(settings) as store, store.reading() as connection:
        real = any(not patent.is_sample for _row, patent in patents.each(connection))
    if real:
        raise InputError(
            _(
                "{home} holds patents that are not samples; give the demo another folder with "
                "--home",
                home=settings.home,
            )
        )
