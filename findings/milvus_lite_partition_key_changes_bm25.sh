#!/usr/bin/env bash
# milvus-lite 3.2.2 with pymilvus 3.0.2: a partition key on another field changes BM25 scores.
#
# Guess: is_partition_key on a field such as the owner of a document says where rows are kept, and
# prunes searches that name an owner; a search that names none scores as it did without the key.
# Behaviour: rows go into one of sixteen partitions by a hash of the key, each partition is flushed
# into segments of its own, and BM25 takes document frequency, number and mean length from the
# segment. Two rows with the same text, and queries without any filter, get scores that differ by a
# factor of twenty-five, and the order changes. Without the key, equal texts are tied.
# Why a guess goes wrong: the statistics of BM25 are thought of as those of the collection, and the
# key is on a field that the search does not name; small tests put all rows into one partition.
# Whom it hurts: whoever adds a partition key for speed, or compares scores of milvus-lite with those
# of another engine: rows of small owners win.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    milvus-lite==3.2.2 pymilvus==3.0.2 2> /dev/null
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

from pymilvus import DataType, Function, FunctionType, MilvusClient

client = MilvusClient(f"{sys.argv[1]}/rows.db")
rows = [{"id": number, "owner": "large", "text": "valve pump"} for number in range(18)]
rows += [
    {"id": 18, "owner": "small", "text": "valve pump"},
    {"id": 19, "owner": "small", "text": "gear pump"},
]


def scores(name, has_key):
    schema = MilvusClient.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("owner", DataType.VARCHAR, max_length=20, is_partition_key=has_key)
    schema.add_field("text", DataType.VARCHAR, max_length=100, enable_analyzer=True)
    schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(
            name="bm25",
            function_type=FunctionType.BM25,
            input_field_names=["text"],
            output_field_names=["bm25"],
        )
    )
    indexes = client.prepare_index_params()
    indexes.add_index("bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    client.create_collection(name, schema=schema, index_params=indexes)
    client.insert(name, rows)
    client.flush(name)
    (hits,) = client.search(
        name, data=["valve"], anns_field="bm25", limit=20, output_fields=["id"]
    )
    found = {hit["id"]: round(-hit["distance"], 3) for hit in hits}
    print(f"partition key {has_key}: row 0 {found[0]}, row 18 with the same text {found[18]}")
    return found


plain, keyed = scores("plain", False), scores("keyed", True)
assert plain[0] == plain[18], "equal texts are not tied without a key"
assert keyed[18] > 20 * keyed[0], "the key no longer changes the scores"
PY
