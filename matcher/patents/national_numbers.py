"""Numbers of offices abroad that are more than a code and digits: JP, KR, BR, US, RU, TW."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from matcher.types import PatentType

_INVENTION, _MODEL, _DESIGN = PatentType.INVENTION, PatentType.UTILITY_MODEL, PatentType.DESIGN
_JAPANESE_WORDS: tuple[tuple[str, str | None, PatentType], ...] = (
    (r"特[願愿]|特[許许]出[願愿]", None, _INVENTION),
    (r"[実实實][願愿]|実用新案登録出願", None, _MODEL),
    (r"意[願愿]|意匠登録出願", None, _DESIGN),
    (r"特[開开]|特表|公開特許|公表特許", "A", _INVENTION),
    (r"特公|特[許许]", "B", _INVENTION),
    (r"[実实實][開开]|[実实實][登全]|(?:登録)?実用新案(?:登録)?", "U", _MODEL),
    (r"[実实實]公", "Y", _MODEL),
    (r"意登|意匠(?:登録)?", "S", _DESIGN),
)
"""Words before a Japanese number, the kind code of what they name (None: an application), type."""
_ERAS = {"昭": "S", "平": "H", "令": "R", "S": "S", "H": "H", "R": "R"}
_ERA_STARTS = {"S": 1925, "H": 1988, "R": 2018}
"""The year before the first of an era."""
_LAST_HEISEI_YEAR = 12
"""Last year of Heisei that was written without its era; such years above it are of Showa."""
_SERIES: dict[str, tuple[str | None, PatentType]] = {
    "P": ("B", _INVENTION),
    "U": ("U", _MODEL),
    "Y": ("Y", _MODEL),
    "D": ("S", _DESIGN),
}
"""Kind code and type that a letter before a Japanese number tells."""
_JAPANESE = re.compile(
    r"(?:JP-?)?(?:日本国?)?(?P<words>[^\dA-Z平昭令第]{2,8})?第?(?:(?P<era>[平昭令])[成和]?|(?P<letter>[HSR]))?"
    r"(?P<year>\d{1,2}|\d{4})-(?P<serial>\d{1,7})[号號]?(?:公[報报])?-?(?P<kind>[A-Z]\d?)?"
)
_JAPANESE_GRANT = re.compile(
    r"(?:JP-?)?(?:日本国?)?(?P<words>[^\dA-Z第]{2,8})第?(?P<serial>\d{6,7})[号號]?(?:公[報报])?-?(?P<kind>[A-Z]\d?)?"
)
_JAPANESE_LETTER = re.compile(
    r"JP-?(?P<series>[AUY]|B(?:[12](?=-|\d{7}-?$))?|[PD])-?"
    r"(?:(?P<grant>\d{7})|(?P<era>[SHR])?(?P<year>\d{4}|\d{1,2})-(?P<serial>\d{1,6})"
    r"|(?P<joined>(?:[SHR]\d{2}|(?:19|20)\d{2}))(?P<rest>\d{6}))-?(?P<kind>[A-Z]\d?)?"
)
"""JP-A-2019-123456, JPB2 6543210, and JPP6543210, as the office's front pages have it: P6543210."""
_FRONT_PAGE = re.compile(r"(?<=.)\([PUD]\d[\d-]*[A-Z]?\d?\)$")
"""The same number once more behind it: 特開2019-123456(P2019-123456A)."""
_REPUBLISHED = re.compile(
    r"(?:JP-?)?(?:特再|再表|再公表)(?:\(A1\))?(?P<year>\d{4}|\d{2})[-/]?(?P<serial>\d{5,6})[号號]?(?:公報)?(?:A1)?"
)
_KOREAN = re.compile(
    r"KR-?([1-4]0)-?((?:19|20)\d{2})-?(?![1-689]\d\d0000(?!\d))(\d{7})-?([A-Z]\d?)?"
)
"""Type, year, serial. Serials begin with 0, or 7 after a PCT application; others with four zeros
behind are the registration 10-1999967 with its suffix."""
_KOREAN_GRANT = re.compile(r"KR-?([1-4]0)-?(\d{7})(?:-?0000|(?:-\d\d){1,2})?[-\s]?([A-Z]\d?)?")
_KOREAN_TYPES = {"10": _INVENTION, "20": _MODEL, "30": _DESIGN}
_BRAZILIAN = re.compile(
    r"BR-?(?:(1[0-3]|2[0-2]|30)-?(20[012]\d)-?(\d{6})(?:-?\d)?|(PI|MU|DI)-?(\d{7})(?:-?\d)?)"
    r"-?([A-Z]\d?)?"
)
_BRAZILIAN_TYPES = {"1": _INVENTION, "P": _INVENTION, "2": _MODEL, "M": _MODEL}
_US_APPLICATION = re.compile(r"US-?(D?\d{2})/(\d{6})(?:[A-Z])?")
_US_GRANT = re.compile(r"US-?((?:D|RE|PP|H)\d{5,7})-?([A-Z]\d?)?")
_TAIWANESE_GRANT = re.compile(r"TW-?([IMD]\d{6})-?([A-Z]\d?)?")
_TAIWANESE_TYPES = {"I": _INVENTION, "M": _MODEL, "D": _DESIGN}
_RUSSIAN_APPLICATION = re.compile(r"RU-?(\d{10})/\d\d(?:\(\d+\))?")


@dataclass(frozen=True, slots=True)
class NationalNumber:
    """A number of one office: `KR101387967` and its kind code `B1`."""

    stem: str
    kind: str | None = None
    is_publication: bool | None = None
    """False for the number of an application; None where both have this form."""
    patent_type: PatentType = PatentType.UNKNOWN


def read_national(text: str) -> NationalNumber | None:
    """Return a plain number that begins with its office, or with Japanese words; None for others.

    A check digit behind a Brazilian number, and the number of the department behind a Russian
    application, are left out.
    """
    for read in _READERS:
        if (number := read(text)) is not None:
            return number
    return None


def western_year(era: str, year: int) -> int:
    """Return the year of a year of a Japanese era: `H` 10 is 1998."""
    return _ERA_STARTS[era] + year


def _japanese(text: str) -> NationalNumber | None:
    if match := _REPUBLISHED.fullmatch(text):
        year = match["year"] if len(match["year"]) == 4 else "20" + match["year"]
        stem = f"JPWO{year}{match['serial'].zfill(6)}"
        return NationalNumber(stem, "A1", True, PatentType.INVENTION)
    if (lettered := _japanese_with_letter(_FRONT_PAGE.sub("", text))) is not None:
        return lettered
    text = _FRONT_PAGE.sub("", text)
    match = _JAPANESE.fullmatch(text) or _JAPANESE_GRANT.fullmatch(text)
    if match is None or not (text.startswith("JP") or match["words"] or match.groupdict()["era"]):
        return None
    meaning = _japanese_words(match["words"])
    if meaning is None:
        return None
    kind, patent_type, is_publication = meaning
    if match.re is _JAPANESE_GRANT:
        return NationalNumber(f"JP{match['serial']}", match["kind"] or kind, True, patent_type)
    letter = _ERAS.get(match["era"] or match["letter"] or "", "")
    year, serial = match["year"], match["serial"]
    if not letter and len(year) != 4:
        return None
    stem = _japanese_stem(letter, year, serial)
    is_publication = True if match["kind"] else is_publication
    return NationalNumber(stem, match["kind"] or kind, is_publication, patent_type)


def _japanese_with_letter(text: str) -> NationalNumber | None:
    """Read a number whose series stands before it: JP-A-2019-123456, JP-A-5-123456 (1993)."""
    match = _JAPANESE_LETTER.fullmatch(text)
    if match is None:
        return None
    letter = match["series"][0]
    kind, patent_type = _SERIES.get(letter, (match["series"], _INVENTION))
    if match["grant"]:
        if letter == "A":
            return None
        return NationalNumber(f"JP{match['grant']}", match["kind"] or kind, True, patent_type)
    year, serial = match["year"] or match["joined"].lstrip("SHR"), match["serial"] or match["rest"]
    era = match["era"] or (match["joined"] or "0")[0]
    if era not in _ERA_STARTS:
        era = "" if len(year) == 4 else "H" if int(year) <= _LAST_HEISEI_YEAR else "S"
    # P with a year is an application, unless the kind code of its publication follows.
    is_publication = letter != "P" or match["kind"] is not None
    kind = match["kind"] or (kind if letter != "P" else None)
    return NationalNumber(_japanese_stem(era, year, serial), kind, is_publication, patent_type)


def _japanese_stem(era: str, year: str, serial: str) -> str:
    """Stem as databases write it: years of an era with two digits, then no zeros before."""
    return f"JP{era}{int(year):02d}{int(serial)}" if era else f"JP{year}{serial.zfill(6)}"


def _japanese_words(words: str | None) -> tuple[str | None, PatentType, bool | None] | None:
    """Return kind, type, and whether a publication is meant; None for other words."""
    if not words:
        return None, PatentType.UNKNOWN, None
    for pattern, kind, patent_type in _JAPANESE_WORDS:
        if re.fullmatch(pattern, words):
            return kind, patent_type, kind is not None
    return None


def _korean(text: str) -> NationalNumber | None:
    if match := _KOREAN.fullmatch(text):
        stem, kind, is_publication = f"KR{match[1]}{match[2]}{match[3]}", match[4], None
    elif match := _KOREAN_GRANT.fullmatch(text):
        stem, kind, is_publication = f"KR{match[1]}{match[2]}", match[3], True
    else:
        return None
    patent_type = _KOREAN_TYPES.get(match[1], PatentType.UNKNOWN)
    return NationalNumber(stem, kind, is_publication, patent_type)


def _brazilian(text: str) -> NationalNumber | None:
    match = _BRAZILIAN.fullmatch(text)
    if match is None:
        return None
    stem = "".join(match.group(*((1, 2, 3) if match[1] else (4, 5))))
    patent_type = _BRAZILIAN_TYPES.get(stem[0], PatentType.DESIGN)
    return NationalNumber(f"BR{stem}", match[6], None, patent_type)


def _american(text: str) -> NationalNumber | None:
    if match := _US_APPLICATION.fullmatch(text):
        is_design = match[1].startswith("D") or match[1] == "29"
        patent_type = PatentType.DESIGN if is_design else PatentType.UNKNOWN
        return NationalNumber(f"US{match[1]}{match[2]}", None, False, patent_type)
    if match := _US_GRANT.fullmatch(text):
        is_design = match[1].startswith("D")
        patent_type = PatentType.DESIGN if is_design else PatentType.UNKNOWN
        return NationalNumber(f"US{match[1]}", match[2], True, patent_type)
    return None


def _taiwanese(text: str) -> NationalNumber | None:
    match = _TAIWANESE_GRANT.fullmatch(text)
    if match is None:
        return None
    return NationalNumber(f"TW{match[1]}", match[2], True, _TAIWANESE_TYPES[match[1][0]])


def _russian(text: str) -> NationalNumber | None:
    match = _RUSSIAN_APPLICATION.fullmatch(text)
    return NationalNumber(f"RU{match[1]}", None, False) if match else None


_READERS: tuple[Callable[[str], NationalNumber | None], ...] = (
    _japanese,
    _korean,
    _brazilian,
    _american,
    _russian,
    _taiwanese,
)
