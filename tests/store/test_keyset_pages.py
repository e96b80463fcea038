"""Lists go on from the last key of the page before, however far they have been read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import api
import matcher

PREVIEW = "workflows/imports/preview_file.py"
"""The preview of an import: a file of its own that is thrown away, whose rows are numbered without
a gap and shown by page number."""


def modules() -> list[Path]:
    rooms = [Path(room.__path__[0]) for room in (matcher, api)]
    return [file for room in rooms for file in sorted(room.rglob("*.py"))]


def skipping(source: str) -> Iterator[int]:
    """Yield the lines that let the database count rows off: `OFFSET` in SQL, `.offset()`."""
    for node in ast.walk(ast.parse(source)):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and node.func.attr in ("offset", "slice", "fetch"):  # type: ignore[attr-defined]
            yield node.lineno  # type: ignore[attr-defined]
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "OFFSET" in node.value
        ):
            yield node.lineno


def test_no_query_skips_rows_by_their_number() -> None:
    found = {
        file.name
        for file in modules()
        if any(skipping(file.read_text(encoding="utf-8"))) and not str(file).endswith(PREVIEW)
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    ["query.limit(5).offset(10)", 'text("SELECT 1 LIMIT 5 OFFSET 10")', "query.slice(5, 10)"],
)
def test_a_query_that_does_is_found(source: str) -> None:
    assert list(skipping(source)) == [1]
