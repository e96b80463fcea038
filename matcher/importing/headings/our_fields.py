"""Our fields as people choose them for a heading of theirs."""

from collections.abc import Sequence

from matcher.importing.headings.heading_tables import Kind, heading_tables
from matcher.importing.headings.template_columns import columns
from matcher.programme.kinds import KINDS


def our_fields(kind: str) -> list[tuple[str, str]]:
    """Return the name and the Chinese heading of each field of a kind of record.

    Those of patents and of teams are listed together, as one file may hold both.
    """
    if kind in KINDS:
        return [(field.name, field.headings[0]) for field in KINDS[kind].fields]
    kinds: Sequence[Kind] = ("needs",) if kind == "needs" else ("patents", "teams")
    headings: dict[str, str] = {}
    for each in kinds:
        own = {column.field: column.heading for column in columns(each)}
        for field, aliases in heading_tables().kinds[each].items():
            chinese = next((alias for alias in aliases if not alias.isascii()), field)
            headings.setdefault(field, own.get(field, chinese))
    return list(headings.items())
