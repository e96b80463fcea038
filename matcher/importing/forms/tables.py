"""Reading of the tables of a form: values right of their labels, under them, or behind a colon."""

from collections.abc import Iterator

from matcher.importing.files.docx import Rows
from matcher.importing.forms.choices import continues_choice, join_choices
from matcher.importing.forms.filled_form import FormCollector
from matcher.importing.forms.labels import CHOICE_FIELDS, Labels, could_be_label, label_of

_MIN_PROSE_CHARACTERS = 20
"""Characters from which the text under an unknown label counts as a description."""
_NAMING_FIELDS = frozenset({"title", "id", "enterprise"})
"""Fields of which each need has its own in a table with one need a row."""


def read_table(rows: Rows, labels: Labels, forms: FormCollector) -> None:
    """Add the values of a table to the forms."""
    forms.begin_block()
    choice: tuple[str, str] | None = None
    for row, begins_form in _pair_labels(rows, labels):
        if begins_form:
            forms.begin_form()
        if choice and (answer := continues_choice(row, labels)):
            forms.add(*choice, answer)
            continue
        _read_row(join_choices(row, labels), labels, forms)
        choice = _last_choice(row, labels) or (choice if not any(row) else None)


def _last_choice(row: list[str], labels: Labels) -> tuple[str, str] | None:
    """Return field and label if the last label of a row is that of an answer with boxes."""
    named = [(name, label_of(cell)) for cell in row if (name := labels.split(cell)[0])]
    return named[-1] if named and named[-1][0] in CHOICE_FIELDS else None


def _read_row(row: list[str], labels: Labels, forms: FormCollector) -> None:
    label: tuple[str, str] | None = None
    unknown: str | None = None
    for index, cell in enumerate(row):
        name, value = labels.split(cell)
        if name and value:
            forms.add(name, label_of(cell), value)
            unknown = None
        elif name:
            unknown = None
        elif label:
            forms.add(*label, value)
        elif not value:
            unknown = None
        elif unknown is not None and _labels_the_rest(row[index:]):
            unknown = label_of(cell)
        else:
            unknown = _read_unknown(unknown, value, forms)
        label = (name, label_of(cell)) if name and not value else None


def _labels_the_rest(cells: list[str]) -> bool:
    """Return True behind the caption of a group of rows, where labels and values go in pairs."""
    return len(cells) % 2 == 0 and could_be_label(cells[0]) and bool(cells[1].strip())


def _read_unknown(unknown: str | None, value: str, forms: FormCollector) -> str | None:
    """Keep a value under an unknown label; return the cell if it may itself be such a label."""
    if unknown is not None:
        forms.tell(unknown, value)
        if len(value) >= _MIN_PROSE_CHARACTERS:
            forms.current.others.append(value)
        return None
    before, colon, behind = value.partition("：") if "：" in value else value.partition(":")
    if colon and behind.strip() and could_be_label(before):
        forms.tell(before, behind)
        if len(behind) >= _MIN_PROSE_CHARACTERS:
            forms.current.others.append(behind.strip())
        return None
    if could_be_label(value):
        return label_of(value)
    if len(value) >= _MIN_PROSE_CHARACTERS:
        forms.current.others.append(value)
    return None


def _pair_labels(rows: Rows, labels: Labels) -> Iterator[tuple[list[str], bool]]:
    """Yield rows with each value right of its label, also where the form puts it below.

    The second is True for a row of values that is another need than the row above.
    """
    above: list[str] = []
    names: set[str | None] = set()
    filled = 0
    for row in rows:
        kinds = [labels.split(cell) for cell in row]
        if all(name and not value for name, value in kinds):
            above, filled, names = row, 0, {name for name, _ in kinds}
            yield row, False
        elif above and len(row) == len(above) and not any(name for name, _ in kinds):
            filled += any(value for _name, value in kinds)
            begins = filled > 1 and len(above) > 1 and bool(names & _NAMING_FIELDS)
            yield [cell for pair in zip(above, row, strict=True) for cell in pair], begins
        else:
            above = []
            yield row, False
