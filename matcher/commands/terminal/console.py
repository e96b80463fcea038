"""Printing for people at a terminal: the console, labelled rows, plain tables."""

import os
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.commands.terminal.text import line_ranges

HEAD_WIDTH = 10
"""Cells of the labels above a ranking, and of those of a single record."""
MIN_TEXT_WIDTH = 20
"""Cells that the text beside a label has at least, however narrow the terminal."""
ELLIPSIS = "…"
Row = tuple[str, Text | str]
"""A label and the text beside it."""


def new_console() -> Console:
    """Open stdout: plain text into files and pipes, colour on a terminal but for NO_COLOR."""
    plain = "NO_COLOR" in os.environ
    return Console(
        color_system=None if plain else "auto", highlight=False, markup=False, emoji=False
    )


def print_rows(console: Console, rows: Iterable[Row], width: int, margin: str = "") -> None:
    """Print the rows that have a text; all texts begin `width` cells from the left."""
    for label, text in rows:
        if text:
            print_row(console, f"{margin}{label}", text, width)


def print_row(
    console: Console, label: str, text: Text | str, width: int, *, most: int | None = None
) -> None:
    """Print a label, and the text beside it in lines that begin `width` cells from the left.

    `most` is the number of lines at most; an ellipsis ends the last where more would follow.
    """
    styled = text if isinstance(text, Text) else Text(text)
    text_width = max(MIN_TEXT_WIDTH, console.width - width)
    for number, line in enumerate(_lines(styled, text_width, most)):
        head = label if number == 0 else ""
        head += " " * (width - cell_len(head))
        console.print(Text.assemble((head, "dim"), line), soft_wrap=True)


def _lines(text: Text, width: int, most: int | None) -> list[Text]:
    """Break a text into lines, at most `most`, each at most `width` cells wide."""
    ranges = list(line_ranges(text.plain, width))
    lines = [text[start:end] for start, end in ranges[:most]]
    if len(lines) < len(ranges):
        last = lines[-1]
        while cell_len(last.plain) > width - cell_len(ELLIPSIS):
            last.right_crop(1)
        last.append(ELLIPSIS)
    return lines


def plain_table(texts: Iterable[str] = (), numbers: Iterable[str] = ()) -> Table:
    """Make a table without lines: headings of columns of text, then of columns of numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in texts:
        table.add_column(heading)
    for heading in numbers:
        table.add_column(heading, justify="right")
    return table


def folding_table(headings: Iterable[str], whole: str | None = None) -> Table:
    """Make a table without lines whose cells go on in a second line, but for the column `whole`."""
    table = plain_table()
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading == whole)
    return table
