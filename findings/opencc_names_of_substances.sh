#!/usr/bin/env bash
# OpenCC 1.4.2: "traditional to simplified" rewrites texts that are simplified already.
#
# Guess: t2s leaves a text in simplified characters as it is.
# Behaviour: 苯并噁唑 (benzoxazole) and 季鏻盐 (phosphonium salt), which patents of the mainland write
# so, become 苯并恶唑 and 季𬭸盐. tw2s and tw2sp do the same.
# Why a guess goes wrong: the conversion takes one character at a time for traditional, whatever
# stands around it, and chemistry kept a few such characters in its simplified names.
# Whom it hurts: search over chemical patents where only needs are converted (or only texts that
# look traditional): the name of the substance, often the only telling word, no longer meets itself.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opencc==1.4.2 2> /dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from opencc import OpenCC

print("OpenCC", version("opencc"))
for name in ("t2s", "tw2s", "tw2sp"):
    convert = OpenCC(name).convert
    seen = [convert("苯并噁唑"), convert("季鏻盐")]
    print(name, seen)
    assert seen == ["苯并恶唑", "季𬭸盐"], "simplified names stay now"
PY
