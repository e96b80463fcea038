# Sourced by scripts/demo and scripts/test: makes .venv in the project and installs into it what
# is asked for ("" for the program alone, or an extra such as "test"), with the pinned versions of
# constraints.txt. Does nothing when that was done before and the pins have not changed.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$project"

install() {
    local extra=$1 python=${PYTHON:-python3} mark stamp
    mark=".venv/.installed-${extra:-program}"
    stamp=$(cat pyproject.toml constraints.txt | cksum)
    if [ "$(cat "$mark" 2>/dev/null)" = "$stamp" ]; then
        return
    fi
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "matcher needs Python 3.11 or newer; set PYTHON to one" >&2
        exit 1
    }
    if [ ! -x .venv/bin/python ]; then
        echo "== Making the environment in .venv"
        "$python" -m venv .venv
    fi
    echo "== Installing torch (the first time, this takes a minute or more)"
    # torch first and alone: its pinned version has builds without CUDA, others pull gigabytes.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --constraint constraints.txt torch
    echo "== Installing matcher and what it needs${extra:+, and what the extra \"$extra\" needs}"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --constraint constraints.txt --editable ".${extra:+[$extra]}"
    echo "$stamp" > "$mark"
}
