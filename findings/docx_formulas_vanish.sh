#!/usr/bin/env bash
# python-docx 1.2.0: the text of a paragraph or cell has no formulas, and has what is hidden.
#
# Guess: `paragraph.text` and `cell.text` are what a reader of the document sees, or all its text.
# Behaviour: a formula of Word's equation editor (m:oMath) is left out without a mark, so that
# 收缩率η≤2%，厚度10⁻³ m becomes 收缩率，厚度 m; text formatted as hidden or struck out is handed over
# like any other.
# Why a guess goes wrong: formulas are no runs (w:r), and formatting is no part of the text.
# Whom it hurts: readers of technical forms: the required figures, which people like to set as
# formulas, are lost, and the sentence still reads well; instructions hidden in a form are obeyed by
# a language model, and withdrawn (struck-out) requirements are matched.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-docx==1.2.0 2> /dev/null
"$folder/venv/bin/python" - "$folder/need.docx" <<'PY'
import sys
from importlib.metadata import version

import docx
from docx.oxml import parse_xml

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
power = (
    "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e>"
    "<m:sup><m:r><m:t>-3</m:t></m:r></m:sup></m:sSup></m:oMath>"
)
limit = "<m:oMath><m:r><m:t>η≤2%</m:t></m:r></m:oMath>"
made = docx.Document()
made.element.body.insert(
    0,
    parse_xml(
        f'<w:p xmlns:w="{WORD}" xmlns:m="{MATH}"><w:r><w:t>收缩率</w:t></w:r>{limit}'
        f"<w:r><w:t>，厚度</w:t></w:r>{power}<w:r><w:t xml:space='preserve'> m</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>；隐藏</w:t></w:r>"
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>；作废</w:t></w:r></w:p>"
    ),
)
made.save(sys.argv[1])
text = docx.Document(sys.argv[1]).paragraphs[0].text
print("python-docx", version("python-docx"))
print(text)
assert "2%" not in text and "10" not in text, "formulas are read now"
assert text == "收缩率，厚度 m；隐藏；作废", "hidden or struck-out text is left out now"
PY
