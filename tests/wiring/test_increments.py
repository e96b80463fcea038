"""Indexing of what changed: answers, work and files are those that they should be."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from indexes import manifest
from matcher.store import patents
from matcher.types import Need, Patent, PatentRow
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from tests.support.engines import WordedEncoder, save
from tests.support.growing_catalogue import (
    NEEDS,
    POOL,
    GrowingCatalogue,
    answers,
    counts,
    patent,
    published,
    sizes,
)
from tests.support.samples import TODAY


@pytest.fixture
def catalogue(tmp_path: Path) -> GrowingCatalogue:
    """Forty patents in one segment."""
    catalogue = GrowingCatalogue(tmp_path / "a home")
    catalogue.step(range(POOL))
    return catalogue


some = st.sets(st.integers(0, POOL - 1), max_size=9)


@given(steps=st.lists(st.tuples(some, some), min_size=1, max_size=4))
@hypothesis.settings(max_examples=12)
def test_answers_from_segments_are_those_of_a_build_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[set[int], set[int]]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    catalogue = GrowingCatalogue(home / "segments")
    catalogue.step(range(25))
    for number, (imported, deleted) in enumerate(steps):
        catalogue.step(imported, deleted)
        at_once = catalogue.built_at_once(home / f"at once {number}")
        assert counts(catalogue.settings) == counts(at_once)
        assert answers(catalogue.settings) == answers(at_once)


def test_a_run_adds_a_segment_and_marks_what_is_deleted(catalogue: GrowingCatalogue) -> None:
    catalogue.step([3], [7, 8])
    assert sizes(catalogue.settings) == [(POOL, 3), (1, 0)]
    catalogue.step([], [9])
    assert sizes(catalogue.settings) == [(POOL, 4), (1, 0)]
    assert published(catalogue.settings)[1].patents == POOL - 3


def test_the_number_of_segments_grows_with_the_logarithm_of_the_catalogue(
    catalogue: GrowingCatalogue,
) -> None:
    for number in range(POOL, POOL + 20):
        catalogue.step([number])
        segments = sizes(catalogue.settings)
        assert len(segments) <= 4
        for place, (held, _) in enumerate(segments[:-1]):
            assert held >= 4 * sum(own for own, _ in segments[place + 1 :])
    assert sum(held for held, _ in segments) == POOL + 20


def test_a_segment_with_many_deleted_patents_is_written_anew(catalogue: GrowingCatalogue) -> None:
    catalogue.step([], range(10))
    assert sizes(catalogue.settings) == [(POOL, 10)]
    catalogue.step([], range(10, 13))
    assert sizes(catalogue.settings) == [(POOL - 13, 0)]


def test_a_changed_text_is_found_and_the_former_one_no_more(catalogue: GrowingCatalogue) -> None:
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
    catalogue: GrowingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patents, "each", None)
    save(catalogue.settings, patent(POOL, 1))
    result = build_index(catalogue.settings, encoder=WordedEncoder())
    assert result.built and result.embedded < 10
    assert result.embedded + result.reused == sum(counts(catalogue.settings)[2:])


def test_the_former_generation_stays_as_it_was(catalogue: GrowingCatalogue) -> None:
    folder, before = published(catalogue.settings)
    with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
        search = matcher._retriever.index.lexical.search
        first = search(NEEDS[0], 50, None)
        catalogue.step([3, 4, 5], [6])
        manifest.check_files(before, folder)
        np.testing.assert_array_equal(search(NEEDS[0], 50, None), first)


def test_segments_are_copied_where_a_disk_has_no_links(
    catalogue: GrowingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: str, target: str) -> None:
        raise OSError(source, target)

    monkeypatch.setattr(os, "link", no_links)
    catalogue.step([3])
    folder, own = published(catalogue.settings)
    assert len(own.segments) == 2
    manifest.check_files(own, folder)


def test_a_merge_gives_way_to_a_change_of_the_catalogue(
    catalogue: GrowingCatalogue, monkeypatch: pytest.MonkeyPatch
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


def test_a_damaged_segment_is_not_gone_on_from(catalogue: GrowingCatalogue) -> None:
    folder = published(catalogue.settings)[0]
    (file,) = folder.glob("segments/*/sentences.npy")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    catalogue.step([3])
    assert sizes(catalogue.settings) == [(POOL, 0)]
