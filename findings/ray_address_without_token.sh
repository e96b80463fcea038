#!/usr/bin/env bash
# Ray 2.60.0: a cluster asks for a token by default; a driver that names its address shows none.
#
# Guess: a driver on the same machine and of the same user connects to a cluster by its address.
# Behaviour: `ray start --head` takes the token in ~/.ray/auth_token, where there is one, and refuses
# whoever shows none. ray.init() without an address finds cluster and token. ray.init(HOST:PORT) looks
# for no token and ends after 20 s with "Failed to connect to Ray cluster"; nothing names the token.
# With RAY_AUTH_MODE=token it connects, also to a cluster that asks for none. The file is made by the
# first local ray.init() of a user, so the same script works on a fresh machine and fails later.
# Why a guess goes wrong: the message is that of a wrong address or a closed port.
# Whom it hurts: programs that take the address as a setting, and their operators.
set -euo pipefail
folder=$(mktemp -d); trap 'kill "$head" 2> /dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ray==2.60.0 2> /dev/null
export HOME="$folder" RAY_USAGE_STATS_ENABLED=0
mkdir "$folder/.ray"; printf '%064d' 0 > "$folder/.ray/auth_token"
"$folder/venv/bin/ray" start --head --block --num-cpus=1 --port=46399 \
    --include-dashboard=false > "$folder/log" 2>&1 & head=$!
until grep -q "Ray runtime started" "$folder/log"; do sleep 0.5; done
connects() { "$folder/venv/bin/python" -c 'import ray; ray.init("127.0.0.1:46399")' > "$folder/out" 2>&1; }
if connects; then echo "connects without the token now"; exit 1; fi
grep -o "Failed to connect to Ray cluster" "$folder/out" | tail -1
RAY_AUTH_MODE=token connects && echo "connects with RAY_AUTH_MODE=token"
