"""Filing, publication and grant date of a patent from a row."""

from dataclasses import dataclass
from datetime import date

from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents.publication_numbers import PublicationNumber
from matcher.text import dates


@dataclass(frozen=True, slots=True)
class PatentDates:
    """Dates of a patent; None for one that is missing, unreadable or impossible."""

    filing: date | None
    publication: date | None
    grant: date | None


def read_dates(row: Row, publication: PublicationNumber | None, index: int) -> PatentDates:
    """Read the dates of a row; `index` is the publication's position in a cell that lists several.

    A grant takes effect with its publication, so without a grant date the publication date of a
    granted kind (B, U, S) is taken.
    """
    filing = read_past(row, "filing_date")
    published = read_past(row, "publication_date", index)
    grant = read_past(row, "grant_date")
    for name, day in (("publication_date", published), ("grant_date", grant)):
        if filing and day and day < filing:
            row.tally(
                name, _("left out: this is before the filing date: check both"), shows_value=True
            )
    if filing:
        published = published if published and published >= filing else None
        grant = grant if grant and grant >= filing else None
    if grant is None and publication is not None and publication.is_granted:
        grant = published
    return PatentDates(filing, published, grant)


def read_past(row: Row, name: str, index: int = 0) -> date | None:
    """Read a date that is not in the future; of several in a cell, the one at `index`."""
    text = row.get(name)
    if not text:
        return None
    days = row.dates(name)
    if not days:
        row.tally(name, _why_unread(text), shows_value=True)
        return None
    day = days[index] if index < len(days) else days[0]
    if day > row.context.today:
        row.tally(
            name,
            _("left out: this day is in the future; write it as 2017-03-01"),
            shows_value=True,
        )
        return None
    return day


def _why_unread(text: str) -> str:
    if dates.order_is_open(text):
        return _(
            "left out: either number may be the month, and no date of the column tells which; "
            "write it as 2017-03-01"
        )
    return _("left out: this is no date that exists; write it as 2017-03-01")
