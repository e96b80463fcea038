"""A catalogue that is changed and indexed step by step, for every place of the channels."""

import os
import signal
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexes import generations, manifest
from indexes.manifest import Manifest
from matcher.search.answer_json import answer_json
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.types import Claim, Filters, Json, LegalStatus, Need, Patent, PatentId
from matcher.wiring.build import IndexResult, build_index
from matcher.wiring.open import open_matcher
from tests.support import databases
from tests.support.engines import WordedEncoder, keep_only, save, settings_for
from tests.support.samples import BEARING, GRIPPER, SEPARATOR, TODAY

SUBJECTS = ("隔膜", "夹爪", "轴承", "水泵", "阀门", "涂层", "电机", "滤芯", "bearing", "coating")
VERBS = ("包括", "设有", "连接", "测量", "涂覆", "comprises", "measures")
NEEDS = (
    "需要一种带涂层的水泵轴承，能测量振动",
    "A pump with a coated bearing is wanted",
    "焊枪上的传感器与电机连接；滤芯要能更换",
)
POOL = 40


def text(random: np.random.Generator, words: int) -> str:
    """Some words of a few, so that passages share many and often tie."""
    chosen = [*random.choice(SUBJECTS, words), *random.choice(VERBS, words)]
    random.shuffle(chosen)
    return " ".join(chosen)


def patent(number: int, version: int) -> Patent:
    """A patent of the pool in one of its versions; every fifth has no text but its title."""
    random = np.random.default_rng((number, version))
    claims = tuple(Claim(n, text(random, 4) + "。") for n in range(1, int(random.integers(1, 5))))
    return replace(
        (SEPARATOR, GRIPPER, BEARING)[number % 3],
        id=PatentId(f"CN2020199{number:05}.1"),
        application_number=f"CN2020199{number:05}.1",
        publication_number=None,
        title=f"一种{text(random, 2)}",
        abstract="" if number % 5 == 0 else f"{text(random, 5)}。{text(random, 3)}。",
        claims=() if number % 5 == 0 else claims,
    )


class GrowingCatalogue:
    """A catalogue that is imported, changed and indexed step by step."""

    def __init__(self, home: Path, index: str = "files", candidates: int = 12) -> None:
        """Begin an empty one; so few candidates that not every patent is one."""
        self.settings = settings_for(
            home, candidates=candidates, database_url=databases.url_of(home), index=index
        )
        self.held: dict[int, Patent] = {}
        self.version = 0

    def step(self, imported: Iterable[int], deleted: Iterable[int] = ()) -> IndexResult:
        """Import a new version of some patents, delete others but the last one, and index."""
        self.version += 1
        self.held |= {number: patent(number, self.version) for number in imported}
        for number in deleted:
            if len(self.held) > 1:
                self.held.pop(number, None)
        save(self.settings, *self.held.values())
        keep_only(self.settings, *self.held.values())
        return build_index(self.settings, encoder=WordedEncoder())

    def built_at_once(self, home: Path) -> Settings:
        """Settings of another home with an index of the same database, in files, built at once."""
        settings = self.settings.model_copy(update={"home": home, "index": "files"})
        build_index(settings, encoder=WordedEncoder())
        return settings


def answers(settings: Settings) -> list[Json]:
    """Answers with and without filters, without the name of the index."""
    listed = []
    with open_matcher(settings, encoder=WordedEncoder()) as matcher:
        for filters in (Filters(legal_status=frozenset(LegalStatus)), Filters(regions=("河北",))):
            options = SearchOptions(k=2, filters=filters)
            for need in NEEDS:
                answer = matcher.match(Need(need), options, today=TODAY)
                listed.append({**answer_json(answer, TODAY), "index": None})
    return listed


def published(settings: Settings) -> tuple[Path, Manifest]:
    folder = generations.current(settings.index_folder)
    assert folder is not None
    return folder, manifest.read(folder)


def counts(settings: Settings) -> tuple[int, int, int, int]:
    own = published(settings)[1]
    return own.patents, own.passages, own.vectors, own.sentences


def sizes(settings: Settings) -> list[tuple[int, int]]:
    """Patents of each segment, and those deleted from it."""
    return [(own.patents, own.deleted) for own in published(settings)[1].segments]


def killed_in_the_middle(home: Path, index: str) -> None:
    """Index forty patents, then be killed (SIGKILL) when the rows of some more are written."""
    from indexes.milvus.client import MilvusCalls

    catalogue = GrowingCatalogue(home, index)
    catalogue.step(range(POOL))
    flush = MilvusCalls.flush

    def killing(calls: MilvusCalls, collection: str) -> None:
        flush(calls, collection)
        os.kill(os.getpid(), signal.SIGKILL)

    MilvusCalls.flush = killing  # type: ignore[assignment, method-assign]
    catalogue.step([3, 50, 51], [7])
