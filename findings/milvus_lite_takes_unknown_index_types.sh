#!/usr/bin/env bash
# milvus-lite 3.2.2 with pymilvus 3.0.2: an index type that it has not is taken, and said to be built.
#
# Guess: create_index with DISKANN (or another type of a server that milvus-lite's own list lacks)
# is refused, or described as another type that takes its place.
# Behaviour: create_index, flush, load_collection and search all succeed. describe_index says DISKANN,
# "Finished", and that all rows are indexed. In fact building fails in a background thread, which
# writes "unknown index_type" into its log at each flush, and every search compares all vectors.
# Why a guess goes wrong: each call that could refuse it answers normally, the description confirms
# it, and exact search finds what the index would, or better.
# Whom it hurts: whoever tries a server's settings, recall or speed on milvus-lite: what was measured
# is brute force, and a misspelt type is found on the server only.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    milvus-lite==3.2.2 pymilvus==3.0.2 2> /dev/null
"$folder/venv/bin/python" - "$folder" 2> "$folder/log" <<'PY'
import sys
import time

from pymilvus import DataType, MilvusClient

client = MilvusClient(f"{sys.argv[1]}/rows.db")
schema = MilvusClient.create_schema(auto_id=False)
schema.add_field("id", DataType.INT64, is_primary=True)
schema.add_field("vector", DataType.FLOAT_VECTOR, dim=4)
client.create_collection("rows", schema=schema)
indexes = client.prepare_index_params()
indexes.add_index("vector", index_type="DISKANN", metric_type="IP")
client.create_index("rows", indexes)
client.insert("rows", [{"id": n, "vector": [float(n), 1.0, 0.0, 0.0]} for n in range(50)])
client.flush("rows")
client.load_collection("rows")
(hits,) = client.search(
    "rows", data=[[1.0, 0.0, 0.0, 0.0]], anns_field="vector", limit=3, output_fields=["id"]
)
told = client.describe_index("rows", "vector")
print({name: told[name] for name in ("index_type", "state", "total_rows", "indexed_rows")})
assert [hit["id"] for hit in hits] == [49, 48, 47]
assert (told["index_type"], told["state"]) == ("DISKANN", "Finished"), "it is refused or renamed now"
assert told["indexed_rows"] == 50
time.sleep(2)  # the thread in the background writes its log
PY
grep -m 1 "unknown index_type: 'DISKANN'" "$folder/log"
