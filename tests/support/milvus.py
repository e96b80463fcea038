"""Milvus in tests: milvus-lite, which speaks to the same client, in a file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from indexes.forward import ForwardBuilder, ForwardIndex, save_words
from indexes.milvus.address import MilvusAddress
from indexes.milvus.client import MilvusCalls
from indexes.milvus.collection import create, new_name
from indexes.milvus.dense import MilvusDense
from indexes.milvus.entities import entities
from indexes.milvus.lexical import MilvusLexical
from indexes.milvus.published import PublishedRows
from indexes.milvus.rows import CollectionRows, SegmentTerms
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import Vectors
from matcher.settings import Settings
from matcher.text.tokens import terms
from matcher.types import Passage, PatentRow
from matcher.types.filter_values import PatentValues

NO_VALUES = PatentValues("in_force", "invention", None, None, False, None, None, None, (), ())
"""Values of a patent that no filter is about."""


def lite_setting(folder: Path) -> str:
    """Return MATCHER_INDEX for a file of its own in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"milvus+file:{folder / 'rows of a test.db'}"


@contextmanager
def lite(folder: Path) -> Iterator[MilvusCalls]:
    """Connect to a file of its own in a folder; at the end it is closed for good."""
    uri = lite_setting(folder).removeprefix("milvus+file:")
    with MilvusCalls(MilvusAddress(uri, "test")) as calls:
        yield calls
    release(uri)


def release(setting: str) -> None:
    """Close the file of a setting, as the end of its process does."""
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(setting.removeprefix("milvus+file:"))


@contextmanager
def calls_of(settings: Settings) -> Iterator[MilvusCalls]:
    """Connect to the Milvus of some settings, as somebody from outside."""
    with MilvusCalls(
        MilvusAddress(settings.index.removeprefix("milvus+file:"), settings.index_name)
    ) as calls:
        yield calls


def lite_of(setting: str) -> None:
    """Connect to the file of a setting, from another process."""
    with MilvusCalls(MilvusAddress(setting.removeprefix("milvus+file:"), "test")):
        pass


def written(
    calls: MilvusCalls,
    folder: Path,
    groups: Sequence[int],
    texts: Sequence[str],
    vectors: Vectors,
    values: Mapping[int, PatentValues] | None = None,
) -> tuple[MilvusDense, MilvusLexical]:
    """Write passages of one vector each, by ascending group, into a new collection; open both."""
    passages = [
        Passage(PatentRow(group), "abstract", None, text)
        for group, text in zip(groups, texts, strict=True)
    ]
    table = PassageTable.of(passages, [1] * len(passages))
    builder = ForwardBuilder()
    for text in texts:
        builder.add(terms(text))
    words = builder.build()
    save_words(words, folder, with_terms=False)
    collection = new_name("test_")
    create(calls, collection, vectors.shape[1], "auto", len(vectors), 300_000)
    of_patents = values or defaultdict(lambda: NO_VALUES)
    halves = vectors.astype(np.float16)
    calls.upsert(collection, list(entities(1, table, halves, words, of_patents)))
    calls.flush(collection)
    rows = CollectionRows(calls, collection)
    numbering = SegmentRows.whole(len(vectors))
    published = PublishedRows(calls, collection, rows, numbering, (1,), ())
    terms_of_rows = SegmentTerms(rows, 1, np.arange(len(passages)), np.empty(0, dtype=np.int64))
    forward = ForwardIndex([folder], numbering, [terms_of_rows])
    return MilvusDense(published, vectors.shape[1]), MilvusLexical(published, forward, table)
