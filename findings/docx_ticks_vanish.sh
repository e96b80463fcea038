#!/usr/bin/env bash
# python-docx 1.2.0: the ticks of a filled form are not in the text of its cells.
#
# Guess: the text of a cell has the box that Word shows, ticked or empty, whichever way it was put
# in, so that "☑仅匹配 □公开" can be told from "□仅匹配 ☑公开".
# Behaviour: a box typed as a character is there; a symbol of the font Wingdings (w:sym), a check box
# of the content controls (w:sdt) and one of the old form fields (w:ffData) leave nothing, and the
# two answers have the same text. No warning.
# Why a guess goes wrong: Word shows all four alike, and the documents that tests are written with
# have typed characters.
# Whom it hurts: whoever reads forms of consent or of wishes: the ticked answer and the refused one
# are one text, and a rule that looks for the word 公开 makes a confidential need public.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-docx==1.2.0 2> /dev/null
"$folder/venv/bin/python" - "$folder/form.docx" <<'PY'
import sys
from importlib.metadata import version

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NAMES = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def typed(ticked: bool) -> str:
    return f"<w:r><w:t>{'☑' if ticked else '□'}</w:t></w:r>"


def symbol(ticked: bool) -> str:
    return f'<w:r><w:sym w:font="Wingdings" w:char="{"F0FE" if ticked else "F0A8"}"/></w:r>'


def control(ticked: bool) -> str:
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(ticked)}"/></w14:checkbox>'
        f"</w:sdtPr><w:sdtContent>{typed(ticked)}</w:sdtContent></w:sdt>"
    )


def old_field(ticked: bool) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:enabled/><w:checkBox><w:sizeAuto/>'
        f'<w:checked w:val="{int(ticked)}"/></w:checkBox></w:ffData></w:fldChar></w:r>'
        "<w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def text(box, is_public: bool) -> str:
    """The text of a saved form in which one of two boxes is ticked."""
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    words = "<w:r><w:t>{}</w:t></w:r>".format
    line = box(not is_public) + words("仅匹配 ") + box(is_public) + words("公开")
    cell._tc.append(parse_xml(f"<w:p {NAMES}>{line}</w:p>"))
    document.save(sys.argv[1])
    return docx.Document(sys.argv[1]).tables[0].cell(0, 0).text.strip()


print("python-docx", version("python-docx"))
for box in (typed, symbol, control, old_field):
    public, matched = text(box, True), text(box, False)
    print(f"{box.__name__:10} public: {public!r}, match only: {matched!r}")
    assert (public != matched) == (box is typed), "the ticks are in the text now"
PY
