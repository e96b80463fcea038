"""Reading of needs from documents: one need in a text or a filled form, or a table of many."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.cells import clean, strip_markup
from matcher.importing.files.docx import Document, Rows, read_document
from matcher.importing.files.source_file import detect_source
from matcher.importing.files.text_files import read_text
from matcher.importing.headings.headings import Layout, field_of
from matcher.importing.headings.template_columns import columns
from matcher.importing.read_file import read_file
from matcher.importing.rows.need import TEXT_FIELDS, need_from
from matcher.importing.rows.need_form import NeedForm, read_form
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext, Row
from matcher.text.personal_data import (
    CONTACT_CELL_PHONE,
    CONTACT_PERSON,
    EMAIL,
    NUMBER_RUN,
    has_contact,
    is_contact_line,
    mask_contacts,
)
from matcher.types import Need

_TEXT_SUFFIXES = frozenset({".txt", ".md"})
_TABLE_SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".tsv", ".jsonl"})
_SIGNATURES = (
    (b"%PDF", "a PDF: copy its text into a .txt file"),
    (b"PK\x03\x04", "an Office file under another name: give it back its ending, such as .docx"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old .doc file or one with a password: open it in Word and save it as .docx without one",
    ),
    (rb"{\rtf", "a rich text file: open it in Word and save it as .docx"),
)
_CONTACT_FIELDS = frozenset({"contact", "contact_phone", "contact_email"})
_UNREAD_FIELDS = frozenset({"id", "uscc", "publish_scope", "pledge_wish"})
_CONTACT_LABEL = re.compile(
    r"(?:企业|单位|项目|技术|需求)?(?:联系|负责|法[人定]).{0,8}|.{0,4}(?:电话|手机)(?:号码?)?"
    r"|(?:电子)?邮[箱件](?:地址)?|传真|微信号?|qq号?|e-?mail",
    re.IGNORECASE,
)
_OTHER_CONTACT = re.compile(r"法[人定]|传真|微信|qq", re.IGNORECASE)
"""Labels of persons and channels that are not stored as the contact person."""
_NUMBERING = re.compile(r"^(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]\s*|[*＊★•·]\s*)+")
_LABELLED = re.compile(r"([^:：\n]{1,60}?)\s*[:：]\s*(.*)", re.DOTALL)
_HINT = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_MAX_LABEL_CHARACTERS = 60
_MIN_PROSE_CHARACTERS = 20
"""Characters from which the text under an unknown label counts as a description."""


def read_need_document(path: Path) -> Need:
    """Read the one need in a .txt, .md or .docx file.

    A filled form (技术需求征集表: a table of labels and values) gives the need's fields, without
    its contact persons; any other text becomes the need's text as a whole, without its lines of
    contact data. Raises InputError for another kind of file, or one without text.
    """
    suffix = path.suffix.lower()
    if suffix in _TABLE_SUFFIXES:
        raise InputError(f"{path.name} is a table of needs: give it with --needs, not --file")
    blocks = _read(path).blocks
    need = _read_filled_form(blocks) or Need(text=_whole_text(blocks)[0])
    if not need.full_text:
        raise InputError(f"{path.name} holds no text: write in a sentence or two what is needed")
    return need


def read_need_form(path: Path, context: FileContext) -> NeedForm | None:
    """Read the one need in a .txt, .md or .docx file, with its terms and contact person.

    None where it cannot be stored; a problem in `context` gives the reason. Raises InputError
    where `read_need_document` does.
    """
    document = _read(path)
    blocks = document.blocks
    form = _read_tables(blocks) or (_FilledForm() if _is_form(blocks) else None)
    contact_lines: list[str] = []
    if form is None:
        text, contact_lines = _whole_text(blocks)
        form = _FilledForm({"text": text}, contacts=_contacts_in(contact_lines))
        if not text:
            raise InputError(
                f"{path.name} holds no text: write in a sentence or two what is needed"
            )
    cells = form.fields | form.contact()
    headings = {column.field: column.heading for column in columns("needs")}
    layout = Layout(
        kind="needs",
        format="form",
        headings=tuple(headings.get(name, name) for name in cells),
        columns={name: (index,) for index, name in enumerate(cells)},
    )
    row = Row(context, layout, None, 1, tuple(cells.values()))
    if form.fields.keys() == {"text"}:
        row.complain(
            None, "no form was recognised in it: it was taken whole, without an enterprise or terms"
        )
    if contact_lines:
        apart = "; the contact person is kept apart" if form.contacts else ""
        row.complain(
            None, f"lines with contact data taken out of the text: {len(contact_lines)}{apart}"
        )
    _tell_unread(document, row)
    return read_form(row)


def _tell_unread(document: Document, row: Row) -> None:
    """Add a problem for concealed text and for objects that hold no text."""
    if document.concealed:
        count = len(document.concealed)
        row.complain(None, f"hidden or struck-out passages left out: {count}; look at the document")
    if document.objects:
        row.complain(
            None,
            f"formulas or files embedded as objects, which cannot be read: {document.objects}; "
            "write what they say as text",
        )


def read_needs(path: Path, today: date) -> tuple[list[Need], list[Problem]]:
    """Read the needs of a table (.xlsx, .xls, .csv, .tsv, .jsonl), with the problems of its rows.

    Raises InputError for a file that cannot be read or does not hold needs.
    """
    if path.suffix.lower() in _TEXT_SUFFIXES | {".docx"}:
        raise InputError(f"{path.name} holds one need: give it with --file, not --needs")
    table = read_file(path, mapping={}, today=today)
    if table.kind != "needs":
        raise InputError(
            f"{path.name} holds {table.kind}, not needs: import it with matcher import; a table of "
            "needs has columns such as 需求名称, 主要问题, 预期目标"
        )
    return list(table.needs), list(table.problems)


def _check_content(path: Path, suffix: str) -> None:
    """Raise InputError for a missing file, or one whose first bytes belong to another format."""
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise InputError(f"{path.name} is empty")
    for signature, description in _SIGNATURES:
        if head.startswith(signature) and not (suffix == ".docx" and signature.startswith(b"PK")):
            raise InputError(f"{path.name} is {description}")
    if suffix not in _TEXT_SUFFIXES | {".docx"}:
        raise InputError(f"{path.name}: a need is read from .txt, .md or .docx files")


def _read(path: Path) -> Document:
    """Read the paragraphs and tables of a document. Raises InputError."""
    suffix = path.suffix.lower()
    _check_content(path, suffix)
    return read_document(path) if suffix == ".docx" else Document([_plain_text(path)])


def _plain_text(path: Path) -> str:
    """Read the text of a file in UTF-8, UTF-16 with a byte order mark, or GB18030."""
    try:
        text = read_text(detect_source(path))
    except InputError:
        text = "\0"
    if "\0" in text:
        raise InputError(f"{path.name} is not text in UTF-8 or GB18030: save it as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@dataclass(slots=True)
class _FilledForm:
    """Values of a form by field."""

    fields: dict[str, str] = dataclass_field(default_factory=dict)
    others: list[str] = dataclass_field(default_factory=list)
    """Descriptions under unknown labels."""
    contacts: list[tuple[str, str]] = dataclass_field(default_factory=list, repr=False)
    """Labels and values of contact data, kept apart and only read for needs to be stored."""

    def add(self, field: str, label: str, value: str) -> None:
        """Add a value to its field."""
        if value and field in _CONTACT_FIELDS:
            self.contacts.append((label, value))
        elif value:
            self.fields[field] = "\n".join(filter(None, [self.fields.get(field), value]))

    def contact(self) -> dict[str, str]:
        """Return the contact person by field names; a legal representative is not a contact."""
        person: dict[str, str] = {}
        for label, value in self.contacts:
            name = _clean_label(label)
            if _OTHER_CONTACT.search(name):
                continue
            field = "contact_phone" if re.search("电话|手机", name) else "contact"
            if re.search("邮|mail", name, re.IGNORECASE):
                field = "contact_email"
            if re.search("联系人|方式", name) and not re.search("联系人(?:电话|手机|邮)", name):
                field = "contact"
            person.setdefault(field, value)
        return person


def _read_filled_form(blocks: Iterable[str | Rows]) -> Need | None:
    """Read the need in the tables of a form; None without a form."""
    form = _read_tables(blocks)
    return None if form is None else need_from(form.fields)


def _read_tables(blocks: Iterable[str | Rows]) -> _FilledForm | None:
    """Read the tables of a form; None where fewer than two of its labels are filled in."""
    form = _FilledForm()
    for block in blocks:
        if not isinstance(block, str):
            _read_table(block, form)
    filled = form.fields.keys() - _UNREAD_FIELDS
    if len(filled) < 2 or not filled & {"title", *TEXT_FIELDS}:
        return None
    if not filled & set(TEXT_FIELDS):
        # The description of this form stands under an unknown label: better read than lost.
        descriptions = (text for text in form.others if not _is_personal(text))
        form.fields["text"] = "\n".join(descriptions)
    return form


def _is_form(blocks: Iterable[str | Rows]) -> bool:
    """True if a document has the labels of a form, filled in or not."""
    rows = (row for block in blocks if not isinstance(block, str) for row in block)
    named = {field for row in rows for cell in row if (field := _labelled(cell)[0])}
    return len(named) > 1 and bool(named & {"title", *TEXT_FIELDS})


def _read_table(rows: Rows, form: _FilledForm) -> None:
    """Add each value that stands right of its label, under it, or behind its colon."""
    for row in _pair_labels(rows):
        label: tuple[str, str] | None = None
        for cell in row:
            field, value = _labelled(cell)
            if field and value:
                form.add(field, cell, value)
            elif label and not field:
                form.add(*label, value)
            elif not field and len(value) >= _MIN_PROSE_CHARACTERS:
                form.others.append(value)
            label = (field, cell) if field and not value else None


def _pair_labels(rows: Rows) -> Iterator[list[str]]:
    """Yield rows with each value right of its label, also where the form puts it below.

    Raises InputError where several rows of values stand under one row of labels.
    """
    labels: list[str] = []
    filled = 0
    for row in rows:
        kinds = [_labelled(cell) for cell in row]
        if all(field and not value for field, value in kinds):
            labels, filled = row, 0
            yield row
        elif labels and len(row) == len(labels) and not any(field for field, _ in kinds):
            filled += any(value for _, value in kinds)
            if filled > 1 and len(labels) > 1:
                raise InputError(
                    "the document holds a table of several needs: copy it into a workbook (.xlsx) "
                    "and give that with --needs"
                )
            yield [cell for pair in zip(labels, row, strict=True) for cell in pair]
        else:
            labels = []
            yield row


def _labelled(cell: str) -> tuple[str | None, str]:
    """Return the field named by a cell's label, and the value behind it; empty for a bare label."""
    text = clean(cell)
    if field := _field(text):
        return field, ""
    match = _LABELLED.fullmatch(text)
    if match and (field := _field(match[1])):
        return field, match[2].strip()
    return None, text


def _field(label: str) -> str | None:
    """Return the field of a label, `problem` for 2.主要问题（现状与难点）*; None if unknown."""
    if len(label) > _MAX_LABEL_CHARACTERS:
        return None
    bare = _NUMBERING.sub("", label.strip()).rstrip(" :：*")
    field = field_of("needs", bare) or field_of("needs", _HINT.sub("", bare))
    if field is None and _CONTACT_LABEL.fullmatch(_HINT.sub("", bare)):
        return "contact"
    return field


def _clean_label(cell: str) -> str:
    """Return the text before the colon."""
    return re.split("[:：]", clean(cell), maxsplit=1)[0]


def _whole_text(blocks: Iterable[str | Rows]) -> tuple[str, list[str]]:
    """Return the text of a document without contact data, and the lines taken out of it."""
    lines: list[str] = []
    contact_lines: list[str] = []
    for block in blocks:
        rows = [[line] for line in block.split("\n")] if isinstance(block, str) else block
        for row in rows:
            line = " ".join(filter(None, map(clean, row)))
            (contact_lines if _is_contact_line(row) else lines).append(line)
    text = strip_markup("\n".join(lines))
    return mask_contacts(text, "…"), [line for line in contact_lines if line]


def _contacts_in(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return the first name, phone and e-mail of lines with contact data, with their labels."""
    text = "\n".join(lines)
    patterns = (("联系人", CONTACT_PERSON), ("联系电话", CONTACT_CELL_PHONE), ("邮箱", EMAIL))
    matches = [(label, pattern.search(text)) for label, pattern in patterns]
    return [(label, match[match.lastindex or 0]) for label, match in matches if match]


def _is_contact_line(row: Sequence[str]) -> bool:
    """True if a line or a table row gives a person's contact data under a label for it."""
    named = {_labelled(cell)[0] for cell in row}
    if "contact" in named or is_contact_line(" ".join(row)):
        return True
    # 手机：散热膜 is no phone number, and may be the subject of the need.
    return bool(named & _CONTACT_FIELDS) and any(map(_is_personal, row))


def _is_personal(text: str) -> bool:
    return NUMBER_RUN.search(text) is not None or has_contact(text)
