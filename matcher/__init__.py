"""Match needs of enterprises with patents. In Python: `open`, `read`, `report`.

>>> import matcher
>>> with matcher.open("var/demo") as engine:
...     answer = engine.match("新能源汽车电池包的隔膜在高温下不收缩、不短路", k=3)
>>> answer.to_frame()["fit"].iloc[0]
'fair'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.notebook.engine import open_engine as open
    from matcher.notebook.reading import read
    from matcher.notebook.report import report

__all__ = ["open", "read", "report"]
_FACE = {"open": "engine:open_engine", "read": "reading:read", "report": "report:report"}


def __getattr__(name: str) -> Any:
    """Import a name of the Python face when it is first used: commands start without it."""
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, _, function = _FACE[name].partition(":")
    return getattr(import_module(f"matcher.notebook.{module}"), function)


def __dir__() -> list[str]:
    """Return the names of the package, those of the Python face too."""
    return sorted({*globals(), *_FACE})
