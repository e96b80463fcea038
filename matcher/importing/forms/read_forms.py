"""Reading of the forms in a document, in its tables and in labelled paragraphs."""

from matcher.importing.files.docx import Document
from matcher.importing.forms.filled_form import FormCollector
from matcher.importing.forms.labels import Labels
from matcher.importing.forms.paragraphs import ParagraphReader, is_form_text
from matcher.importing.forms.tables import read_table
from matcher.importing.rows.need import TEXT_FIELDS
from matcher.text.personal_data import NUMBER_RUN, has_contact


def read_forms(document: Document, labels: Labels) -> FormCollector | None:
    """Return the values of the forms in a document; None where it holds no filled form."""
    forms = FormCollector()
    paragraphs = ParagraphReader(labels, forms)
    for block in document.blocks:
        if isinstance(block, str):
            paragraphs.read(block)
        else:
            paragraphs.close()
            read_table(block, labels, forms)
    forms.forms = list(forms.needs())
    if not forms.forms:
        return None
    _add_margins(document, labels, forms)
    has_tables = any(not isinstance(block, str) for block in document.blocks)
    for form in forms.forms:
        if not form.fields.keys() & set(TEXT_FIELDS):
            # The description of this form stands under an unknown label: better read than lost.
            texts = [text for text in form.others if not is_personal(text)]
            if texts:
                form.fields["text"] = "\n".join(texts)
                forms.unread = {k: v for k, v in forms.unread.items() if v not in texts}
                forms.strays = [text for text in forms.strays if text not in texts]
    is_mere_table = not any(form.fields.keys() & {"title", "enterprise"} for form in forms.forms)
    if forms.loose and (is_mere_table or not has_tables):
        first = forms.forms[0]
        first.fields["text"] = "\n".join(filter(None, [first.fields.get("text"), *forms.loose]))
        forms.loose = []
    forms.loose += [text for text in forms.strays if not is_form_text(text)]
    return forms


def is_empty_form(document: Document, labels: Labels) -> bool:
    """Return True if a document has the labels of a form, and nothing behind those of the need."""
    rows = (row for block in document.blocks if not isinstance(block, str) for row in block)
    cells = [cell for row in rows for cell in row]
    cells += [
        line for block in document.blocks if isinstance(block, str) for line in block.split("\n")
    ]
    needed = {"title", *TEXT_FIELDS}
    read = [labels.split(cell) for cell in cells]
    named = {name for name, _value in read if name}
    is_filled = any(value.strip() for name, value in read if name in needed)
    return len(named) > 1 and bool(named & needed) and not is_filled


def is_personal(text: str) -> bool:
    """Return True for a text with contact data, or a run of digits that may be a number."""
    return NUMBER_RUN.search(text) is not None or has_contact(text)


def _add_margins(document: Document, labels: Labels, forms: FormCollector) -> None:
    """Add what headers and footers say under labels of fields that the form lacks."""
    for block in document.margins:
        lines = block.split("\n") if isinstance(block, str) else [" ".join(r) for r in block]
        for line in lines:
            name, value = labels.split(line)
            if name and value and name not in forms.current.fields:
                forms.add(name, line, value)
