"""Rows of a collection: one for each vector, with the terms of its passage in the first of them.

A row's id is the number of its segment and its own row there. Rows are never changed: what changes
comes in a new segment, so that readers of the generation before go on with what they opened.
"""

from base64 import b32encode, b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matcher.types.filter_values import IPC_LEVELS, PatentValues

if TYPE_CHECKING:
    from indexes.forward import PassageTerms
    from matcher.embedding.passage_table import PassageTable
    from matcher.embedding.sentence_vectors import HalfVectors
    from matcher.ports import Rows

OWN_BITS = 40
"""Bits of an id for the own row in its segment."""
MAX_CHARACTERS = 65_535
"""Longest VARCHAR that Milvus takes; a server counts bytes, and all of ours are ASCII."""
TOKEN_LENGTH = 8
TERM_BYTES = 5
"""Bytes of a term among those of a passage: four for its number, one for its count."""
MAX_TERMS = MAX_CHARACTERS // 4 * 3 // TERM_BYTES
MAX_TOKENS = (MAX_CHARACTERS + 1) // (TOKEN_LENGTH + 1)
MAX_IPC = 4_096


def ids_of(segment: int, own: "Rows") -> "Rows":
    """Return the ids of a segment's own rows."""
    return (np.int64(segment) << OWN_BITS) + own


def split_ids(ids: "Rows") -> tuple["Rows", "Rows"]:
    """Return the segment of each id, and its own row there."""
    return ids >> OWN_BITS, ids & ((1 << OWN_BITS) - 1)


def schema(dimension: int) -> Any:
    """Return the schema of a collection for vectors of a dimension."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    made = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    made.add_field("id", DataType.INT64, is_primary=True)
    for name in ("segment", "filed", "expires", "unused_since"):
        made.add_field(name, DataType.INT32)
    made.add_field("patent", DataType.INT64)
    made.add_field("institution", DataType.VARCHAR, max_length=1_000, is_partition_key=True)
    for name in ("status", "patent_type", "region"):
        made.add_field(name, DataType.VARCHAR, max_length=200)
    made.add_field("open_licence", DataType.BOOL)
    for name in ("ipc", "industries"):
        made.add_field(
            name,
            DataType.ARRAY,
            element_type=DataType.VARCHAR,
            max_capacity=MAX_IPC,
            max_length=100,
        )
    made.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    made.add_field("terms", DataType.VARCHAR, max_length=MAX_CHARACTERS)
    # Our tokens are hashed to words that every analyzer leaves as they are.
    made.add_field("tokens", DataType.VARCHAR, max_length=MAX_CHARACTERS, enable_analyzer=True)
    made.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    made.add_function(
        Function(
            name="bm25",
            function_type=FunctionType.BM25,
            input_field_names=["tokens"],
            output_field_names=["bm25"],
        )
    )
    return made


def entities(
    segment: int,
    table: "PassageTable",
    vectors: "HalfVectors",
    terms: "PassageTerms",
    values: Mapping[int, PatentValues],
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a segment, in order."""
    words = token_words(terms.vocabulary)
    scalars: dict[str, Any] = {}
    patent = passage = -1
    ids = ids_of(segment, np.arange(len(vectors)))
    for row, owner in enumerate(table.vector_passage.tolist()):
        is_first = owner != passage
        passage = owner
        if (own := int(table.patent[passage])) != patent:
            patent, scalars = own, scalar_fields(values[own])
        numbers, counts = terms.of(passage) if is_first else _NO_TERMS
        yield {
            "id": int(ids[row]),
            "segment": segment,
            "patent": patent,
            **scalars,
            "vector": vectors[row].astype(np.float32),
            "terms": pack(numbers, counts),
            "tokens": _tokens(words, numbers, counts),
        }


def scalar_fields(values: PatentValues) -> dict[str, Any]:
    """Return the fields that filters compare; a date is a number of days, 0 where not known."""
    levels = {symbol[:length] for symbol in values.ipc for length in IPC_LEVELS}
    return {
        "status": values.status,
        "patent_type": values.patent_type,
        "region": values.region or "",
        "institution": values.institution or "",
        "open_licence": values.open_licence,
        "unused_since": day(values.unused_since),
        "filed": day(values.filed),
        "expires": day(values.expires),
        "ipc": sorted({*values.ipc, *levels})[:MAX_IPC],
        "industries": sorted(values.industries),
    }


def day(value: date | None) -> int:
    """Return a day as a number, 0 for None."""
    return 0 if value is None else value.toordinal()


def pack(numbers: NDArray[np.uint32], counts: NDArray[np.uint8]) -> str:
    """Return the terms of a passage as text; of very many, those that occur most."""
    if len(numbers) > MAX_TERMS:
        most = np.sort(np.argsort(-counts.astype(np.int64), kind="stable")[:MAX_TERMS])
        numbers, counts = numbers[most], counts[most]
    content = numbers.astype("<u4").tobytes() + counts.tobytes()
    return b64encode(content).decode("ascii")


def unpack(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return the terms of a passage, and their counts."""
    content = b64decode(text)
    size = len(content) // TERM_BYTES
    return (
        np.frombuffer(content, dtype="<u4", count=size),
        np.frombuffer(content, dtype=np.uint8, offset=4 * size),
    )


def token_words(hashes: NDArray[np.uint64]) -> list[str]:
    """Return for each term (t,), by its hash, the word of letters and digits that stands for it.

    It has 40 bits of the hash: two of a million terms have one word with odds of 1 in 2.
    """
    content = hashes.astype(">u8").tobytes()
    return [
        b32encode(content[start : start + TERM_BYTES]).decode("ascii").lower()
        for start in range(0, len(content), 8)
    ]


_NO_TERMS = np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint8)


def _tokens(words: Sequence[str], numbers: NDArray[np.uint32], counts: NDArray[np.uint8]) -> str:
    """Terms of a passage as the text that Milvus counts: each word as often as it occurs."""
    each = chain.from_iterable(
        repeat(words[number], count)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)
    )
    return " ".join(word for word, _ in zip(each, range(MAX_TOKENS), strict=False))
