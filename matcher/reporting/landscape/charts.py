"""Charts of a landscape as SVG or PNG."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

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
from matcher.reporting.landscape.chart_labels import one_line, wrapped
from matcher.reporting.landscape.words import LEGEND, shown_value

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN_ROWS = 15
"""Rows of a chart; its table has all of them."""
WIDTH, NARROW_WIDTH = 8.0, 4.6
"""Width of a chart in inches, for a page and for a phone."""
_LABEL_WIDTH, _NARROW_LABEL_WIDTH = 34, 18
_POINTS = 72
"""Points of an inch."""
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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Sheet that a chart is drawn on."""

    is_narrow: bool

    @property
    def width(self) -> float:
        """Width in inches."""
        return NARROW_WIDTH if self.is_narrow else WIDTH

    @property
    def label_width(self) -> int:
        """Width of a line of a label, in Latin characters."""
        return _NARROW_LABEL_WIDTH if self.is_narrow else _LABEL_WIDTH

    @property
    def most_ticks(self) -> int:
        """Ticks of an axis that fit beside each other."""
        return 4 if self.is_narrow else 6


def chart(
    landscape: Landscape, name: str, kind: ChartFormat = "svg", *, is_narrow: bool = False
) -> bytes:
    """Return the chart of a frame, `is_narrow` for a phone.

    Raises KeyError for a frame without a chart, InputError without a Chinese font.
    """
    sheet = _Sheet(is_narrow)
    plot, height = _plot(landscape, name, sheet)
    return draw(plot, (sheet.width, height), kind)


def chart_size(landscape: Landscape, name: str, *, is_narrow: bool = False) -> tuple[int, int]:
    """Return width and height of a chart in points, without drawing it."""
    sheet = _Sheet(is_narrow)
    _draw, height = _plot(landscape, name, sheet)
    return round(_POINTS * sheet.width), round(_POINTS * height)


Plot = tuple[Callable[["Figure"], None], float]
"""Function that draws a figure, and the height of the figure in inches."""


def _plot(landscape: Landscape, name: str, sheet: _Sheet) -> Plot:
    frame = landscape.frames[name]
    if frame.empty or (name in ("by_status", "by_years_left") and not frame["patents"].sum()):
        text = sentence(landscape, name)
        return (lambda figure: _say(figure, text, sheet)), 1.2
    return _PLOTS[name](frame, sheet)


def _years(frame: "pd.DataFrame", sheet: _Sheet) -> Plot:
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
        _whole_numbers(axes.yaxis, 6)
        _whole_numbers(axes.xaxis, 2 * sheet.most_ticks)
        axes.set_xlim(years[0] - 0.8, years[-1] + 0.8)
        axes.grid(axis="y", color=GRID, linewidth=0.7)
        axes.set_ylim(bottom=0)
        _legend(axes, 2)

    return plot, 3.4


def _ranked(*names: str) -> "Prepare":
    """Return a chart of bars, the first rows of a frame; its labels are made of these columns."""

    def prepared(frame: "pd.DataFrame", sheet: _Sheet) -> Plot:
        first = frame.head(SHOWN_ROWS)
        texts = _labels(first, names, sheet)
        alive, others = _two_parts(first)
        parts = [
            BarPart(alive, label(LEGEND["in_force"]), DARK),
            BarPart(others, label(LEGEND["others"]), MIDDLE, HATCH),
        ]
        return _bars(texts, parts, sheet)

    return prepared


def _statuses(frame: "pd.DataFrame", sheet: _Sheet) -> Plot:
    texts = [str(cell) for (cell,) in _cells(frame, ["status"])]
    return _bars(texts, [BarPart(frame["patents"].tolist(), "", DARK)], sheet)


def _bands(frame: "pd.DataFrame", sheet: _Sheet) -> Plot:
    texts = [str(cell) for (cell,) in _cells(frame, ["years_left"])]
    alive, others = _two_parts(frame)
    parts = [
        BarPart(alive, label(LEGEND["in_force"]), DARK),
        BarPart(others, label(LEGEND["pending"]), MIDDLE, HATCH),
    ]
    return _bars(texts, parts, sheet)


def _demand(frame: "pd.DataFrame", sheet: _Sheet) -> Plot:
    first = frame.head(SHOWN_ROWS)
    texts = _labels(first, ("field_zh",), sheet)
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
        rows, columns = (2, 1) if sheet.is_narrow else (1, 2)
        first, second = figure.subplots(rows, columns, sharey=True)
        for axes, parts, axis in (
            (first, supply, "patents_axis"),
            (second, needs, "needs_axis"),
        ):
            _prepare(axes)
            _stack(axes, texts, parts, sheet)
            axes.set_xlabel(label(LEGEND[axis]))
            _legend(axes, 1)

    return plot, (_height(texts) + 1.0) * (2 if sheet.is_narrow else 1)


def _bars(texts: Sequence[str], parts: Sequence[BarPart], sheet: _Sheet) -> Plot:
    def plot(figure: "Figure") -> None:
        axes = _axes(figure)
        _stack(axes, texts, parts, sheet)
        axes.set_xlabel(label(LEGEND["patents_axis"]))
        if len(parts) > 1:
            _legend(axes, 1 if sheet.is_narrow else len(parts))

    return plot, _height(texts)


def _stack(axes: "Axes", texts: Sequence[str], parts: Sequence[BarPart], sheet: _Sheet) -> None:
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
    _whole_numbers(axes.xaxis, sheet.most_ticks)
    axes.grid(axis="x", color=GRID, linewidth=0.7)


def _axes(figure: "Figure") -> "Axes":
    axes: Axes = figure.subplots()
    _prepare(axes)
    return axes


def _prepare(axes: "Axes") -> None:
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _whole_numbers(axis: Any, most: int) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=most, integer=True, min_n_ticks=1))


def _legend(axes: "Axes", columns: int) -> None:
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, frameon=False, borderaxespad=0.2
    )


def _say(figure: "Figure", text: str, sheet: _Sheet) -> None:
    figure.text(0.5, 0.5, wrapped(text, 2 * sheet.label_width), ha="center", va="center", color=INK)


def _two_parts(frame: "pd.DataFrame") -> tuple[list[int], list[int]]:
    return frame["in_force"].tolist(), (frame["patents"] - frame["in_force"]).tolist()


def _height(texts: Sequence[str]) -> float:
    row = _TALL_ROW_HEIGHT if any("\n" in text for text in texts) else _ROW_HEIGHT
    return _FRAME_HEIGHT + row * len(texts)


def _labels(frame: "pd.DataFrame", names: Sequence[str], sheet: _Sheet) -> list[str]:
    """Return the label of each row; the two owners of a pair stand on a line each."""
    rows = _cells(frame, [_spoken(name) for name in names])
    if "co_owner" in names:
        return ["\n".join(one_line(str(cell), sheet.label_width) for cell in row) for row in rows]
    return [wrapped(" ".join(str(cell) for cell in row), sheet.label_width) for row in rows]


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


Prepare: TypeAlias = Callable[["pd.DataFrame", _Sheet], Plot]
"""Function that prepares the drawing of a frame."""
_PLOTS: Mapping[str, Prepare] = {
    "by_year": _years,
    "by_ipc": _ranked("ipc", "title_zh"),
    "by_institution": _ranked("institution"),
    "by_status": _statuses,
    "by_years_left": _bands,
    "teams": _ranked("team"),
    "co_owners": _ranked("owner", "co_owner"),
    "demand": _demand,
}
