"""Messages in the code and their Chinese in the catalogue.

    python -m scripts.docs.messages

Adds the messages that are new to `matcher/language/zh.po`, without a Chinese text, and takes out
those that are no more. Entries stand in alphabetical order, so that two people seldom change
the same lines. Edit the file with any editor of gettext catalogues, or as text.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

import polib
import typer
from jinja2 import Environment, nodes
from typer.core import TyperGroup

from matcher.cli import app
from matcher.commands.spoken_help import help_texts
from matcher.language.messages import CATALOGUE
from scripts.docs.structure import ROOT, Module, read_modules

HELP = "matcher/cli.py"
"""File that all texts of help are told from; they are declared all over `matcher/commands`."""
TEMPLATES = ROOT / "api" / "pages" / "templates"
"""Folder of the templates of pages, which have messages of their own."""
MARKS = frozenset({"_", "N_", "gettext_noop", "ngettext"})
"""Functions whose first argument is a message; the second of ngettext is its plural."""


@dataclass
class Message:
    """A message of the code: its plural form, and the files that use it."""

    plural: str | None = None
    files: set[str] = field(default_factory=set)


def main() -> None:
    """Bring the catalogue up to the code and print what has no Chinese yet."""
    used = used_messages(read_modules())
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0)
    known = {entry.msgid: entry for entry in catalogue}
    for text, message in used.items():
        entry = known.get(text)
        if entry is None:
            entry = polib.POEntry(msgid=text)
        if message.plural is not None:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = entry.msgstr_plural or {0: entry.msgstr}
        entry.occurrences = [(file, "") for file in sorted(message.files)]
        known[text] = entry
    catalogue[:] = [known[text] for text in sorted(used)]
    catalogue.save(str(CATALOGUE))
    waiting = [entry.msgid for entry in catalogue if not entry.translated()]
    print(f"{len(catalogue)} messages, {len(waiting)} without Chinese in {CATALOGUE}")


def used_messages(modules: Mapping[str, Module]) -> dict[str, Message]:
    """Return the messages of the modules, of the templates, of the help, and of Typer, by id."""
    found: dict[str, Message] = {}
    for path, template_call in template_calls():
        text, plural = texts_of(template_call)
        if text is not None:
            message = found.setdefault(text, Message())
            message.plural = message.plural or plural
            message.files.add(path.relative_to(ROOT).as_posix())
    for module in modules.values():
        file = module.file.relative_to(ROOT).as_posix()
        for call in marking_calls(module.tree):
            if (text := text_of(call)) is not None:
                message = found.setdefault(text, Message())
                message.plural = message.plural or text_of(call, 1)
                message.files.add(file)
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for text in help_texts(group):
        found.setdefault(text, Message()).files.add(HELP)
    return found


def template_calls() -> Iterator[tuple[Path, nodes.Call]]:
    """Yield the calls of templates that make a message, each with its template."""
    environment = Environment()
    for path in sorted(TEMPLATES.glob("*.j2")):
        for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in MARKS:
                yield path, call


def texts_of(call: nodes.Call) -> tuple[str | None, str | None]:
    """Return the message of a template's call and its plural; None where it is no literal."""
    assert isinstance(call.node, nodes.Name)
    texts = [part.value if isinstance(part, nodes.Const) else None for part in call.args]
    return texts[0], texts[1] if call.node.name == "ngettext" else None


def marking_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that mark or make a message."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            yield node


def text_of(call: ast.Call, position: int = 0) -> str | None:
    """Return a text of a message: 0 the message, 1 its plural; None where it is no literal."""
    part = call.args[position] if len(call.args) > position else None
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        return part.value
    return None


def fields(text: str) -> set[str]:
    """Return the names of the fields of a message: `{file}`, `{n:,}`."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


if __name__ == "__main__":
    main()
