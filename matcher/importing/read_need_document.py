"""Reading of needs from documents: one need in a text or a filled form, or a table of many."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.cells import clean
from matcher.importing.files.docx import Document, Rows, read_document
from matcher.importing.files.source_file import detect_source
from matcher.importing.files.text_files import read_text
from matcher.importing.forms.filled_form import FilledForm
from matcher.importing.forms.labels import CONTACT_FIELDS, Labels
from matcher.importing.forms.prompts import filled_in
from matcher.importing.forms.read_forms import is_empty_form, read_forms
from matcher.importing.forms.sheets import read_form_sheets
from matcher.importing.forms.told import tell_concealed, tell_unread_labels
from matcher.importing.headings.headings import Layout
from matcher.importing.headings.template_columns import columns
from matcher.importing.read_file import read_file
from matcher.importing.rows.need import FORM, read_need
from matcher.importing.rows.need_form import NeedForm, read_form
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext, Row
from matcher.labels import COLON, RECORD_KIND, label
from matcher.language.messages import _, gettext_noop
from matcher.text.markup import strip_markup
from matcher.types import Need

_TEXT_SUFFIXES = frozenset({".txt", ".md"})
_TABLE_SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".tsv", ".jsonl", ".html", ".htm"})
_TABLE_ROW = re.compile(r"\s*\|(?:[^|]*\|){2,}\s*")
_RULE = re.compile(r"[\s:-]+")
_SIGNATURES = (
    (b"%PDF", gettext_noop("{name} is a PDF: copy its text into a .txt file")),
    (
        b"PK\x03\x04",
        gettext_noop(
            "{name} is an Office file under another name: give it back its ending, such as .docx"
        ),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        gettext_noop(
            "{name} is an old .doc file or one with a password: open it in Word and save it as "
            ".docx without one"
        ),
    ),
    (
        rb"{\rtf",
        gettext_noop("{name} is a rich text file: open it in Word and save it as .docx"),
    ),
)


def read_need_document(path: Path, today: date) -> tuple[list[Need], list[Problem]]:
    """Read the need in a .txt, .md or .docx file, or its several needs, with the problems.

    A filled form (技术需求征集表: labels and values in a table or in paragraphs) gives the need's
    fields, without its contact persons; any other text becomes the need's text as a whole, without
    contact data. Raises InputError for another kind of file, or one without text.
    """
    suffix = path.suffix.lower()
    if suffix in _TABLE_SUFFIXES:
        raise InputError(
            _("{name} is a table of needs: give it with --needs, not --file", name=path.name)
        )
    context = FileContext(path.name, today)
    rows, _is_form = _read_rows(path, context, {})
    needs = [need for row in rows if (need := read_need(row)) is not None]
    problems = list(context.all_problems())
    if not needs:
        refusal = next((problem.fix for problem in problems if problem.refused), None)
        raise (
            _no_text(path) if refusal is None else InputError(f"{path.name}{label(COLON)}{refusal}")
        )
    return needs, problems


def read_need_forms(
    path: Path, context: FileContext, mapping: Mapping[str, str]
) -> tuple[list[NeedForm], int]:
    """Read the needs in a .txt, .md or .docx file, with their terms and contact persons.

    Also returns the number of needs, with those that cannot be stored; a problem in `context` gives
    the reason. `mapping` gives the label of some fields. Raises InputError where
    `read_need_document` does.
    """
    rows, is_filled_form = _read_rows(path, context, mapping)
    if not is_filled_form:
        rows[0].complain(
            None,
            _("no form was recognised in it: it was taken whole, without an enterprise or terms"),
        )
    return [form for row in rows if (form := read_form(row)) is not None], len(rows)


def _read_rows(
    path: Path, context: FileContext, mapping: Mapping[str, str]
) -> tuple[list[Row], bool]:
    """Return a row for each need of a document, and whether it is a form."""
    document = _read(path)
    labels = Labels(mapping)
    forms = read_forms(document, labels)
    if forms is not None:
        filled = forms.forms
        tell_unread_labels(context, forms)
    elif is_empty_form(document, labels):
        filled = [FilledForm()]
    else:
        filled = [FilledForm({"text": _whole_text(document.blocks)})]
        if not filled[0].fields["text"]:
            raise _no_text(path)
    tell_concealed(context, document)
    rows = [_row(context, form, number) for number, form in enumerate(filled, start=1)]
    return rows, filled[0].fields.keys() != {"text"}


def read_sheets(path: Path, context: FileContext, mapping: Mapping[str, str]) -> list[Row] | None:
    """Return a row for each need of sheets that are filled forms; None for a table of needs.

    Raises InputError for a file that cannot be read.
    """
    labels = Labels(mapping)
    sheets = read_form_sheets(path, labels)
    if sheets is None:
        return None
    rows: list[Row] = []
    left_out = list(sheets.left_out)
    for name, document in sheets.documents:
        forms = read_forms(document, labels)
        if forms is None:
            left_out.append(name)
            continue
        tell_unread_labels(context, forms, name)
        rows += [_row(context, form, number, name) for number, form in enumerate(forms.forms, 1)]
    for name in left_out:
        fix = _("no filled form was found on this sheet: it was left out")
        context.problems.append(Problem(context.file, name, None, None, None, fix))
    return rows


def _row(context: FileContext, form: FilledForm, number: int, sheet: str | None = None) -> Row:
    cells = form.fields | form.contact()
    headings = {column.field: column.heading for column in columns("needs")}
    layout = Layout(
        kind="needs",
        format=FORM,
        headings=tuple(form.labels.get(name) or headings.get(name, name) for name in cells),
        columns={name: (index,) for index, name in enumerate(cells)},
        unknown=(len(cells),),
    )
    return Row(context, layout, sheet, number, (*cells.values(), "\n".join(form.remarks)))


def _no_text(path: Path) -> InputError:
    return InputError(
        _("{name} holds no text: write in a sentence or two what is needed", name=path.name)
    )


def read_needs(path: Path, today: date) -> tuple[list[Need], list[Problem]]:
    """Read the needs of a table (.xlsx, .xls, .csv, .tsv, .jsonl), with the problems of its rows.

    A sheet may also be a filled form. Raises InputError for a file that cannot be read or does not
    hold needs.
    """
    if path.suffix.lower() in _TEXT_SUFFIXES | {".docx"}:
        raise InputError(
            _("{name} holds one need: give it with --file, not --needs", name=path.name)
        )
    context = FileContext(path.name, today)
    if (rows := read_sheets(path, context, {})) is not None:
        needs = [need for row in rows if (need := read_need(row)) is not None]
        return needs, list(context.all_problems())
    table = read_file(path, mapping={}, today=today, expected="needs")
    if table.kind != "needs":
        raise InputError(
            _(
                "{name} holds {kind}, not needs: import it with matcher import; a table of "
                "needs has columns such as 需求名称, 主要问题, 预期目标",
                name=path.name,
                kind=label(RECORD_KIND[table.kind]),
            )
        )
    return list(table.needs), list(table.problems)


def _check_content(path: Path, suffix: str) -> None:
    """Raise InputError for a missing file, or one whose first bytes belong to another format."""
    if not path.is_file():
        raise InputError(_("{path}: there is no such file", path=path))
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise InputError(_("{name} is empty", name=path.name))
    for signature, fault in _SIGNATURES:
        if head.startswith(signature) and not (suffix == ".docx" and signature.startswith(b"PK")):
            raise InputError(_(fault, name=path.name))
    if suffix not in _TEXT_SUFFIXES | {".docx"}:
        raise InputError(_("{name}: a need is read from .txt, .md or .docx files", name=path.name))


def _read(path: Path) -> Document:
    """Read the paragraphs and tables of a document. Raises InputError."""
    suffix = path.suffix.lower()
    _check_content(path, suffix)
    return read_document(path) if suffix == ".docx" else Document(list(_blocks(_plain_text(path))))


def _blocks(text: str) -> Iterator[str | Rows]:
    """Yield a plain text with its Markdown tables (| label | value |) as tables."""
    for is_table, lines in groupby(text.split("\n"), key=_is_table_row):
        if is_table:
            rows = [line.strip().strip("|").split("|") for line in lines]
            yield [
                [cell.strip() for cell in row] for row in rows if not _RULE.fullmatch("".join(row))
            ]
        else:
            yield "\n".join(lines)


def _is_table_row(line: str) -> bool:
    return _TABLE_ROW.fullmatch(line) is not None


def _plain_text(path: Path) -> str:
    """Read the text of a file in UTF-8, UTF-16 with a byte order mark, or GB18030."""
    try:
        text = read_text(detect_source(path))
    except InputError:
        text = "\0"
    if "\0" in text:
        raise InputError(
            _("{name} is not text in UTF-8 or GB18030: save it as UTF-8", name=path.name)
        )
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _whole_text(blocks: Iterable[str | Rows]) -> str:
    """Return the text of a document; a row of a table is a line, with a colon behind its label."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            lines += block.split("\n")
        else:
            lines += map(_line, block)
    return filled_in(strip_markup("\n".join(lines)))


def _line(row: Sequence[str]) -> str:
    cells = list(filter(None, map(clean, row)))
    is_labelled = len(cells) > 1 and Labels().split(cells[0])[0] in CONTACT_FIELDS
    return f"{cells[0]}：{' '.join(cells[1:])}" if is_labelled else " ".join(cells)
