"""Needs side by side in a table: a column of labels, and one column of values for each need."""

import re
from collections.abc import Sequence

from matcher.importing.files.docx import Rows
from matcher.importing.forms.labels import Labels
from matcher.importing.forms.prompts import filled_in, is_prompt
from matcher.importing.rows.need import TEXT_FIELDS
from matcher.importing.rows.need_terms import read_publish_scope
from matcher.text.amounts import read_amount
from matcher.text.characters import nfkc
from matcher.text.deadlines import read_deadline
from matcher.text.personal_data import CONTACT_CELL_PHONE, EMAIL

_NEED_FIELDS = frozenset({"title", *TEXT_FIELDS})
_MIN_ROWS = 2
"""Rows of a need's texts that are filled in for several needs."""
_COUNTED = re.compile(
    r"(?:(?:企业|技术|创新)*(?:需求|难题|项目|课题|任务)|序号|need|no\.?)?"
    r"\s*(?:[一二三四五六七八九十]|[0-9]{1,2}|[①-⑳]|[A-D甲乙丙丁])",
    re.IGNORECASE,
)
"""Heading of the column of one need."""
_HINT = re.compile(
    r"[(（【*※]?\s*(?:请|填写|例|如[:：]|示例|注[:：]|说明|备注|要求|提示|简述|可附|\d+字)"
)
_CAPTION = re.compile(
    r"序号|项目|栏目|类别|名称|内容|(?:填写|填报|具体|主要)(?:项目|内容|栏目)|填写项"
)
_HINTS = re.compile(r"(?:填写|填报|填表)(?:说明|要求|须知|示例|提示)|说明|示例|提示")
"""Headings over labels and values, and over hints how to fill them in."""
_ORGANISATION = re.compile(r".{2,}(?:公司|厂|院|所|大学|中心|集团|合作社|Ltd\.?|Inc\.?)")


def split_columns(rows: Rows, labels: Labels) -> list[Rows] | None:
    """Return a table of labels and values for each need; None for any other table.

    A cell merged across the columns holds for all of them. A second column may also be one of
    hints; it is one of needs if its heading counts them, or if values of one kind stand in both.
    """
    width = max(map(len, rows), default=0)
    if width < 3:
        return None
    bodies = [row for row in rows if len(row) == width]
    names = [labels.split(row[0]) for row in bodies]
    texts = [
        row
        for row, (name, value) in zip(bodies, names, strict=True)
        if name in _NEED_FIELDS and not value and len(_filled(row)) > 1
    ]
    if len(texts) < _MIN_ROWS or any(labels.split(cell)[0] for row in rows for cell in row[1:]):
        return None
    if any(_HINT.match(cell) for row in bodies for cell in row[2:]):
        return None
    evidence = [name for row, (name, _) in zip(bodies, names, strict=True) if _agree(name, row)]
    if not (evidence or any(_counts_needs(row, labels) for row in bodies)):
        return None
    used = [index for index in range(1, width) if any(row[index] for row in texts)]
    headless = [row for row in rows if not (len(row) == width and _counts_needs(row, labels))]
    return [[_values(row, index, width) for row in headless] for index in used]


def without_hints(rows: Rows) -> Rows:
    """Return a form's table without its headings 项目, 内容 and without a column of hints."""
    head = rows[0] if rows else []
    filled = [cell for cell in head if cell]
    hints = [index for index, cell in enumerate(head) if index > 1 and _HINTS.fullmatch(cell)]
    captions = [cell for cell in filled if _CAPTION.fullmatch(cell)]
    if len(captions) < 2 or len(captions) + len(hints) < len(filled):
        return rows
    return [
        [cell for index, cell in enumerate(row) if index not in hints or len(row) != len(head)]
        for row in rows[1:]
    ]


def _values(row: Sequence[str], index: int, width: int) -> list[str]:
    """Return the label of a row with the value of one column, or of a cell merged across."""
    return [row[0], row[index]] if len(row) == width else list(row)


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row[1:] if filled_in(cell) and not is_prompt(cell)]


def _counts_needs(row: Sequence[str], labels: Labels) -> bool:
    """Return True for the headings 需求一, 需求二 over the columns."""
    cells = row[1:]
    if labels.split(row[0])[0] not in (None, "id"):
        return False
    return len(set(cells)) == len(cells) > 1 and all(_COUNTED.fullmatch(cell) for cell in cells)


def _agree(name: str | None, row: Sequence[str]) -> bool:
    """Return True for a row whose cells are values of the kind that its label asks for."""
    cells = _filled(row)
    return len(cells) > 1 and name is not None and all(_is_value(name, cell) for cell in cells)


def _is_value(name: str, cell: str) -> bool:
    text = nfkc(cell)
    if name == "budget":
        return read_amount(text, "").wan is not None
    if name == "deadline":
        return read_deadline(text, None).day is not None
    if name == "publish_scope":
        return read_publish_scope(text) is not None
    if name == "contact_phone":
        return CONTACT_CELL_PHONE.search(text) is not None
    if name == "contact_email":
        return EMAIL.search(text) is not None
    return name == "enterprise" and _ORGANISATION.fullmatch(text) is not None
