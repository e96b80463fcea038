"""Problems of a document as a whole: labels that nothing reads, concealed text, objects."""

import re

from matcher.importing.files.docx import Document
from matcher.importing.forms.filled_form import FormCollector
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import MAX_SHOWN_CHARACTERS, FileContext
from matcher.labels import listed
from matcher.language.messages import _
from matcher.text.contact_clauses import clear_contacts, is_personal_label
from matcher.text.personal_data import has_contact

MAX_APART = 8
"""Labels up to which each is a problem of its own; further ones are listed in one."""


def tell_unread_labels(
    context: FileContext, forms: FormCollector, sheet: str | None = None
) -> None:
    """Add a problem for each label that nothing reads, with its value unless that is personal."""
    if forms.beside:
        fix = _(
            "one more cell beside the value was left out under {labels}; if it is another need's, "
            "give each need a form of its own",
            labels=listed(dict.fromkeys(forms.beside)),
        )
        context.problems.append(Problem(context.file, sheet, None, None, None, fix))
    unread = list(forms.unread.items())
    for label, value in unread[:MAX_APART]:
        fix = _(
            'nothing reads this label: if it holds a field of a need, say so with --map "{field}='
            '{label}"; docs/needs.md lists the fields',
            field="FIELD",
            label=label,
        )
        _add(context, fix, label, shown_value(label, value))
    if further := [label for label, _value in unread[MAX_APART:]]:
        fix = _(
            "nothing reads {count} more labels: {labels}; if one holds a field of a need, say so "
            "with --map FIELD=LABEL",
            count=len(further),
            labels=listed(further),
        )
        _add(context, fix)
    if forms.loose:
        fix = _(
            "lines outside the form's table, which are no part of the need: {count}; put what "
            "belongs to it into the form",
            count=len(forms.loose),
        )
        _add(context, fix, None, shown_value("", forms.loose[0]))


def tell_concealed(context: FileContext, document: Document) -> None:
    """Add a problem for concealed text and for objects that hold no text."""
    if document.concealed:
        fix = _(
            "hidden or struck-out passages left out: {count}; look at the document",
            count=len(document.concealed),
        )
        _add(context, fix, None, shown_value("", document.concealed[0]))
    if document.objects:
        fix = _(
            "formulas or files embedded as objects, which cannot be read: {count}; write what they "
            "say as text",
            count=document.objects,
        )
        _add(context, fix)


def shown_value(label: str, value: str) -> str | None:
    """Return a value as a problem shows it; `***` for one that may be personal."""
    is_number = re.search(r"\d{7}", value) is not None
    if is_personal_label(label) or is_number or has_contact(value) or clear_contacts(value).taken:
        return "***"
    return " ".join(value.split())[:MAX_SHOWN_CHARACTERS]


def _add(
    context: FileContext, fix: str, label: str | None = None, value: str | None = None
) -> None:
    context.problems.append(Problem(context.file, None, None, label, value, fix))
