"""Patent offices: their codes by WIPO standard ST.3, and the names that country columns use."""

import re
from functools import cache
from importlib.resources import files

from matcher.text.characters import nfkc

_CODE_IN_NAME = re.compile(r"([A-Z]{2})[-:(\[/].*|.*[(\[]([A-Z]{2})[)\]]", re.S)


def is_office(code: str) -> bool:
    """True for the two-letter code of an office, in capitals."""
    return code in _codes()


def read_office(text: str) -> str | None:
    """Return the code of an office that is named by its code, its name or both; None for others."""
    plain = _plain(text)
    if found := _by_name().get(plain):
        return found
    if match := _CODE_IN_NAME.fullmatch(plain.upper()):
        code = match[1] or match[2]
        return code if is_office(code) else None
    return None


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", nfkc(name)).lower()


@cache
def _codes() -> frozenset[str]:
    return frozenset(_by_name().values())


@cache
def _by_name() -> dict[str, str]:
    """Codes by plain name, the code itself included."""
    lines = files(__package__).joinpath("offices.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {_plain(name): row[0] for row in rows for name in row}
