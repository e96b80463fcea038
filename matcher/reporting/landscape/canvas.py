"""Drawing surface of the charts: one house style, Chinese fonts, the same bytes for the same data.

matplotlib keeps its settings for the whole process, so one chart is drawn at a time.
"""

import io
import warnings
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from matcher.errors import InputError
from matcher.language.messages import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ChartFormat = Literal["svg", "png"]
MEDIA_TYPES: dict[ChartFormat, str] = {"svg": "image/svg+xml", "png": "image/png"}
INK, DARK, MIDDLE, PALE = "#22302f", "#1f4e5f", "#7fa6b3", "#dfe8eb"
GRID = "#c9d2d5"
HATCH = "////"
"""Pattern of the part that colour alone would not tell from its neighbour."""
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)
"""Fonts with simplified Chinese, the first that is installed is taken."""
PIXELS_PER_INCH = 200
_DRAWING = Lock()


def draw(plot: Callable[["Figure"], None], size: tuple[float, float], kind: ChartFormat) -> bytes:
    """Draw a figure of a size in inches; as SVG its texts stay texts.

    Raises InputError, with the packages to install, without a Chinese font.
    """
    import matplotlib
    from matplotlib.figure import Figure

    content = io.BytesIO()
    with _DRAWING, matplotlib.rc_context(_style(chinese_font())), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure = Figure(figsize=size, layout="constrained", facecolor="white")
        plot(figure)
        nothing = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(content, format=kind, dpi=PIXELS_PER_INCH, metadata=nothing)
    return content.getvalue()


def _style(font: str) -> Any:
    return {
        "font.family": "sans-serif",
        "font.sans-serif": [font, "DejaVu Sans"],
        "font.size": 11,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": GRID,
        "xtick.color": INK,
        "ytick.color": INK,
        "hatch.color": "white",
        "hatch.linewidth": 1.2,
        "text.parse_math": False,  # a name may have dollar signs
        "svg.fonttype": "none",
        "svg.hashsalt": "matcher",
    }


@cache
def chinese_font() -> str:
    """Return the name of an installed font with Chinese. Raises InputError without one."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    for name in FONTS:
        if name in installed:
            return name
    raise InputError(
        _(
            "charts need a Chinese font, and none is installed: apt-get install fonts-noto-cjk (or "
            "fonts-wqy-microhei)"
        )
    )
