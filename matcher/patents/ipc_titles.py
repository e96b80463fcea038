"""Short titles of IPC symbols in Chinese and English, in our own words.

`ipc_titles.tsv` has every section, every class and the subclasses that are frequent in patents of
universities. A subclass that it lacks goes by the title of its class, so no title is ever empty.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from matcher.labels import Label

FILE = "ipc_titles.tsv"
UNKNOWN: Label = {"zh": "未知分类", "en": "class not known"}
"""Title of a symbol whose section is not one of the eight."""


def ipc_title(symbol: str) -> Label:
    """Return the title of a section, class or subclass, or that of the next wider one."""
    titles = _titles()
    for end in (4, 3, 1):
        title = titles.get(symbol[:end])
        if title is not None:
            return title
    return UNKNOWN


@cache
def _titles() -> Mapping[str, Label]:
    text = files(__package__).joinpath(FILE).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {symbol: {"zh": chinese, "en": english} for symbol, chinese, english in rows}
