#!/usr/bin/env bash
# milvus-lite 3.2.2 with pymilvus 3.0.2: the file's own server hangs up on a client that idles.
#
# Guess: client and server are of one project and meet in one process, so a client that does nothing
# for minutes (its user computes embeddings) keeps its connection, in silence.
# Behaviour: the client pings every ten seconds, also without a call (grpc.keepalive_time_ms,
# grpc.keepalive_permit_without_calls); the server keeps gRPC's default of five minutes. After some
# two minutes it sends GOAWAY "too_many_pings", and gRPC writes two lines to standard error, past
# every logging of Python. The next call connects anew and succeeds. With
# grpc_options={"grpc.keepalive_permit_without_calls": False} nothing is said.
# Why a guess goes wrong: no call fails, examples have no pauses, and the lines look like a fault of
# the network or of the program's own server.
# Whom it hurts: command-line tools and services that embed between two calls: their users read
# ENHANCE_YOUR_CALM.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    milvus-lite==3.2.2 pymilvus==3.0.2 2> /dev/null
cat > "$folder/idle.py" <<'PY'
import sys
import time

from pymilvus import MilvusClient

file, *quiet = sys.argv[1:]
options = {"grpc_options": {"grpc.keepalive_permit_without_calls": False}} if quiet else {}
client = MilvusClient(file, **options)
assert client.list_collections() == []
time.sleep(240)
assert client.list_collections() == []
PY
"$folder/venv/bin/python" "$folder/idle.py" "$folder/a.db" 2> "$folder/usual" &
"$folder/venv/bin/python" "$folder/idle.py" "$folder/b.db" quiet 2> "$folder/quiet"
wait $!
echo "as it comes: $(grep -c too_many_pings "$folder/usual") lines name too_many_pings"
echo "without pings between calls: $(grep -c too_many_pings "$folder/quiet" || true)"
grep -q "too_many_pings" "$folder/usual" && ! grep -q "too_many_pings" "$folder/quiet"
