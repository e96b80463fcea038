#!/usr/bin/env bash
# milvus-lite 3.2.2 with pymilvus 3.0.2: output_fields=[] in a search gives every field.
#
# Guess: an empty list asks for no field beside id and distance, and None for the default; both are
# cheap, since the default of a Milvus server is no field either.
# Behaviour: [] and None both give all fields of each hit, the dense vector and the sparse vector of a
# BM25 function included. ["id"] gives the id alone. The client turns each vector into a list of
# Python numbers as soon as one hit is read, so a search for ids pays for vectors that nobody asked
# for.
# Why a guess goes wrong: the list is empty, the answer looks right, and hits are read by "id"; only
# the time tells, and that is taken for the search's.
# Whom it hurts: whoever searches for ids and fetches rows later, as with two channels that are fused.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    milvus-lite==3.2.2 pymilvus==3.0.2 2> /dev/null
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

from pymilvus import DataType, MilvusClient

client = MilvusClient(f"{sys.argv[1]}/rows.db")
schema = MilvusClient.create_schema(auto_id=False)
schema.add_field("id", DataType.INT64, is_primary=True)
schema.add_field("title", DataType.VARCHAR, max_length=100)
schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
indexes = client.prepare_index_params()
indexes.add_index("vector", index_type="FLAT", metric_type="IP")
client.create_collection("rows", schema=schema, index_params=indexes)
client.insert("rows", [{"id": 1, "title": "valve", "vector": [1.0, 0.0]}])
given = {}
for asked in (None, [], ["id"]):
    ((hit,),) = client.search(
        "rows", data=[[1.0, 0.0]], anns_field="vector", limit=1, output_fields=asked
    )
    given[str(asked)] = sorted(hit["entity"])
    print(f"output_fields={asked}: {given[str(asked)]}")
assert given["[]"] == given["None"] == ["title", "vector"], "an empty list means none now"
assert given["['id']"] == ["id"]
PY
