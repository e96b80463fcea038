#!/usr/bin/env bash
# phonenumbers 9.0.43: the number of a US patent publication is a valid Chinese landline number.
#
# Guess: PhoneNumberMatcher for the region CN, at its strictest leniency, takes no patent number for
# a phone number: a landline number is written with its 0, as (020) 1919 8156.
# Behaviour: 2019198156 (US publication 2019/198156, as lists write it that keep the country in a
# column of its own) is found as +86 20 1919 8156, a landline of Guangzhou, at the leniencies VALID,
# STRICT_GROUPING and EXACT_GROUPING. With the letters US or CN in front nothing is found.
# Why a guess goes wrong: "valid" means that the digits fit the numbering plan; the national prefix
# may be missing, and the years 2000 to 2099 begin with 20, the area code of Guangzhou.
# Whom it hurts: whoever masks personal data in patent lists: publication numbers of this century
# are masked as phone numbers, and with them the key of the patent.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43 2> /dev/null
"$folder/venv/bin/python" - <<'PY'
import phonenumbers as p
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

print("phonenumbers", p.__version__)
seen = {}
for text in ("2019198156", "US2019198156", "CN201910123456.7"):
    for name in ("VALID", "STRICT_GROUPING", "EXACT_GROUPING"):
        matches = PhoneNumberMatcher(text, "CN", leniency=getattr(Leniency, name))
        form = PhoneNumberFormat.INTERNATIONAL
        seen[text, name] = [p.format_number(match.number, form) for match in matches]
        print(f"{text:18} {name:16} {seen[text, name]}")
for name in ("VALID", "STRICT_GROUPING", "EXACT_GROUPING"):
    assert seen["2019198156", name] == ["+86 20 1919 8156"], name
    assert seen["US2019198156", name] == seen["CN201910123456.7", name] == [], name
PY
