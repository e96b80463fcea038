"""Labels of a chart's rows: on one or two lines, with an ellipsis where they are longer."""

from matcher.reporting.tables import text_width


def wrapped(text: str, width: int) -> str:
    """Return a label on at most two lines; it breaks at a blank or before a bracket if it can."""
    text = text.strip()
    if text_width(text) <= width:
        return text
    end = _fitting(text, width)
    first = text[: end + 1]
    blank = max(first.rfind(" "), first.rfind("（"))
    if blank > 0:
        end = blank
    return f"{text[:end].rstrip()}\n{one_line(text[end:].lstrip(), width)}"


def one_line(text: str, width: int) -> str:
    """Return a label on one line; an ellipsis stands for what does not fit."""
    return text if text_width(text) <= width else text[: _fitting(text, width - 2)] + "…"


def _fitting(text: str, width: int) -> int:
    """Return the number of first characters that fit into a width."""
    for end in range(len(text), 0, -1):
        if text_width(text[:end]) <= width:
            return end
    return 1
