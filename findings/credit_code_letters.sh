#!/usr/bin/env bash
# python-stdnum 2.2: stdnum.cn.uscc refuses unified social credit codes that begin with a letter.
#
# Guess: a module for the Unified Social Credit Identifier takes every code of GB 32100-2015 whose
# check characters are right.
# Behaviour: a code whose first two characters are not both digits is refused as badly formed
# (InvalidFormat), whatever its check characters; one that begins with digits is accepted.
# Why a guess goes wrong: the standard lets the registering authority and the kind of body be a
# letter (N for agriculture, whose codes rural collective economic organisations have); codes of
# enterprises, which most test sets hold, begin with 91.
# Whom it hurts: programmes in which such bodies take part: their true codes are refused as typing
# errors.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2 2> /dev/null
"$folder/venv/bin/python" - <<'PY'
import stdnum
from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def with_check(head: str) -> str:
    """A code of GB 32100-2015 from its first 17 characters: weights 3**i mod 31."""
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return head + ALPHABET[(31 - total % 31) % 31]


print("python-stdnum", stdnum.__version__)
seen = {}
for kind, head in (("enterprise", "91120000MA0000000"), ("collective", "N2120000MA0000000")):
    code = with_check(head)
    try:
        seen[kind] = uscc.validate(code)
    except Exception as problem:
        seen[kind] = type(problem).__name__
    print(f"{kind:12} {code} {seen[kind]}")
assert seen["enterprise"] == with_check("91120000MA0000000")
assert seen["collective"] == "InvalidFormat", "letters are accepted now"
PY
