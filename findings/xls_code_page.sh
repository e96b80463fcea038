#!/usr/bin/env bash
# python-calamine 0.9.1 decodes the Unicode texts of an .xls by the code page that the file states.
#
# Guess: the texts of a BIFF8 workbook are UTF-16, so the code page record, which is from the time
# of Excel 5, changes nothing; xlrd 2.0.2 reads them so.
# Behaviour: where the record says 1252 or 949, calamine decodes the bytes of the UTF-16 texts by
# that code page: 출원번호 and abc become other characters, without an error. With 1200 both agree.
# Why a guess goes wrong: usual writers state 1200, so a test with their files shows nothing;
# export programs of patent offices write 1252 (seen in a list of KIPRIS).
# Whom it hurts: whoever changes xlrd for calamine (also as the engine of pandas): every heading and
# title of such an export is silently another text.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    python-calamine==0.9.1 xlrd==2.0.2 xlwt==1.3.0 2> /dev/null
"$folder/venv/bin/python" - "$folder/a.xls" <<'PY'
import importlib.metadata as metadata
import struct
import sys

import python_calamine
import xlrd
import xlwt

TEXTS = ["출원번호", "abc"]
path = sys.argv[1]
for name in ("python-calamine", "xlrd", "xlwt"):
    print(name, metadata.version(name))
book = xlwt.Workbook()
sheet = book.add_sheet("list")
for column, text in enumerate(TEXTS):
    sheet.write(0, column, text)
book.save(path)
content = bytearray(open(path, "rb").read())
place = content.find(struct.pack("<HHH", 0x42, 2, 1200)) + 4
agree = {}
for page in (1200, 1252, 949):
    content[place : place + 2] = struct.pack("<H", page)
    open(path, "wb").write(content)
    rust = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[0]
    python = xlrd.open_workbook(path).sheet_by_index(0).row_values(0)
    print(page, "calamine", ascii(rust), "xlrd", ascii(python))
    assert python == TEXTS, "xlrd no longer reads the texts as UTF-16"
    agree[page] = rust == TEXTS
assert agree == {1200: True, 1252: False, 949: False}, "calamine reads these texts as UTF-16 now"
PY
