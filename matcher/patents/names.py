"""Names of inventors and applicants, from the lists in export cells."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from matcher.text.characters import BASIC_CHINESE, nfkc, simplified
from matcher.text.phrases import phrase_pattern, phrases

STRONG_SEPARATORS = (";", "|", "\n")
"""Separators that are part of no name."""

_SEPARATOR = re.compile(r"[;；|｜\n]+")
_FORMS = {";": "[;；]+", "|": "[|｜]+", "\n": "\n+", " ": r"\s+"}
"""Spellings of a separator; any other stands for itself: `，` is part of a name between commas."""
_CHINESE_NAME = re.compile(rf"[{BASIC_CHINESE}]{{2,4}}")
_ONE_CHARACTER_EACH = re.compile(rf"([{BASIC_CHINESE}])\s+([{BASIC_CHINESE}])")
_ORGANISATION = re.compile(
    rf"[{BASIC_CHINESE}A-Za-z0-9](?:大学|学院|学校|公司|集团|院|所|厂|中心|实验室|局|站|社)(?:[(（].*[)）])?$"
)
_HANGUL = re.compile("[\uac00-\ud7a3]")
_COMMA_OR_BRACKET = re.compile(r"[,，、()（）]")
_MAX_CHARACTERS = 500
"""Characters of a name that is looked at closely; a longer text is none, and is kept as it is."""
_CHINESE = re.compile(f"[{BASIC_CHINESE}]")
_LIST = re.compile(r"[,，、]")
_ET_AL = re.compile(r"(?:\s*等\d*人?|[(（]\s*等\s*[)）])$")
_COUNTRY = re.compile(r"\s*(?:\[[A-Z]{2}(?:[-/][A-Z]{2})?\]|[(（][A-Z]{2}[)）])\s*$")
_COUNTRY_BETWEEN = re.compile(r"(\[[A-Z]{2}\])\s+(?=\S)")
"""A country behind a name and the next name, where an export lost the line break between them."""
_REMARK = re.compile(
    r"\s*[(（](?:\d{4}-\d{2}-\d{2}|[A-Z]{4}-[A-Za-z][\w -]*"
    r"|[^()（）]*,\s*[A-Z]{2}(?:\s+\d{5})?"
    rf"|[^()（）]*[{BASIC_CHINESE}](?:路|街|道|大道|巷|村|镇)[^()（）]*\d+\s*号?[^()（）]*)[)）]\s*$"
)
"""Behind a name: the day of a transfer (Lens), the code of an assignee (Derwent), an address."""
_POSTCODE_AND_ADDRESS = re.compile(rf"\s+\d{{6}}\s*[{BASIC_CHINESE}].*$")
_ADDRESS = re.compile(
    rf"^(?:\d{{6}}\s*)?[{BASIC_CHINESE}]{{2,}}(?:省|市|区|县|镇|路|街|道|村)[{BASIC_CHINESE}\w\s-]*\d+\s*[号室楼层栋座弄][^;]*$"
)
_LISTS = "name_lists"


def read_people(cell: str, separators: Iterable[str] | None = None) -> tuple[str, ...]:
    """Read the people of a cell, in order, each once, without statements such as 不公告发明人.

    With `separators`, those of the column, only they separate, and commas between Chinese names.
    Without, the cell decides by itself: at `;`, `；`, `、`, `|`, line breaks, and blanks between
    Chinese names; a comma separates Chinese names and full foreign names.
    """
    people: list[str] = []
    for part in _parts(cell, None if separators is None else tuple(separators)):
        text = _ET_AL.sub("", " ".join(part.split()).strip(" ,，、"))
        people.extend(_people_of(text) if separators is None else _listed(text))
    return _named(people)


def read_organisations(cell: str, separators: Iterable[str] | None = None) -> tuple[str, ...]:
    """Read the applicants or owners of a cell, in order, each once.

    With `separators`, those of the column, only they separate. Without, commas, blanks and 、
    separate only if every part has the form of a Chinese organisation. A legal form behind a
    comma (Co., Ltd.) belongs to the name.
    """
    return _read_organisations(cell, None if separators is None else tuple(separators))


@lru_cache(maxsize=4096)  # few owners have most of a table
def _read_organisations(cell: str, separators: tuple[str, ...] | None) -> tuple[str, ...]:
    names: list[str] = []
    for part in _parts(cell, separators):
        names.extend(_organisations_of(part) if separators is None else [part])
    return _named(names)


def _organisations_of(part: str) -> list[str]:
    """Return the organisations between commas, 、 and blanks; the part itself where it is one."""
    words = [word for word in re.split(r"[,，、\s]+", part) if word]
    if len(words) > 1 and all(map(_is_organisation, words)):
        return words
    pieces = [piece.strip() for piece in _outside_brackets(part) if piece.strip()]
    joined = _join_legal_forms(pieces, ", ")
    forms = phrase_pattern(__package__, f"{_LISTS}/organisation_forms.txt")
    are_listed = len(joined) > 1 and all(
        _HANGUL.search(name) or _is_organisation(name) or forms.search(name) for name in joined
    )
    return joined if are_listed else [part]


def _outside_brackets(part: str) -> list[str]:
    """Return the pieces between commas that are in no brackets."""
    pieces: list[str] = []
    end, is_inside = len(part), False
    for mark in reversed(list(_COMMA_OR_BRACKET.finditer(part))):
        if mark[0] in "()（）":
            is_inside = mark[0] in ")）"
        elif not is_inside:
            pieces.append(part[mark.end() : end])
            end = mark.start()
    return [part[:end], *reversed(pieces)]


def _is_organisation(name: str) -> bool:
    return len(name) <= _MAX_CHARACTERS and _ORGANISATION.search(name) is not None


def is_nobody(name: str) -> bool:
    """True for a statement in the place of a name, such as 不公告发明人."""
    statement = phrase_pattern(__package__, f"{_LISTS}/nobody.txt", flags=re.IGNORECASE)
    return statement.search(" ".join(simplified(nfkc(name)).split())) is not None


def are_chinese_names(words: list[str]) -> bool:
    """True if each of several words is a Chinese name that begins with a common family name."""
    return len(words) > 1 and all(
        _CHINESE_NAME.fullmatch(word) and word[0] in _surnames() for word in words
    )


def _parts(cell: str, separators: tuple[str, ...] | None) -> list[str]:
    text = _COUNTRY_BETWEEN.sub(r"\1\n", cell) if "[" in cell else cell
    if separators is None:
        return [part.strip() for part in _SEPARATOR.split(text)]
    return _join_legal_forms(_pattern_of(separators).split(text), ",")


@cache
def _pattern_of(separators: tuple[str, ...]) -> re.Pattern[str]:
    forms = [_FORMS.get(separator, separator) for separator in dict.fromkeys([*separators, "\n"])]
    return re.compile("|".join(forms))


def _join_legal_forms(parts: Iterable[str], comma: str) -> list[str]:
    """Return the parts, a legal form such as Ltd. joined by a comma to the name before it."""
    joined: list[str] = []
    legal_forms = _legal_forms()
    for part in parts:
        if joined and part.strip(" .").lower() in legal_forms:
            joined[-1] = f"{joined[-1].rstrip()}{comma}{part}"
        else:
            joined.append(part)
    return joined


def _named(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names without countries, addresses and remarks behind them, each once."""
    return tuple(dict.fromkeys(filter(None, map(_bare, names))))


@lru_cache(maxsize=16384)  # the names of a team stand in many rows
def _bare(name: str) -> str:
    """Return a name without what stands behind it; empty for nobody's."""
    if _CHINESE_NAME.fullmatch(name):
        return "" if is_nobody(name) else name
    text = re.sub(r"\s+", " ", name).strip(" ,，、")
    if len(text) > _MAX_CHARACTERS:
        return text
    text = _POSTCODE_AND_ADDRESS.sub("", text)
    while (shorter := _REMARK.sub("", _COUNTRY.sub("", text))) != text:
        text = shorter
    if _ADDRESS.match(text):
        return ""
    bare = _ONE_CHARACTER_EACH.sub(r"\1\2", text) if len(text) <= 4 else text
    return "" if not bare or is_nobody(bare) else bare


def _listed(part: str) -> list[str]:
    """Return Chinese names that commas separate, although the column has another separator."""
    if not _LIST.search(part):
        return [part] if part else []
    words = [word for word in map(str.strip, _LIST.split(part)) if word]
    return words if len(words) > 1 and all(map(_CHINESE_NAME.fullmatch, words)) else [part]


def _people_of(part: str) -> list[str]:
    pieces = [piece.strip() for piece in re.split("、", part) if piece.strip()]
    people: list[str] = []
    for piece in pieces:
        tokens = re.split(r"[,，\s]+", piece)
        if len(tokens) > 1 and all(_CHINESE_NAME.fullmatch(token) for token in tokens):
            people.extend(tokens)
            continue
        names = [name.strip() for name in re.split("[,，]", piece) if name.strip()]
        are_full_names = len(names) > 1 and all(" " in name for name in names)
        if are_full_names or (len(names) > 1 and any(_CHINESE.search(name) for name in names)):
            people.extend(_join_legal_forms(names, ", "))
        else:
            people.append(piece)
    return people


@cache
def _legal_forms() -> frozenset[str]:
    return frozenset(phrases(__package__, f"{_LISTS}/legal_forms.txt"))


@cache
def _surnames() -> frozenset[str]:
    lines = phrases(__package__, f"{_LISTS}/surnames.txt")
    return frozenset(name for line in lines for name in line.split())
