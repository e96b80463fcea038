"""Bench of the dense index of large catalogues."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matcher.ports import Vectors
from scripts.bench.machine import ROOT
from scripts.bench.size_vectors import SHARES, exact_best, filters, recall, write_vectors


@pytest.fixture(scope="module")
def real() -> Vectors:
    vectors = np.random.default_rng(1).standard_normal((90, 16)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_vectors_are_of_length_1_and_near_the_real_one_of_their_patent(
    real: Vectors, tmp_path: Path
) -> None:
    topics = write_vectors(real, 2_000, tmp_path / "vectors.npy")
    vectors = np.load(tmp_path / "vectors.npy")
    assert vectors.shape == (10_000, 16) and vectors.dtype == np.float16
    np.testing.assert_allclose(np.linalg.norm(vectors.astype(np.float32), axis=1), 1, atol=1e-3)
    products = vectors.astype(np.float32) @ real.T
    own = products[np.arange(10_000), np.repeat(topics, 5)]
    assert own.mean() > products.mean() + 0.1


def test_filters_allow_whole_patents_of_each_share(real: Vectors, tmp_path: Path) -> None:
    topics = write_vectors(real, 2_000, tmp_path / "vectors.npy")
    none, *others = filters(real, topics)
    assert none.rows is None and none.share == 1.0
    assert [own.kind for own in others[:2]] == ["random", "topic"]
    # A ten-thousandth of 2,000 patents is none.
    assert {own.share for own in others} == set(SHARES[1:-1])
    for own in others:
        assert own.rows is not None and len(own.rows) == 5 * round(own.share * 2_000)
        np.testing.assert_array_equal(
            own.rows.reshape(-1, 5) % 5, [range(5)] * (len(own.rows) // 5)
        )
        assert (np.diff(own.rows) > 0).all()


def test_exact_best_rows_are_those_of_a_sorted_product(real: Vectors, tmp_path: Path) -> None:
    topics = write_vectors(real, 2_000, tmp_path / "vectors.npy")
    vectors = np.load(tmp_path / "vectors.npy")
    chosen = list(filters(real, topics))
    for own, best in zip(chosen, exact_best(vectors, real[:7], 20, chosen), strict=True):
        rows = np.arange(len(vectors)) if own.rows is None else own.rows
        products = real[:7] @ vectors[rows].astype(np.float32).T
        size = min(20, len(rows))
        expected = np.sort(products, axis=1)[:, ::-1][:, :size]
        position = np.searchsorted(rows, best[:, :size])
        np.testing.assert_allclose(np.take_along_axis(products, position, 1), expected, atol=1e-6)
        assert (best[:, size:] == -1).all()


def test_recall_counts_the_best_rows_that_were_found() -> None:
    exact = np.array([[1, 2, 3], [4, 5, -1]])
    assert recall(exact, exact, 3) == 1
    assert recall(np.array([[2, 1, 9], [4, -1, -1]]), exact, 2) == pytest.approx(0.75)


def table_of(script: str, *options: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", f"scripts.bench.{script}", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_bench_has_a_table_for_each_size_and_compares_stored_forms(tmp_path: Path) -> None:
    kept = ("--folder", str(tmp_path / "kept"))
    sizes = table_of("size", "--sizes", "20", "200", "--patents", "10", *kept)
    assert "20 patents, 100 vectors, flat: built in" in sizes
    assert "200 patents, 1,000 vectors, flat: built in" in sizes
    rows = [line.split("|") for line in sizes.splitlines() if line.startswith("| 100% |")]
    assert [(row[7].strip(), row[8].strip()) for row in rows] == [("1.000", "1.000")] * 2
    assert (tmp_path / "kept" / "200" / "flat" / "vectors.faiss").exists()
    forms = table_of("stored_forms", "--size", "200", *kept)
    assert "| float16 | 768 | 200 |" in forms
    (deepest,) = [
        line.split("|") for line in forms.splitlines() if "| RaBitQ | 56 | 4000 |" in line
    ]
    assert (deepest[5].strip(), deepest[6].strip()) == ("1.000", "1.000")
