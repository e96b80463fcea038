"""Layout of a page of help whose texts have characters two cells wide."""

import re
from collections.abc import Iterator, Sequence

import typer
from rich.cells import cell_len
from typer._click.formatting import HelpFormatter

from matcher.commands.terminal.text import line_ranges
from matcher.labels import COLON
from matcher.language.messages import _, gettext_noop
from matcher.text.excerpts import on_one_line

USAGE_WORDS = (gettext_noop("[OPTIONS]"), gettext_noop("COMMAND [ARGS]..."))
"""Words of Typer in a line of usage."""
TYPES = {
    "str": gettext_noop("text"),
    "int": gettext_noop("number"),
    "float": gettext_noop("number"),
    "path": gettext_noop("path"),
}
"""Names of the types of options and arguments, by the names of Typer."""
_TYPE = re.compile(rf"<(?:list\[)?({'|'.join(TYPES)})(?: range)?\]?>", re.IGNORECASE)
MIN_WIDTH = 10
"""Cells that a column of text has at least."""


class WideFormatter(HelpFormatter):
    """Formatter that breaks lines by cells, where a Chinese reader expects it."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        for words in USAGE_WORDS:
            args = args.replace(words, _(words))
        super().write_usage(prog, args, prefix or _("Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{' ' * self.current_indent}{heading}{COLON['zh']}\n")

    def write_text(self, text: str) -> None:
        """Write the paragraphs of a text at the present indent."""
        margin = " " * self.current_indent
        paragraphs = (
            "\n".join(f"{margin}{line}" for line in _lines(part, self.width - self.current_indent))
            for part in text.split("\n\n")
        )
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names and their texts in two columns."""
        named = [(_TYPE.sub(_type_name, name), text) for name, text in rows]
        column = min(max(cell_len(name) for name, _text in named), col_max) + col_spacing
        margin = " " * self.current_indent
        for name, text in named:
            free = column - cell_len(name)
            lines = list(_lines(_(text), max(self.width - column - 2, MIN_WIDTH)))
            head = [] if free >= col_spacing else [f"{margin}{name}"]
            first = f"{name}{' ' * free}" if not head else " " * column
            body = [f"{margin}{first}{lines[0]}"] if lines else [f"{margin}{name}"]
            body += [f"{margin}{' ' * column}{line}" for line in lines[1:]]
            self.write("\n".join([*head, *body]) + "\n")


class WideContext(typer.Context):
    """Context of a command whose help is laid out by cells."""

    formatter_class = WideFormatter


def _type_name(found: re.Match[str]) -> str:
    return f"<{_(TYPES[found[1].lower()])}>"


def _lines(text: str, width: int) -> Iterator[str]:
    flat = on_one_line(text)
    yield from (flat[start:end] for start, end in line_ranges(flat, width))
