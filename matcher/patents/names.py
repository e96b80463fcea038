"""Names of inventors and applicants, from the lists in export cells."""

import re

from matcher.text.characters import BASIC_CHINESE

_NOT_NAMES = re.compile(
    r"不公告|不公布|不公开|请求不|要求不|不予公|匿名|^(?:无|不详|未知|佚名|等)$", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:;;|[;；|\n])+\s*")
_CHINESE_NAME = re.compile(rf"[{BASIC_CHINESE}]{{2,4}}")
_ORGANISATION = re.compile(
    rf"[{BASIC_CHINESE}](?:大学|学院|学校|公司|集团|院|所|厂|中心|实验室|局|站|社)(?:[(（].*[)）])?$"
)
_CHINESE = re.compile(f"[{BASIC_CHINESE}]")
_ET_AL = re.compile(r"(?:\s*等\d*人?|[(（]\s*等\s*[)）])$")


def read_people(cell: str) -> tuple[str, ...]:
    """Read the people of a cell, in order, each once, without placeholders such as 不公告发明人.

    Separators are `;`, `；`, `、`, `|`, `;;`, line breaks, and blanks between Chinese names. A
    comma separates Chinese names and full foreign names; elsewhere it is part of a foreign name.
    """
    people: list[str] = []
    for part in _SEPARATOR.split(cell):
        people.extend(_people_of(part.strip(" ,，、")))
    names = (re.sub(r"\s+", " ", name).strip() for name in people)
    return tuple(dict.fromkeys(name for name in names if name and not _NOT_NAMES.search(name)))


def read_organisations(cell: str) -> tuple[str, ...]:
    """Read the applicants or owners of a cell, in order, each once.

    Commas, blanks and 、 can be part of a name (Co., Ltd.), so they separate only if every part
    has the form of a Chinese organisation.
    """
    names: list[str] = []
    for part in _SEPARATOR.split(cell):
        pieces = [piece for piece in re.split(r"[,，、\s]+", part) if piece]
        chinese = len(pieces) > 1 and all(_ORGANISATION.search(piece) for piece in pieces)
        names.extend(pieces if chinese else [part])
    stripped = (re.sub(r"\s+", " ", name).strip(" ,，、") for name in names)
    return tuple(dict.fromkeys(name for name in stripped if name and not _NOT_NAMES.search(name)))


def _people_of(part: str) -> list[str]:
    part = _ET_AL.sub("", part)
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
            people.extend(names)
        else:
            people.append(piece)
    return people
