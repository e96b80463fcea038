"""Unit vectors in inverted lists of FAISS (IVF), each list around a centroid, as float16.

One list makes an exact index. Vectors are numbered list by list, and their file is mapped into
memory, so that a search reads from disk only the lists that it looks into.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexes.distinct_vectors import Numbers
from indexes.half_vectors import CHUNK, AnyVectors, as_floats, as_halves
from matcher.embedding.array_files import index_read_errors
from matcher.ports import BoolArray, Rows, Scores, Vectors

VECTORS_FILE = "vectors.faiss"
LISTS_READ = 80
"""Lists of mean length that a search without a filter reads."""
MIN_READ = 20_000
"""Allowed vectors that a search reads at least: up to here it is exact."""
SAMPLE_PER_LIST = 40
"""Vectors per list of which the centroids are the means."""
TRAINING_ROUNDS = 8
_CODE_BYTES = 2


class VectorLists:
    """u unit vectors (u, d) in lists, mapped from a file or in memory."""

    def __init__(self, index: Any) -> None:
        """Take an `IndexScalarQuantizer` of FAISS, which is one list, or the one with lists."""
        self._index = index
        self._width = _CODE_BYTES * int(index.d)
        self._centroids: Vectors | None = None
        if hasattr(index, "invlists"):
            self._centroids = index.quantizer.reconstruct_n(0, index.nlist)
            lists = [
                (index.invlists.get_codes(number), index.invlists.list_size(number))
                for number in range(index.nlist)
            ]
        else:
            lists = [(index.codes.data(), index.ntotal)]
        self._codes = [_view(codes, size, self._width) for codes, size in lists]
        self._starts = np.concatenate(([0], np.cumsum([size for _, size in lists])))

    @classmethod
    def build(cls, vectors: AnyVectors, rows: Rows, count: int) -> tuple["VectorLists", Rows]:
        """Put some rows of the vectors into so many lists.

        Returns their row (u,) by number, too. No second copy of all vectors is made.
        """
        faiss = import_faiss()
        if count == 1:
            index = faiss.IndexScalarQuantizer(vectors.shape[1], *_stored())
            for own in _chunks(rows):
                index.add_sa_codes(as_halves(vectors[own]).view(np.uint8))
            return cls(index), rows
        index = _empty_index(_centroids(vectors, rows, count))
        list_of = _nearest_lists(index.quantizer, vectors, rows)
        ordered = rows[np.argsort(list_of, kind="stable")]
        ends = np.cumsum(np.bincount(list_of, minlength=count))
        start = 0
        for number, end in enumerate(ends):
            codes = as_halves(vectors[ordered[start:end]])
            ids = np.arange(start, end, dtype=np.int64)
            index.invlists.add_entries(
                number, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(codes.view(np.uint8))
            )
            start = end
        index.ntotal = len(rows)
        return cls(index), ordered

    @classmethod
    def open(cls, folder: Path) -> "VectorLists":
        """Map what `save` wrote. Raises IndexUnavailableError."""
        faiss = import_faiss()
        with index_read_errors(folder, "vectors"):
            try:
                index = faiss.read_index(str(folder / VECTORS_FILE), faiss.IO_FLAG_MMAP_IFC)
            except RuntimeError as problem:
                raise ValueError(str(problem)) from problem
            return cls(index)

    def save(self, folder: Path) -> None:
        """Write the lists into an index folder. Raises OSError."""
        faiss = import_faiss()
        # FAISS would only print that the last bytes of its own file found no space.
        with (folder / VECTORS_FILE).open("wb") as file:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length d of a vector."""
        return int(self._index.d)

    def vectors(self, numbers: Numbers | Rows) -> Vectors:
        """Return some of the vectors (m, d)."""
        list_of = np.searchsorted(self._starts, numbers, side="right") - 1
        offsets = numbers - self._starts[list_of]
        codes = np.empty((len(numbers), self._width), dtype=np.uint8)
        order = np.argsort(list_of, kind="stable")
        cuts = np.flatnonzero(np.diff(list_of[order])) + 1
        for members in np.split(order, cuts) if len(order) else ():
            codes[members] = self._codes[list_of[members[0]]][offsets[members]]
        return as_floats(codes.view(np.float16))

    def search(
        self, queries: Vectors, depth: int, allowed: BoolArray | None
    ) -> tuple[Rows, Scores]:
        """Return the `depth` best vectors (q, depth) of the lists that are read, padded with -1."""
        faiss = import_faiss()
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        selector = None
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self._centroids is None:
            scores, near = self._index.search(
                queries, depth, params=faiss.SearchParameters(sel=selector)
            )
            return near, scores
        probes = self._probes(queries, self._centroids, allowed, max(MIN_READ, depth))
        scores = np.empty((len(queries), depth), dtype=np.float32)
        near = np.empty((len(queries), depth), dtype=np.int64)
        # The Python face of `search_preassigned` takes no parameters, so no selector.
        self._index.search_preassigned_c(
            len(queries),
            faiss.swig_ptr(queries),
            depth,
            faiss.swig_ptr(probes),
            faiss.swig_ptr(np.zeros(probes.shape, dtype=np.float32)),
            faiss.swig_ptr(scores),
            faiss.swig_ptr(near),
            False,
            faiss.SearchParametersIVF(nprobe=probes.shape[1], sel=selector),
        )
        return near, scores

    def _probes(
        self, queries: Vectors, centroids: Vectors, allowed: BoolArray | None, at_least: int
    ) -> Rows:
        """Return the lists (q, p) to read for each query, padded with -1.

        The nearest lists are read, and more of them the fewer vectors are allowed: these are then
        spread over more lists. A list counts by the root of its length times its allowed vectors.
        """
        sizes = np.diff(self._starts)
        counts = sizes.copy()
        if allowed is not None:
            firsts = self._starts[:-1][sizes > 0]
            counts[sizes > 0] = np.add.reduceat(allowed.view(np.int8), firsts, dtype=np.int32)
        # A product of matrices would round each query by what is beside it.
        order = np.argsort(-np.einsum("qd,ld->ql", queries, centroids), axis=1)
        weight, held = np.sqrt(sizes * counts)[order], counts[order]
        is_read = np.cumsum(weight, axis=1) - weight < LISTS_READ * sizes.mean()
        is_read |= np.cumsum(held, axis=1) - held < at_least
        is_read &= held > 0
        probes = np.full((len(queries), max(1, is_read.sum(axis=1).max())), -1, dtype=np.int64)
        for own, lists, chosen in zip(probes, order, is_read, strict=True):
            own[: chosen.sum()] = lists[chosen]
        return probes


def lists_for(size: int) -> int:
    """Return the number of lists for so many vectors.

    >>> lists_for(5_000_000)
    2236
    """
    return max(1, math.isqrt(size))


def import_faiss() -> Any:
    """Import FAISS as Any: its stubs lack the methods that its Python layer adds."""
    import faiss

    return faiss


def _stored() -> tuple[int, int]:
    """Form and metric of the stored vectors."""
    faiss = import_faiss()
    return faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT


def _empty_index(centroids: Vectors) -> Any:
    faiss = import_faiss()
    count, dimension = centroids.shape
    quantizer = faiss.IndexFlatIP(dimension)
    quantizer.add(centroids)
    index = faiss.IndexIVFScalarQuantizer(
        quantizer,
        dimension,
        count,
        *_stored(),
        False,
    )
    index.is_trained = True
    return index


def _centroids(vectors: AnyVectors, rows: Rows, count: int) -> Vectors:
    """Return unit centroids (count, d) by k-means over a sample."""
    random = np.random.default_rng(0)
    size = min(len(rows), count * SAMPLE_PER_LIST)
    sample = vectors[np.sort(random.choice(rows, size, replace=False))].astype(np.float32)
    means = import_faiss().Kmeans(
        vectors.shape[1],
        count,
        niter=TRAINING_ROUNDS,
        spherical=True,
        seed=1,
        min_points_per_centroid=1,
        max_points_per_centroid=SAMPLE_PER_LIST,
    )
    means.train(sample)
    centroids: Vectors = means.centroids
    return centroids


def _nearest_lists(quantizer: Any, vectors: AnyVectors, rows: Rows) -> Rows:
    """Return the list (u,) of each row."""
    nearest = [
        quantizer.search(vectors[own].astype(np.float32), 1)[1][:, 0] for own in _chunks(rows)
    ]
    return np.concatenate(nearest)


def _chunks(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _view(codes: Any, size: int, width: int) -> NDArray[np.uint8]:
    """View vectors in the memory of FAISS (size, width) without a copy."""
    if not size:
        return np.empty((0, width), dtype=np.uint8)
    view: NDArray[np.uint8] = import_faiss().rev_swig_ptr(codes, size * width).reshape(size, width)
    return view
