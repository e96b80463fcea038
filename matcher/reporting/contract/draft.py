"""Drafts of licence contracts: a filled .docx template.

Templates come from institutions, so they run in a sandbox and have access to nothing but the texts
of the fields; a text is never read as markup. Every draft is marked as a draft.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import _Header
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import DictLoader, TemplateError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from matcher.disk.output import write_whole
from matcher.errors import InputError
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _
from matcher.reporting.contract.template import sample_template

DRAFT = "本合同为草稿，须经律师审核"
BLANK = "【待填：{}】"
_RED = RGBColor(0xC0, 0x00, 0x00)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_draft(
    values: Mapping[str, str],
    output: Path,
    template: Path | None = None,
    needed: Collection[str] = (),
) -> list[str]:
    """Fill the template (the sample by default) and save it; a file of this name is replaced.

    Returns the fields of the template that `values` lack, in its order: they appear in the draft
    as 【待填：…】. Raises InputError for a template that cannot be read or run, or has no field of
    a name in `needed`, and as DiskError if the draft cannot be written.
    """
    name = _("our template") if template is None else str(template)
    missing: dict[str, None] = {}
    environment = _environment(missing)
    document = _opened(template, name)
    try:
        unused = sorted(set(needed) - document.get_undeclared_template_variables(environment))
        if unused:
            raise InputError(
                _(
                    "{name} has no field {unused}: check how it is written",
                    name=name,
                    unused="、".join(unused),
                )
            )
        texts = {field: _NOT_IN_XML.sub("", value) for field, value in values.items()}
        document.render(texts, environment, autoescape=True)
    except (TemplateError, SyntaxError) as problem:  # lxml says SyntaxError of broken XML
        raise InputError(
            _("{name} cannot be filled: {message}", name=name, message=_message(problem))
        ) from problem
    filled = BytesIO()
    document.save(filled)
    try:
        write_whole(output, _marked(filled))
    except OSError as problem:
        raise InputError(
            _(
                "{output} cannot be written: {strerror}",
                output=output,
                strerror=os_error_text(problem),
            )
        ) from problem
    return list(missing)


def _opened(template: Path | None, name: str) -> DocxTemplate:
    document = DocxTemplate(sample_template() if template is None else str(template))
    try:
        document.init_docx()
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError) as problem:
        raise InputError(
            _("{name} is no Word document (.docx) that can be read", name=name)
        ) from problem
    except OSError as problem:
        raise InputError(
            _("{name} cannot be read: {strerror}", name=name, strerror=os_error_text(problem))
        ) from problem
    return document


def _environment(missing: dict[str, None]) -> ImmutableSandboxedEnvironment:
    """Return a sandbox that prints a field without a value as blank and adds it to `missing`."""

    class Blank(Undefined):
        """A field without a value: it can only be printed; a forbidden name is still an error."""

        def __str__(self) -> str:
            if issubclass(self._undefined_exception, SecurityError):
                self._fail_with_undefined_error()
            name = str(self._undefined_name)
            missing[name] = None
            return BLANK.format(name)

    return ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=Blank,
        loader=DictLoader({}),  # a template includes no other file
    )


def _message(problem: TemplateError | SyntaxError) -> str:
    """Return the message of an error with the text of its paragraph, if that is known."""
    message = str(getattr(problem, "message", None) or problem)
    lines = list(getattr(problem, "docx_context", ()))
    paragraph = lines[3].strip() if len(lines) > 3 else ""
    return (
        _("{message}, near {place}", message=message, place=paragraph[:60])
        if paragraph
        else message
    )


def _marked(filled: BytesIO) -> bytes:
    """Return the document with the draft mark above its text and at the top of every page."""
    document = docx.Document(filled)
    _write_mark(document.add_paragraph(), document.element.body)
    for header in _headers(document):
        header.is_linked_to_previous = False
        _write_mark(header.add_paragraph(), header._element)
    marked = BytesIO()
    document.save(marked)
    return marked.getvalue()


def _headers(document: Document) -> Iterator[_Header]:
    """Yield every header of its own; a section without one shows that of the section before."""
    for index, section in enumerate(document.sections):
        shown = [section.header]
        if section.different_first_page_header_footer:
            shown.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            shown.append(section.even_page_header)
        yield from (header for header in shown if index == 0 or not header.is_linked_to_previous)


def _write_mark(paragraph: Paragraph, above: BaseOxmlElement) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(f"【草稿】{DRAFT}")
    run.bold, run.font.color.rgb = True, _RED
    above.insert(0, paragraph._p)
