"""Chinese and Latin text in a terminal: lines that fit, and marked spans."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from matcher.text.highlights import Span

_NOT_FIRST = frozenset("，。、；：！？）】》」』〉〕…％”’·,.;:!?)]}%")
_NOT_LAST = frozenset("（【《「『〈〔“‘([{")


def line_ranges(text: str, width: int) -> Iterator[Span]:
    """Yield the half-open ranges of the lines, each at most `width` cells wide where that can be.

    Breaks at blanks, which are dropped there, and beside wide characters, but keeps punctuation
    where a Chinese reader expects it; a Latin word that is longer than a line is cut.
    """
    start = 0
    while start < len(text):
        end = _line_end(text, start, width)
        shown = end
        while shown > start and text[shown - 1].isspace():
            shown -= 1
        yield start, shown
        start = end


def marked(text: str, spans: tuple[Span, ...], *, plain: bool) -> Text:
    """Return the text on one line with its spans in bold, or in 【】 where there are no styles."""
    flat = "".join(" " if character.isspace() else character for character in text)
    if not plain:
        shown = Text(flat)
        for start, end in spans:
            shown.stylize("bold green", start, end)
        return shown
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += [flat[done:start], "【", flat[start:end], "】"]
        done = end
    return Text("".join([*parts, flat[done:]]))


def _line_end(text: str, start: int, width: int) -> int:
    """Return the end of the line that begins at `start`, which is the start of the next.

    It is always behind `start`.
    """
    cells, last_break = 0, None
    for position in range(start, len(text)):
        if position > start and _may_break(text, position):
            last_break = position
        cells += cell_len(text[position])
        if cells > width and position > start and not text[position].isspace():
            return last_break or position
    return len(text)


def _may_break(text: str, position: int) -> bool:
    """True if a line may end before the character at `position`."""
    before, after = text[position - 1], text[position]
    if before.isspace():
        return not after.isspace()
    if after.isspace() or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return cell_len(before) == 2 or cell_len(after) == 2
