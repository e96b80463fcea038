"""The days in a patent's life that a row gives."""

from dataclasses import dataclass
from datetime import date

from matcher.importing.rows.row import Row
from matcher.patents.publication_numbers import PublicationNumber
from matcher.text import dates


@dataclass(frozen=True, slots=True)
class PatentDates:
    """Days that are understood and possible; None for the others."""

    filing: date | None
    publication: date | None
    grant: date | None


def read_dates(row: Row, publication: PublicationNumber | None, place: int) -> PatentDates:
    """The days of a row; `place` is the publication's place in a cell that lists several.

    A granted right is announced by its publication, so where no column gives the grant date
    the publication date of a granted kind (B, U, S) is it.
    """
    filing = read_past(row, "filing_date")
    published = read_past(row, "publication_date", place)
    grant = read_past(row, "grant_date")
    for name, day in (("publication_date", published), ("grant_date", grant)):
        if filing and day and day < filing:
            row.complain(name, f"left out: this is before the filing date {filing}: check both")
    if filing:
        published = published if published and published >= filing else None
        grant = grant if grant and grant >= filing else None
    if grant is None and publication is not None and publication.is_granted:
        grant = published
    return PatentDates(filing, published, grant)


def read_past(row: Row, name: str, place: int = 0) -> date | None:
    """A day that is not in the future, that at `place` where a cell lists several."""
    text = row.get(name)
    if not text:
        return None
    found = dates.parse_all(text)
    if not found:
        row.complain(name, "left out: this is no date that exists; write it as 2017-03-01")
        return None
    day = found[place] if place < len(found) else found[0]
    if day > row.reading.today:
        row.complain(name, "left out: this day is in the future; write it as 2017-03-01")
        return None
    return day
