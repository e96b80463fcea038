"""Technical need (技术需求征集表) from a row."""

from matcher.importing.files.cells import strip_markup
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.needs.contact_data import without_contacts
from matcher.patents.licence_terms import read_list
from matcher.types import Need

FORM = "form"
"""Format of a filled form or a text, which is one row."""
TEXT_FIELDS = ("text", "problem", "indicators", "goal")
"""Fields that describe the need, besides its title."""


def read_need(row: Row) -> Need | None:
    """Read the need of a row; None, with a problem, where the row describes none.

    The form's contact columns are not read: a need to be matched holds no personal data. A need
    to be stored is read by `matcher.importing.rows.need_form`.
    """
    need, taken = without_contacts(need_from({name: row.get(name) for name in row.layout.columns}))
    tell_contacts(row, len(taken))
    if not need.full_text:
        row.complain(
            None, "the need is empty: fill in its name, problem, indicators or goal", refused=True
        )
        return None
    return need


def tell_contacts(row: Row, places: int, *, kept_apart: bool = False) -> None:
    """Add a problem where contact data was taken out of so many places of a row's texts.

    A document tells the places, a table the rows.
    """
    if not places:
        return
    if row.layout.format != FORM:
        row.tally(
            None,
            _("contact data was taken out of the text; the contact person is kept apart")
            if kept_apart
            else _("contact data was taken out of the text"),
        )
    elif kept_apart:
        fix = _(
            "places with contact data taken out of the text: {count}; the contact person is kept "
            "apart",
            count=places,
        )
        row.complain(None, fix)
    else:
        row.complain(
            None, _("places with contact data taken out of the text: {count}", count=places)
        )


def need_from(cells: dict[str, str]) -> Need:
    """Return a need from the texts of its fields; missing fields stay empty."""

    def given(name: str) -> str | None:
        return strip_markup(cells.get(name, "")) or None

    return Need(
        text=strip_markup(cells.get("text", "")),
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
