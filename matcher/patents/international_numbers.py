"""Numbers of international applications (PCT) and of their publications (WO)."""

import re

_YEAR_OF_PCT = 78
"""The first PCT applications were filed in 1978; smaller short years are of this century."""
_FORMS = (
    # PCT/CN2019/076543, PCT/CN02/00123, and both without separators.
    re.compile(r"PCT[-/]?(?P<office>[A-Z]{2})[-/]?(?P<year>\d{4})[-/]?(?P<serial>\d{5,6})"),
    re.compile(r"PCT[-/]?(?P<office>[A-Z]{2})[-/]?(?P<year>\d{2})[-/]?(?P<serial>\d{5,6})"),
    re.compile(r"PCT/(?P<office>[A-Z]{2})[-/]?(?P<year>\d{4}|\d{2})/(?P<serial>\d{1,6})"),
    # WO2019CN76543, as EPO databases write it.
    re.compile(r"WO[-/]?(?P<year>\d{4}|\d{2})[-/]?(?P<office>[A-Z]{2})[-/]?(?P<serial>\d{1,6})W?"),
    # CN2019076543W and US9612345W, as exports of DOCDB data (Lens) write it.
    re.compile(r"(?P<office>[A-Z]{2})(?P<year>\d{4})/?(?P<serial>\d{6})W"),
    re.compile(r"(?P<office>[A-Z]{2})(?P<year>\d{2})/?(?P<serial>\d{5})W"),
)
_OF_WIPO = re.compile(r"(?P<office>[A-Z]{2})[-/]?(?P<year>\d{4}|\d{2})[-/](?P<serial>\d{1,6})")
_PUBLICATION = re.compile(
    r"WO[-/]?(?:(\d{4})(?:[-/](\d{1,6})|(\d{6}))|(\d{2})[-/]?(\d{5,6}))-?([A-Z]\d?)?"
)


def read_international(text: str, office: str | None = None) -> str | None:
    """Return a plain number of a PCT application as `PCT/CN2019/076543`; None for others.

    `office` WO, from a country column, tells that `US2017/059419` is one.
    """
    if office != "WO" and "W" not in text and "PCT" not in text:
        return None
    for form in (*_FORMS, *((_OF_WIPO,) if office == "WO" else ())):
        if (match := form.fullmatch(text)) and _is_possible(match["office"], match["year"]):
            serial = match["serial"].zfill(6)
            return f"PCT/{match['office']}{_full_year(match['year'])}/{serial}"
    return None


def former_international(canonical: str) -> tuple[str, ...]:
    """Return the ids under which earlier versions kept a PCT application, spelling by spelling."""
    office, year, serial = canonical[4:6], canonical[6:10], canonical[11:]
    short = {year, year[2:]}
    serials = {serial, serial.lstrip("0").zfill(5)} | {serial.lstrip("0")}
    old = {f"PCT/{office}{y}/{s}" for y in short for s in serials if len(s) >= 5}
    old |= {f"WO{y}{office}{s}" for y in short for s in serials}
    old |= {f"{office}{year}{serial}W", f"{office}{year[2:]}{serial.lstrip('0').zfill(5)}W"}
    return tuple(sorted(old - {canonical}))


def read_international_publication(text: str) -> tuple[str, str | None] | None:
    """Return stem and kind code of a publication: `WO2020123456`, `A1`; None for other numbers.

    A short year is written out: WO98/48995 is WO1998048995.
    """
    match = _PUBLICATION.fullmatch(text)
    if match is None:
        return None
    year, serial = match[1] or match[4], match[2] or match[3] or match[5]
    return f"WO{_full_year(year)}{serial.zfill(6)}", match[6]


def former_international_publications(stem: str) -> tuple[str, ...]:
    """Return the other spellings of the stem of a WO number: with a short year."""
    year, serial = stem[2:6], stem[6:]
    short = [f"WO{year[2:]}{serial}"]
    if serial.startswith("0"):
        short.append(f"WO{year[2:]}{serial[1:]}")
    return tuple(short)


def _is_possible(office: str, year: str) -> bool:
    return office != "WO" and (len(year) == 2 or year[:2] in ("19", "20"))


def _full_year(year: str) -> str:
    if len(year) == 4:
        return year
    return ("19" if int(year) >= _YEAR_OF_PCT else "20") + year
