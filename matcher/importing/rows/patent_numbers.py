"""Numbers of a patent from a row, and the id that follows from them.

A number that no office would write never costs the row: it is kept as written and told, once a
column.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matcher.importing.headings.headings import normalise
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents import application_numbers, publication_numbers
from matcher.patents.application_numbers import ApplicationNumber, NumberFault
from matcher.patents.ids import id_of_content, id_of_publication, id_of_source
from matcher.patents.number_text import plain_number
from matcher.patents.offices import read_office
from matcher.patents.publication_numbers import PublicationNumber, best_publication_of, split_cell
from matcher.text.personal_data import has_contact
from matcher.types import PatentId

MAX_CHARACTERS = 40
"""Characters of a number that is kept as written: those of the database column."""
_NUMBER_LIKE = re.compile(r"(?=(?:.*\d){3})[A-Z\d][A-Z\d./()-]*")
_CODED = re.compile(r"[A-Z]{2}")
_KIND = re.compile(r"[A-Z]\d?")
_SHORT_CHINESE = re.compile(r"(CN\d{8})\.")
_FULL_CHINESE = re.compile(r"CN\d{12}\.[\dX]")

_EXAMPLES = {"application_number": "CN201710117081.7", "publication_number": "CN112345678B"}


@dataclass(frozen=True, slots=True)
class PatentNumbers:
    """Numbers of one row."""

    application: ApplicationNumber | None
    publication: PublicationNumber | None
    index: int
    """Position of the publication in a cell that lists several; a cell of dates may follow it."""
    unreadable: dict[str, str]
    """Unreadable numbers as written, by field."""
    sources: tuple[PatentId, ...]
    """Ids that follow from the row's own id in its source (Lens ID, accession number)."""

    @property
    def written_application(self) -> str | None:
        """Application number to show."""
        return self.application.canonical if self.application else self.unreadable.get(APPLICATION)

    @property
    def written_publication(self) -> str | None:
        """Publication number to show."""
        return self.publication.written if self.publication else self.unreadable.get(PUBLICATION)


APPLICATION, PUBLICATION = "application_number", "publication_number"


@dataclass(frozen=True, slots=True)
class _Cell:
    """One number of a cell, as written, with its office and kind code from other columns."""

    text: str
    office: str | None
    kind: str | None

    def as_publication(self) -> PublicationNumber | None:
        number = publication_numbers.parse_publication_number(self.text, self.office)
        if number is not None and number.kind is None and self.kind is not None:
            return replace(number, kind=self.kind)
        return number

    def as_application(self) -> ApplicationNumber | NumberFault:
        return application_numbers.parse_application_number(self.text, self.office)


def read_numbers(row: Row) -> PatentNumbers:
    """Read the numbers of a row; those that cannot be read, or stand elsewhere, are told."""
    applied, published = list(_cells(row, APPLICATION)), list(_cells(row, PUBLICATION))
    index, publication = best_publication_of([cell.as_publication() for cell in published])
    application = _application(applied, index if len(applied) == len(published) else 0)
    unreadable: dict[str, str] = {}
    if len(published) < len(applied) and len(set(_readable(applied))) > 1:
        row.tally(
            APPLICATION,
            _(
                "this cell gives several application numbers, of which the first was taken: give "
                "each patent a row of its own"
            ),
            shows_value=True,
        )
    if application is None and (application := _application_among(published)) is not None:
        _tell_wrong_column(row, PUBLICATION)
    elif publication is None and published and PUBLICATION in row.layout.columns:
        _tell_unreadable(row, PUBLICATION, published, unreadable)
    if publication is None:
        index, publication = _publication_among(applied)
    if application is None and applied:
        _tell_unreadable(row, APPLICATION, applied, unreadable)
    if application is not None and application.check_digit_is_wrong:
        row.complain(
            APPLICATION,
            _(
                "the check digit does not fit, {number} would: compare with the source; the row "
                "went in as it is",
                number=_with_check_digit(application),
            ),
        )
    sources = tuple(
        id_of_source(normalise(row.column("source_id") or ""), text)
        for text in row.all("source_id")
    )
    return PatentNumbers(application, publication, index, unreadable, sources)


def identify(
    row: Row, numbers: PatentNumbers, title: str, abstract: str, names: Sequence[str]
) -> PatentId:
    """Return the id of a row's patent: its application number, or else a local id, with a note."""
    if numbers.application is not None:
        return PatentId(numbers.application.canonical)
    if numbers.publication is not None:
        row.tally(
            None,
            _(
                "without an application number, these patents got an id of our own from the "
                "publication number; a file that gives both numbers will bring them together"
            ),
        )
        return id_of_publication(numbers.publication.key)
    if numbers.sources:
        row.tally(
            "source_id",
            _(
                "without a readable number, these patents got an id of our own from this column: "
                "add 申请号"
            ),
        )
        return numbers.sources[0]
    row.tally(
        None,
        _(
            "without any number, these patents got an id of our own from title, abstract and "
            "applicant, and become other patents when one of these changes: add 申请号"
        ),
    )
    return id_of_content(title, abstract, names, written=tuple(numbers.unreadable.values()))


def further_ids(numbers: PatentNumbers) -> tuple[PatentId, ...]:
    """Return the ids under which the row's case may be known, besides its own id."""
    published: tuple[PatentId, ...] = ()
    if numbers.publication is not None:
        stems = publication_numbers.former_keys(numbers.publication)
        published = tuple(map(id_of_publication, stems))
        written = numbers.publication.written
        if application_numbers.parse_application_number(written) is NumberFault.PUBLICATION:
            # Earlier versions took it for an application number where it stood in that column.
            published += (PatentId(written),)
    if numbers.application and (match := _SHORT_CHINESE.match(numbers.application.canonical)):
        # Earlier versions took CN99225299U for a publication number.
        published += (id_of_publication(match[1]),)
    return (*published, *numbers.sources)


def _cells(row: Row, field: str) -> Iterator[_Cell]:
    """Yield the numbers of a field's columns, with offices and kind codes that stand beside them.

    A cell that lists the numbers of a family has its offices and kind codes in the same order.
    """
    countries, kinds = _beside(row, "country"), _beside(row, "kind_code")
    for text in row.all(field):
        numbers = split_cell(text)
        offices = countries if len(countries) == len(numbers) else countries[:1]
        own_kinds = kinds if len(kinds) == len(numbers) else []
        for position, number in enumerate(numbers):
            country = offices[min(position, len(offices) - 1)] if offices else ""
            kind = own_kinds[position].upper() if own_kinds else ""
            yield _Cell(
                number,
                (country and read_office(country)) or row.layout.office,
                kind if _KIND.fullmatch(kind) else None,
            )


def _beside(row: Row, field: str) -> list[str]:
    text = row.get(field)
    return [part.strip() for part in re.split(r"[\n;|]+", text) if part.strip()] if text else []


def _application(cells: Sequence[_Cell], index: int) -> ApplicationNumber | None:
    """Return the readable number at the position of the publication, or else the first one."""
    return next(_readable([*cells[index : index + 1], *cells]), None)


def _readable(cells: Sequence[_Cell]) -> Iterator[ApplicationNumber]:
    for cell in cells:
        if isinstance(number := cell.as_application(), ApplicationNumber):
            yield number


def _application_among(cells: Sequence[_Cell]) -> ApplicationNumber | None:
    """Return the application number that stands in a column of publication numbers."""
    for cell in cells:
        number = cell.as_application()
        if not isinstance(number, ApplicationNumber) or cell.as_publication() is not None:
            continue
        # Eight bare digits may be anything; an office or a whole number is needed.
        is_sure = cell.office or _CODED.match(plain_number(cell.text))
        if is_sure or _FULL_CHINESE.fullmatch(number.canonical):
            return number
    return None


def _publication_among(cells: Sequence[_Cell]) -> tuple[int, PublicationNumber | None]:
    """Return the publication that stands in a column of application numbers."""
    numbers = [
        cell.as_publication() if cell.as_application() is NumberFault.PUBLICATION else None
        for cell in cells
    ]
    return best_publication_of(numbers)


def _tell_unreadable(
    row: Row, field: str, cells: Sequence[_Cell], unreadable: dict[str, str]
) -> None:
    """Tell why no number of a column can be read, and keep the first one as written."""
    text = cells[0].text.strip()
    fault = cells[0].as_application()
    example = _EXAMPLES[field]
    if field == APPLICATION and fault is NumberFault.PUBLICATION:
        return _tell_wrong_column(row, field)
    if fault is NumberFault.SPREADSHEET:
        fix = _(
            "left out: a spreadsheet turned the number into a measure and lost digits: set the "
            "column to text and export it again"
        )
    elif _is_number_like(text):
        unreadable[field] = text
        fix = _(
            "this is no number of a patent office, or its office is not named: it was kept as "
            "written; write it as {example}, or name the office in a column 国家",
            example=example,
        )
    else:
        fix = _("left out: this is no number; write it as {example}", example=example)
    return row.tally(field, fix, shows_value=True)


def _tell_wrong_column(row: Row, field: str) -> None:
    """Tell that a column of one kind of number holds the other kind, which was read as such."""
    if field == APPLICATION:
        fix = _(
            "this is a publication number and was read as one: put it into the column "
            "公开(公告)号, and the application number here"
        )
    else:
        fix = _(
            "this is an application number and was read as one: put it into the column 申请号, and "
            "the publication number here"
        )
    row.tally(field, fix, shows_value=True)


def _is_number_like(text: str) -> bool:
    plain = plain_number(text)
    is_short = len(text) <= MAX_CHARACTERS
    return is_short and _NUMBER_LIKE.fullmatch(plain) is not None and not has_contact(text)


def _with_check_digit(number: ApplicationNumber) -> str:
    digits = number.canonical[2:].split(".")[0]
    return f"CN{digits}.{application_numbers.check_digit(digits)}"
