"""Charts of a landscape as SVG or PNG."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.labels import label
from matcher.landscape.landscape import Landscape
from matcher.landscape.sentences import sentence
from matcher.language.choice import current_language
from matcher.reporting.landscape.canvas import (
    DARK,
    GRID,
    HATCH,
    INK,
    MIDDLE,
    PALE,
    ChartFormat,
    draw,
)
from matcher.reporting.landscape.words import LEGEND, shown_value
from matcher.reporting.tables import text_width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN_ROWS = 15
"""Rows of a chart; its table has all of them."""
WIDTH = 8.0
"""Width of a chart in inches."""
_LABEL_WIDTH, _LABEL_LINES = 34, 2
_BAR = 0.62
_LINE_SPACING = 1.4
"""Of a label with two lines; Chinese fonts are tall."""
_ROW_HEIGHT, _TALL_ROW_HEIGHT = 0.4, 0.58
"""Inches for a row; where a label has two lines every row is taller."""
_FRAME_HEIGHT = 1.1
"""Inches for the axis and the legend."""
_MAX_BARS = 26
"""Years that are drawn as bars side by side."""


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of stacked bars: its numbers, its name in the legend, its look."""

    numbers: Sequence[int]
    name: str
    colour: str
    hatch: str = ""


CHARTS = (
    "by_year",
    "by_ipc",
    "by_institution",
    "by_status",
    "by_years_left",
    "teams",
    "co_owners",
    "demand",
)
"""Frames that have a chart."""


def chart(landscape: Landscape, name: str, kind: ChartFormat = "svg") -> bytes:
    """Return the chart of a frame. Raises KeyError for a frame without one, InputError."""
    frame = landscape.frames[name]
    if frame.empty or (name in ("by_status", "by_years_left") and not frame["patents"].sum()):
        text = sentence(landscape, name)
        return draw(lambda figure: _say(figure, text), (WIDTH, 1.2), kind)
    plot, height = _PLOTS[name](frame)
    return draw(plot, (WIDTH, height), kind)


Plot = tuple[Callable[["Figure"], None], float]
"""Function that draws a figure, and the height of the figure in inches."""


def _years(frame: "pd.DataFrame") -> Plot:
    years = frame["year"].tolist()
    filings, grants = frame["filings"].tolist(), frame["grants"].tolist()

    def plot(figure: "Figure") -> None:
        axes = _axes(figure)
        if len(years) <= _MAX_BARS:
            left, right = [year - 0.2 for year in years], [year + 0.2 for year in years]
            axes.bar(left, filings, 0.4, color=DARK, label=label(LEGEND["filings"]))
            axes.bar(right, grants, 0.4, color=MIDDLE, hatch=HATCH, label=label(LEGEND["grants"]))
        else:
            axes.plot(years, filings, color=DARK, label=label(LEGEND["filings"]))
            axes.plot(years, grants, color=MIDDLE, linestyle="--", label=label(LEGEND["grants"]))
        axes.set_ylabel(label(LEGEND["patents_axis"]))
        _whole_numbers(axes.yaxis)
        _whole_numbers(axes.xaxis, most=12)
        axes.grid(axis="y", color=GRID, linewidth=0.7)
        axes.set_ylim(bottom=0)
        _legend(axes, 2)

    return plot, 3.4


def _ranked(*names: str) -> Callable[["pd.DataFrame"], Plot]:
    """Return a chart of bars, the first rows of a frame; its labels are made of these columns."""

    def prepared(frame: "pd.DataFrame") -> Plot:
        first = frame.head(SHOWN_ROWS)
        texts = _labels(first, names)
        alive, others = _two_parts(first)
        parts = [
            BarPart(alive, label(LEGEND["in_force"]), DARK),
            BarPart(others, label(LEGEND["others"]), MIDDLE, HATCH),
        ]
        return _bars(texts, parts)

    return prepared


def _statuses(frame: "pd.DataFrame") -> Plot:
    texts = [str(cell) for (cell,) in _cells(frame, ["status"])]
    return _bars(texts, [BarPart(frame["patents"].tolist(), "", DARK)])


def _bands(frame: "pd.DataFrame") -> Plot:
    texts = [str(cell) for (cell,) in _cells(frame, ["years_left"])]
    alive, others = _two_parts(frame)
    parts = [
        BarPart(alive, label(LEGEND["in_force"]), DARK),
        BarPart(others, label(LEGEND["pending"]), MIDDLE, HATCH),
    ]
    return _bars(texts, parts)


def _demand(frame: "pd.DataFrame") -> Plot:
    first = frame.head(SHOWN_ROWS)
    texts = _labels(first, ("field_zh",))
    used = (first["in_force"] - first["sleeping"]).tolist()
    fair = (first["needs"] - first["strong"] - first["without"]).tolist()
    supply = [
        BarPart(used, label(LEGEND["used"]), DARK),
        BarPart(first["sleeping"].tolist(), label(LEGEND["sleeping"]), MIDDLE, HATCH),
    ]
    needs = [
        BarPart(first["strong"].tolist(), label(LEGEND["strong"]), DARK),
        BarPart(fair, label(LEGEND["fair"]), MIDDLE),
        BarPart(first["without"].tolist(), label(LEGEND["without"]), PALE, "...."),
    ]

    def plot(figure: "Figure") -> None:
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, parts, axis in (
            (left, supply, "patents_axis"),
            (right, needs, "needs_axis"),
        ):
            _prepare(axes)
            _stack(axes, texts, parts)
            axes.set_xlabel(label(LEGEND[axis]))
            _legend(axes, 1)

    return plot, _height(texts) + 1.0


def _bars(texts: Sequence[str], parts: Sequence[BarPart]) -> Plot:
    def plot(figure: "Figure") -> None:
        axes = _axes(figure)
        _stack(axes, texts, parts)
        axes.set_xlabel(label(LEGEND["patents_axis"]))
        if len(parts) > 1:
            _legend(axes, len(parts))

    return plot, _height(texts)


def _stack(axes: "Axes", texts: Sequence[str], parts: Sequence[BarPart]) -> None:
    """Draw stacked horizontal bars from the top down, with the total at the end of each."""
    positions = list(range(len(texts)))
    ends = [0] * len(texts)
    for part in parts:
        is_pale = part.colour == PALE
        axes.barh(
            positions,
            part.numbers,
            _BAR,
            left=ends,
            color=part.colour,
            hatch=part.hatch,
            edgecolor=MIDDLE if is_pale else "white",
            linewidth=0.8 if is_pale else 0,
            label=part.name,
        )
        ends = [end + number for end, number in zip(ends, part.numbers, strict=True)]
    for position, end in zip(positions, ends, strict=True):
        axes.annotate(f"{end:,}", (end, position), (4, 0), textcoords="offset points", va="center")
    axes.set_yticks(positions, texts, linespacing=_LINE_SPACING)
    axes.set_ylim(len(texts) - 0.4, -0.6)
    axes.set_xlim(0, max(max(ends), 1) * 1.14)
    axes.tick_params(axis="y", length=0)
    _whole_numbers(axes.xaxis, most=6)
    axes.grid(axis="x", color=GRID, linewidth=0.7)


def _axes(figure: "Figure") -> "Axes":
    axes: Axes = figure.subplots()
    _prepare(axes)
    return axes


def _prepare(axes: "Axes") -> None:
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _whole_numbers(axis: Any, most: int = 6) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=most, integer=True))


def _legend(axes: "Axes", columns: int) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, frameon=False, borderaxespad=0.2
    )


def _say(figure: "Figure", text: str) -> None:
    figure.text(0.5, 0.5, _wrapped(text, 80), ha="center", va="center", color=INK)


def _two_parts(frame: "pd.DataFrame") -> tuple[list[int], list[int]]:
    return frame["in_force"].tolist(), (frame["patents"] - frame["in_force"]).tolist()


def _height(texts: Sequence[str]) -> float:
    row = _TALL_ROW_HEIGHT if any("\n" in text for text in texts) else _ROW_HEIGHT
    return _FRAME_HEIGHT + row * len(texts)


def _labels(frame: "pd.DataFrame", names: Sequence[str]) -> list[str]:
    """Return the label of each row; the two owners of a pair stand on a line each."""
    rows = _cells(frame, [_spoken(name) for name in names])
    if "co_owner" in names:
        return ["\n".join(_line(str(cell)) for cell in row) for row in rows]
    return [_wrapped(" ".join(str(cell) for cell in row)) for row in rows]


def _spoken(column: str) -> str:
    """Return the column in the reader's language of a column that stands in both."""
    return f"{column[:-3]}_{current_language()}" if column.endswith("_zh") else column


def _cells(frame: "pd.DataFrame", columns: Sequence[str]) -> list[list[object]]:
    cells = frame[list(columns)].astype(object)
    cells = cells.where(cells.notna(), None)
    return [
        [shown_value(column, cell) for column, cell in zip(columns, row, strict=True)]
        for row in cells.itertuples(index=False)
    ]


def _wrapped(text: str, width: int = _LABEL_WIDTH) -> str:
    """Return a label on at most two lines; an ellipsis stands for what does not fit."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < _LABEL_LINES:
        end = _fitting(rest, width)
        if end < len(rest) and (blank := rest.rfind(" ", 0, end + 1)) > 0:
            end = blank
        line, rest = rest[:end].rstrip(), rest[end:].lstrip()
        lines.append(line)
    if rest:
        lines[-1] = _line(lines[-1] + rest, width)
    return "\n".join(lines)


def _line(text: str, width: int = _LABEL_WIDTH) -> str:
    """Return a label on one line; an ellipsis stands for what does not fit."""
    return text if text_width(text) <= width else text[: _fitting(text, width - 2)] + "…"


def _fitting(text: str, width: int) -> int:
    """Return the number of first characters that fit into a width."""
    for end in range(len(text), 0, -1):
        if text_width(text[:end]) <= width:
            return end
    return 1


_PLOTS: Mapping[str, Callable[["pd.DataFrame"], Plot]] = {
    "by_year": _years,
    "by_ipc": _ranked("ipc", "title_zh"),
    "by_institution": _ranked("institution"),
    "by_status": _statuses,
    "by_years_left": _bands,
    "teams": _ranked("team"),
    "co_owners": _ranked("owner", "co_owner"),
    "demand": _demand,
}
