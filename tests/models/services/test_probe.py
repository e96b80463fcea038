"""References of probes, kept in a file."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from matcher.ports import Vectors
from models.services.probe import MAX_REFERENCES, PROBES, is_same, probe_id
from models.vectors import unit

RNG = np.random.default_rng(0)


def probe(dimension: int = 32) -> Vectors:
    return unit(RNG.standard_normal((len(PROBES), dimension), dtype=np.float32))


def near(vectors: Vectors, noise: float) -> Vectors:
    return unit(vectors + RNG.normal(0, noise, vectors.shape).astype(np.float32))


def test_a_probe_has_the_id_of_the_reference_that_it_equals(tmp_path: Path) -> None:
    file = tmp_path / "a" / "probes.json"
    first, other = probe(), probe()
    assert probe_id("m", first, file) == probe_id("m", near(first, 0.002), file)
    assert probe_id("m", other, file) != probe_id("m", first, file)
    assert probe_id("m", near(other, 0.002), file) == probe_id("m", other, file)
    assert not is_same(first, near(first, 0.02))
    assert not is_same(first, probe(16))


def test_the_id_is_the_same_in_another_home_and_without_a_file(tmp_path: Path) -> None:
    own = probe()
    ids = {probe_id("m", own, tmp_path / home / "probes.json") for home in "ab"}
    assert ids == {probe_id("m", own, None)}


@pytest.mark.parametrize("content", ["", "[]", '{"m": ["%"]}', '{"m": 3}', '{"m": ["AAAA"]}', "\0"])
def test_a_damaged_file_counts_as_empty(tmp_path: Path, content: str) -> None:
    file = tmp_path / "probes.json"
    file.write_text(content)
    own = probe()
    assert probe_id("m", own, file) == probe_id("m", near(own, 0.002), file)


def test_a_file_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    own = probe()
    assert probe_id("m", own, tmp_path / "file" / "probes.json") == probe_id("m", own, None)


def test_many_processes_agree_on_a_reference(tmp_path: Path) -> None:
    file = tmp_path / "probes.json"
    own = probe()
    probes = [near(own, 0.002) for _ in range(16)]
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda vectors: probe_id("m", vectors, file), probes))) == 1


def test_the_oldest_references_give_way(tmp_path: Path) -> None:
    file = tmp_path / "probes.json"
    probes = [probe() for _ in range(MAX_REFERENCES + 1)]
    ids = [probe_id("m", own, file) for own in probes]
    assert probe_id("m", near(probes[-1], 0.002), file) == ids[-1]
    size = file.stat().st_size
    probe_id("m", probe(), file)
    assert file.stat().st_size == size
