"""Answers with boxes that a form spreads over cells of a row, over rows or over lines."""

from matcher.importing.files.cells import clean
from matcher.importing.forms.labels import CHOICE_FIELDS, Labels
from matcher.importing.rows.check_boxes import has_boxes
from matcher.importing.rows.need_terms import read_publish_scope

_CONSENTS = frozenset({"publish_scope", "pledge_wish"})
"""Fields of which a second entry makes the answer doubtful, with a tick or without."""


def join_choices(row: list[str], labels: Labels) -> list[str]:
    """Return a row in which the cells of one answer are one cell behind their label."""
    names = [labels.split(cell)[0] for cell in row]
    joined: list[str] = []
    index = 0
    while index < len(row):
        joined.append(row[index])
        name, index = names[index], index + 1
        if name not in CHOICE_FIELDS:
            continue
        end = next((i for i in range(index, len(row)) if names[i]), len(row))
        length = _answer_length(name, row[index:end])
        label, value = joined[-1], labels.split(joined[-1])[1]
        if length > 1 or (length and value):
            answer = _joined(row[index : index + length])
            joined[-1:] = [f"{label}\t{answer}"] if value else [label, answer]
            index += length
    return joined


def continues_choice(row: list[str], labels: Labels) -> str:
    """Return the answer of a row without labels, whose cells are boxes; empty for another row."""
    cells = [clean(cell) for cell in row if clean(cell)]
    if not cells or any(labels.split(cell)[0] for cell in cells):
        return ""
    marked = [has_boxes(cell) for cell in cells]
    known = [read_publish_scope(cell) is not None for cell in cells]
    if not any(marked) or not all(a or b for a, b in zip(marked, known, strict=True)):
        return ""
    return "\t".join(cells)


def _answer_length(name: str | None, cells: list[str]) -> int:
    """Return the number of cells that the answer takes up; blank ones at its end count."""
    texts = [clean(cell) for cell in cells]
    last = max((i for i, text in enumerate(texts) if has_boxes(text)), default=-1)
    if name in _CONSENTS:
        entries = [i for i, text in enumerate(texts) if read_publish_scope(text) is not None]
        last = max([last, *entries])
    if last < 0:
        return 0
    while last + 1 < len(texts) and not texts[last + 1]:
        last += 1
    return last + 1


def _joined(cells: list[str]) -> str:
    """Return the cells of an answer as one text.

    Where words and marks stand in cells of their own in turn, a blank cell is an empty box.
    """
    texts = [clean(cell) for cell in cells]
    for first in (0, 1):
        marks = texts[first::2]
        words = texts[1 - first :: 2]
        is_mark = [not text or (has_boxes(text) and len(text) <= 3) for text in marks]
        if all(is_mark) and any(marks) and all(words) and len(marks) == len(words):
            texts[first::2] = [text or "□" for text in marks]
            break
    return "\t".join(filter(None, texts))
