"""Names of inventors and of applicants, out of the lists that exports write into one cell."""

import re

_NOT_NAMES = re.compile(
    r"不公告|不公布|不公开|请求不|要求不|不予公|匿名|^(?:无|不详|未知|佚名|等)$", re.IGNORECASE
)
_LISTED = re.compile(r"\s*(?:;;|[;；|\n])+\s*")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff](?:大学|学院|学校|公司|集团|院|所|厂|中心|实验室|局|站|社)(?:[(（].*[)）])?$"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TAIL = re.compile(r"(?:\s*等\d*人?|[(（]\s*等\s*[)）])$")


def read_people(cell: str) -> tuple[str, ...]:
    """The people named in a cell, in order, each once; 不公告发明人 and its like are not names.

    Separated by `;`, `；`, `、`, `|`, `;;`, line breaks, or blanks between Chinese names. A comma
    separates Chinese names, and full foreign names; else it stands inside a foreign name.
    """
    people: list[str] = []
    for part in _LISTED.split(cell):
        people.extend(_people_of(part.strip(" ,，、")))
    kept = (re.sub(r"\s+", " ", name).strip() for name in people)
    return tuple(dict.fromkeys(name for name in kept if name and not _NOT_NAMES.search(name)))


def read_organisations(cell: str) -> tuple[str, ...]:
    """The applicants or owners named in a cell, in order, each once.

    Commas, blanks and 、 stand inside names too (Co., Ltd.), so they separate only what reads
    like Chinese organisations on every side.
    """
    names: list[str] = []
    for part in _LISTED.split(cell):
        pieces = [piece for piece in re.split(r"[,，、\s]+", part) if piece]
        chinese = len(pieces) > 1 and all(_ORGANISATION.search(piece) for piece in pieces)
        names.extend(pieces if chinese else [part])
    kept = (re.sub(r"\s+", " ", name).strip(" ,，、") for name in names)
    return tuple(dict.fromkeys(name for name in kept if name and not _NOT_NAMES.search(name)))


def _people_of(part: str) -> list[str]:
    part = _TAIL.sub("", part)
    pieces = [piece.strip() for piece in re.split("、", part) if piece.strip()]
    people: list[str] = []
    for piece in pieces:
        words = re.split(r"[,，\s]+", piece)
        if len(words) > 1 and all(_CHINESE_NAME.fullmatch(word) for word in words):
            people.extend(words)
            continue
        commas = [name.strip() for name in re.split("[,，]", piece) if name.strip()]
        full_names = len(commas) > 1 and all(" " in name for name in commas)
        if full_names or (len(commas) > 1 and any(_CHINESE.search(name) for name in commas)):
            people.extend(commas)
        else:
            people.append(piece)
    return people
