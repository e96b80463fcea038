"""A row of a list of technical needs (技术需求征集表)."""

from matcher.importing.files.cells import plain
from matcher.importing.rows.row import Row
from matcher.patents.licence_terms import read_list
from matcher.types import Need

TEXT_FIELDS = ("text", "problem", "indicators", "goal")


def read_need(row: Row) -> Need | None:
    """The need, or None where the row says nothing of what is needed (and a problem says so).

    The form's contact columns are not read: a need that is matched holds no person's data. One
    that is kept is read by `matcher.importing.rows.need_form`.
    """
    need = need_from({name: row.get(name) for name in row.layout.columns})
    if not need.full_text:
        row.complain(
            None, "the need is empty: fill in its name, problem, indicators or goal", refused=True
        )
        return None
    return need


def need_from(cells: dict[str, str]) -> Need:
    """A need from the texts of its fields; those not given are left out."""

    def given(name: str) -> str | None:
        return plain(cells.get(name, "")) or None

    return Need(
        text=plain(cells.get("text", "")),
        id=given("id"),
        title=given("title"),
        enterprise=given("enterprise"),
        region=given("region"),
        industry=given("industry"),
        problem=given("problem"),
        indicators=given("indicators"),
        goal=given("goal"),
        keywords=read_list(cells.get("keywords", "")),
        budget=given("budget"),
        cooperation=given("cooperation"),
        deadline=given("deadline"),
    )
