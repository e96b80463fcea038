"""Indexing of what changed: answers, work and files are those that they should be."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from indexes import generations, manifest
from indexes.manifest import Manifest
from matcher.search.answer_json import answer_json
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Claim, Filters, Json, LegalStatus, Need, Patent, PatentId, PatentRow
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


class Catalogue:
    """A catalogue that is imported, changed and indexed step by step."""

    def __init__(self, home: Path) -> None:
        # So few candidates that not every patent is one.
        self.settings = settings_for(home, candidates=12, database_url=databases.url_of(home))
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
        """Settings of another home with an index of the same database, built at once."""
        settings = self.settings.model_copy(update={"home": home})
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


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Forty patents in one segment."""
    catalogue = Catalogue(tmp_path / "a home")
    catalogue.step(range(POOL))
    return catalogue


some = st.sets(st.integers(0, POOL - 1), max_size=9)


@given(steps=st.lists(st.tuples(some, some), min_size=1, max_size=4))
@hypothesis.settings(max_examples=12)
def test_answers_from_segments_are_those_of_a_build_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[set[int], set[int]]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    catalogue = Catalogue(home / "segments")
    catalogue.step(range(25))
    for number, (imported, deleted) in enumerate(steps):
        catalogue.step(imported, deleted)
        at_once = catalogue.built_at_once(home / f"at once {number}")
        assert counts(catalogue.settings) == counts(at_once)
        assert answers(catalogue.settings) == answers(at_once)


def test_a_run_adds_a_segment_and_marks_what_is_deleted(catalogue: Catalogue) -> None:
    catalogue.step([3], [7, 8])
    assert sizes(catalogue.settings) == [(POOL, 3), (1, 0)]
    catalogue.step([], [9])
    assert sizes(catalogue.settings) == [(POOL, 4), (1, 0)]
    assert published(catalogue.settings)[1].patents == POOL - 3


def test_the_number_of_segments_grows_with_the_logarithm_of_the_catalogue(
    catalogue: Catalogue,
) -> None:
    for number in range(POOL, POOL + 20):
        catalogue.step([number])
        segments = sizes(catalogue.settings)
        assert len(segments) <= 4
        for place, (held, _) in enumerate(segments[:-1]):
            assert held >= 4 * sum(own for own, _ in segments[place + 1 :])
    assert sum(held for held, _ in segments) == POOL + 20


def test_a_segment_with_many_deleted_patents_is_written_anew(catalogue: Catalogue) -> None:
    catalogue.step([], range(10))
    assert sizes(catalogue.settings) == [(POOL, 10)]
    catalogue.step([], range(10, 13))
    assert sizes(catalogue.settings) == [(POOL - 13, 0)]


def test_a_changed_text_is_found_and_the_former_one_no_more(catalogue: Catalogue) -> None:
    catalogue.held[3] = replace(catalogue.held[3], abstract="一种熔盐储热罐。")
    save(catalogue.settings, *catalogue.held.values())
    build_index(catalogue.settings, encoder=WordedEncoder())
    need = Need("熔盐储热罐")
    with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
        assert matcher.match(need, today=TODAY).results[0].patent.id == catalogue.held[3].id
    catalogue.step([3])
    assert len(sizes(catalogue.settings)) == 2
    folder = published(catalogue.settings)[0]
    with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
        index = matcher._retriever.index
        assert not len(index.lexical.search("熔盐储热罐", 5, None)[0]), folder


def test_a_run_reads_and_embeds_only_what_changed(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patents, "each", None)
    save(catalogue.settings, patent(POOL, 1))
    result = build_index(catalogue.settings, encoder=WordedEncoder())
    assert result.built and result.embedded < 10
    assert result.embedded + result.reused == sum(counts(catalogue.settings)[2:])


def test_the_former_generation_stays_as_it_was(catalogue: Catalogue) -> None:
    folder, before = published(catalogue.settings)
    with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
        search = matcher._retriever.index.lexical.search
        first = search(NEEDS[0], 50, None)
        catalogue.step([3, 4, 5], [6])
        manifest.check_files(before, folder)
        np.testing.assert_array_equal(search(NEEDS[0], 50, None), first)


def test_segments_are_copied_where_a_disk_has_no_links(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: str, target: str) -> None:
        raise OSError(source, target)

    monkeypatch.setattr(os, "link", no_links)
    catalogue.step([3])
    folder, own = published(catalogue.settings)
    assert len(own.segments) == 2
    manifest.check_files(own, folder)


def test_a_merge_gives_way_to_a_change_of_the_catalogue(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.step([POOL])
    read = patents.each_of

    def changing(connection: Connection, rows: Sequence[int]) -> Iterator[tuple[PatentRow, Patent]]:
        if len(rows) > 1:  # those of a merge
            catalogue.held[0] = patent(0, 99)
            save(catalogue.settings, catalogue.held[0])
        return read(connection, rows)

    monkeypatch.setattr(patents, "each_of", changing)
    catalogue.step([POOL + 1])
    assert [held for held, _ in sizes(catalogue.settings)] == [POOL, 1, 1]
    monkeypatch.undo()
    assert build_index(catalogue.settings, encoder=WordedEncoder()).built
    at_once = catalogue.built_at_once(catalogue.settings.home / "at once")
    assert answers(catalogue.settings) == answers(at_once)


def test_a_damaged_segment_is_not_gone_on_from(catalogue: Catalogue) -> None:
    folder = published(catalogue.settings)[0]
    (file,) = folder.glob("segments/*/sentences.npy")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    catalogue.step([3])
    assert sizes(catalogue.settings) == [(POOL, 0)]
