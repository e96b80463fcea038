"""Figures of one large size, by the rules from what was measured."""

from dataclasses import dataclass
from math import ceil

from matcher.embedding.embed_catalogue import MAX_WORDS
from matcher.settings import Settings
from scripts.scale.measure import Figures
from scripts.scale.milvus_rows import BM25, SCALARS, TERMS, TOKENS, VECTOR
from scripts.scale.models import GPUS, MODELS, cpu_hours, gpu_hours
from scripts.scale.parts import GENERATION, IN_MILVUS, WORDS
from scripts.scale.searches import DEPTH, postings_read, vectors_read

SIZES = (100_000, 1_000_000, 10_000_000, 50_000_000)
"""Patents."""
CORES, MEMORY, FULL = 16, 64e9, 0.7
"""A machine, and the share of its memory that is planned with."""
MOST_NODES = 8
"""Query nodes up to which an exacter index type is taken."""
IN_FILES_UP_TO = 1_000_000
"""Patents up to which the files were measured (docs/performance.md)."""
POSTGRESQL = 3_610 + 3 * 91 + 2 * 83 + 131
"""Bytes of a patent in PostgreSQL: rows and indexes that docs/database.md has measured."""
MOST_WORDS = MAX_WORDS * (2 * MODELS[0].dimension + 8)
"""Bytes of the vectors of all words that may have one."""
KINDS = {
    "flat": "float32",
    "hnsw": "HNSW, float32",
    "hnsw_sq": "HNSW, SQ8",
    "ivf_sq8": "IVF, SQ8",
    "diskann": "DISKANN, in memory (formula)",
}
"""Form in memory of each MATCHER_INDEX_VECTORS, the most exact first."""


@dataclass(frozen=True)
class Outlook:
    """Needs of a catalogue of so many patents."""

    figures: Figures
    patents: int

    @property
    def passages(self) -> float:
        """Passages of all patents."""
        return self.figures.mean("passages") * self.patents

    @property
    def vectors(self) -> float:
        """Vectors of all passages; sentences are not searched."""
        return self.figures.mean("vectors") * self.patents

    def part(self, name: str) -> float:
        """Return the bytes of a part on disk; words with a vector are 50,000 at most."""
        line = self.figures.parts[name]
        grown = line.at(self.patents)
        return min(grown, MOST_WORDS) if name == WORDS else grown

    def generation(self, *, in_milvus: bool) -> float:
        """Return the bytes of the files of one generation of the index."""
        return sum(self.part(name) for name in GENERATION if not (in_milvus and name in IN_MILVUS))

    @property
    def database(self) -> float:
        """Bytes in PostgreSQL."""
        return POSTGRESQL * self.patents

    def nodes_memory(self, kind: str, dimension: int) -> float:
        """Return the memory of query nodes: vectors in an index, words, values of filters.

        The fields that answers fetch (vector, terms, tokens) are taken to stay on disk.
        """
        row = self.figures.milvus.row_bytes
        form = self.figures.forms[dimension][KINDS[kind]]
        return (form + row[BM25] + row[SCALARS]) * self.vectors

    def nodes_disk(self, dimension: int) -> float:
        """Return the bytes on disk of the fields that answers fetch."""
        row = self.figures.milvus.row_bytes
        vector = row[VECTOR] * dimension / MODELS[0].dimension
        return (vector + row[TERMS] + row[TOKENS]) * self.vectors

    def nodes(self, kind: str, dimension: int) -> int:
        """Return the number of query nodes."""
        return machines(self.nodes_memory(kind, dimension))

    def kind(self, dimension: int) -> str:
        """Return the most exact index type that needs few query nodes; else the smallest."""
        exact = self.vectors <= Settings().approximate_above
        kinds = [kind for kind in KINDS if exact or kind != "flat"]
        few = (kind for kind in kinds if self.nodes(kind, dimension) <= MOST_NODES)
        return next(few, kinds[-1])

    @property
    def is_in_files(self) -> bool:
        """True where files on one machine are enough."""
        return self.patents <= IN_FILES_UP_TO and self.serving <= FULL * MEMORY

    @property
    def indexing(self) -> float:
        """Peak memory of `matcher index` for all patents at once, in bytes."""
        return self.figures.index_memory.at(self.patents)

    @property
    def held(self) -> float:
        """Memory that each server has of its own, in bytes."""
        figures = self.figures
        grown = figures.held.each + figures.columns.each
        return figures.server + grown * self.patents

    @property
    def serving(self) -> float:
        """Memory of a server on files with all of its vectors in memory, in bytes."""
        return self.held + self.part(IN_MILVUS[0])

    @property
    def tokens(self) -> float:
        """Tokens to embed."""
        return self.figures.mean("tokens") * self.patents

    def cpu_hours(self, model: int, cores: int) -> float:
        """Return the hours of embedding with a model on so many cores."""
        return cpu_hours(self.tokens, MODELS[model], core_rate(self.figures, cores), cores)

    def gpu_hours(self, model: int, gpu: int) -> float:
        """Return the computed hours of embedding with a model on a GPU."""
        return gpu_hours(self.tokens, MODELS[model], GPUS[gpu])

    @property
    def own_seconds(self) -> float:
        """Time of an answer apart from its searches."""
        return float(self.figures.answers[1]["own"] + self.figures.answers[1]["model"])

    @property
    def search_seconds(self) -> float:
        """Time of an answer's searches in files, with a filter that allows half of the patents.

        To have as many allowed vectors, twice as many are read.
        """
        read = min(self.vectors, 2 * vectors_read(self.vectors))
        dense = self.figures.answers[1]["queries"] * self.figures.dense.at(read)
        return float(dense + self.figures.marking.at(self.vectors) + self._lexical)

    @property
    def _lexical(self) -> float:
        """Time of an answer's searches for words: by postings, of which each reads at most 4M."""
        answer = self.figures.answers[1]
        texts = max(1.0, float(answer["texts"]))
        postings = answer["postings"] / texts / self.figures.extent.sizes[1] * self.patents
        return texts * self.figures.words.at(postings_read(postings))

    @property
    def fetched(self) -> float:
        """Rows that an answer fetches from Milvus at most: all of each patent that a hit is of."""
        answer = self.figures.answers[1]
        most = (answer["queries"] + answer["texts"]) * DEPTH * self.figures.mean("vectors")
        return float(min(most, self.vectors))

    @property
    def fetched_bytes(self) -> float:
        """Bytes of these rows."""
        row = self.figures.milvus.row_bytes
        return self.fetched * (8 + row[VECTOR] + row[TERMS])


def core_rate(figures: Figures, cores: int) -> float:
    """Return the tokens a second of each of some cores: of one alone, or as all here share."""
    if cores == 1:
        return figures.rates[1]
    most = max(figures.rates)
    return figures.rates[most] / most


def machines(memory: float) -> int:
    """Return the number of machines for so much memory.

    >>> machines(44e9), machines(100e9)
    (1, 3)
    """
    return max(1, ceil(memory / (FULL * MEMORY)))
