"""How often each attack is tried, as the table in docs/security.md says.

The figures are the tests' own. Where one has changed, `COUNT_ATTACKS=write` and the test write it.
"""

import os
import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
_ROW = re.compile(r"^(\|.*\| )([\d,]+)( \| `([\w.]+::\w+(?:\[\w+\])?)` \|)$", re.MULTILINE)


def written() -> dict[str, int]:
    """Return the counts of the document, by file and test."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return {match[4]: int(match[2].replace(",", "")) for match in _ROW.finditer(text)}


def check(test: str, count: int) -> None:
    """Compare the count of a test with the document; write it there where that is asked for."""
    assert test in written(), f"docs/security.md has no row for {test}, which tried {count:,}"
    if os.environ.get("COUNT_ATTACKS") == "write":
        _write(test, count)
    told = written()[test]
    again = "run it with COUNT_ATTACKS=write"
    assert told == count, (
        f"docs/security.md tells {told:,} for {test}, tried were {count:,}: {again}"
    )


def _write(test: str, count: int) -> None:
    def row(match: re.Match[str]) -> str:
        return f"{match[1]}{count:,}{match[3]}" if match[4] == test else match[0]

    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_ROW.sub(row, text), encoding="utf-8")
