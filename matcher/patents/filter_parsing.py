"""Filters as people write them, in Chinese or English words, to the engine's filters."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from matcher.errors import InputError
from matcher.patents.ipc import industry_names
from matcher.patents.regions import read_province
from matcher.text import dates
from matcher.types import Filters, LegalStatus, PatentType

Named = TypeVar("Named")
ALL = "all"
STATUS_WORDS: Mapping[str, LegalStatus] = {
    **{status.value: status for status in LegalStatus},
    "有权": LegalStatus.IN_FORCE,
    "有效": LegalStatus.IN_FORCE,
    "授权": LegalStatus.IN_FORCE,
    "审中": LegalStatus.PENDING,
    "在审": LegalStatus.PENDING,
    "审查中": LegalStatus.PENDING,
    "失效": LegalStatus.LAPSED,
    "无效": LegalStatus.LAPSED,
    "无权": LegalStatus.LAPSED,
    "未知": LegalStatus.UNKNOWN,
}
KIND_WORDS: Mapping[str, PatentType] = {
    **{kind.value: kind for kind in PatentType},
    "发明": PatentType.INVENTION,
    "发明专利": PatentType.INVENTION,
    "实用新型": PatentType.UTILITY_MODEL,
    "新型": PatentType.UTILITY_MODEL,
    "外观设计": PatentType.DESIGN,
    "外观": PatentType.DESIGN,
    "未知": PatentType.UNKNOWN,
}
_IPC = re.compile(r"[A-H](?:\d{2}(?:[A-Z](?:\d{1,4}(?:/\d{0,6})?)?)?)?")
_LISTED = re.compile(r"\s*[,，、;；]\s*")


def read_filters(
    *,
    statuses: Iterable[str] = (),
    ipc: Iterable[str] = (),
    industries: Iterable[str] = (),
    institutions: Iterable[str] = (),
    regions: Iterable[str] = (),
    kinds: Iterable[str] = (),
    open_licence: bool | None = None,
    sleeping: bool | None = None,
    filed_after: str | None = None,
    years_left: float | None = None,
    pools: Iterable[str] = (),
    alliances: Iterable[str] = (),
) -> Filters:
    """Filters from a person's words; nothing given is no filter, but for the lapsed.

    Raises InputError for a word that names nothing, with those that do.
    """
    if years_left is not None and not (math.isfinite(years_left) and years_left >= 0):
        raise InputError(f"the years left must be a number from 0, not {years_left}")
    return Filters(
        legal_status=_statuses(statuses),
        ipc_prefixes=_each(_ipc, _words(ipc)),
        industries=_each(_industry, _words(industries)),
        institutions=_names(institutions),
        regions=_each(_region, _words(regions)),
        patent_types=_each(_kind, _words(kinds)),
        open_licence=open_licence,
        sleeping=sleeping,
        filed_after=None if filed_after is None else _day(filed_after),
        min_years_left=years_left,
        pools=_names(pools),
        alliances=_names(alliances),
    )


def _words(given: Iterable[str]) -> list[str]:
    """Every word of every option; one option may list several."""
    return [word for text in given for word in _LISTED.split(text.strip()) if word]


def _each(meaning: Callable[[str], Named], words: Iterable[str]) -> tuple[Named, ...]:
    """What the words mean, in order, each meaning once."""
    return tuple(dict.fromkeys(meaning(word) for word in words))


def _names(given: Iterable[str]) -> tuple[str, ...]:
    """Names as they are written: a comma may stand in one."""
    return _each(str.strip, (name for name in given if name.strip()))


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", word).strip().lower())


def _statuses(given: Iterable[str]) -> frozenset[LegalStatus]:
    words = _words(given)
    if not words:
        return Filters().legal_status
    if any(_plain(word) in (ALL, "全部") for word in words):
        return frozenset(LegalStatus)
    return frozenset(_named(word, STATUS_WORDS, "legal status", (ALL,)) for word in words)


def _named(word: str, words: Mapping[str, Named], what: str, more: tuple[str, ...] = ()) -> Named:
    found = words.get(_plain(word))
    if found is None:
        raise InputError(f"there is no {what} {word!r}; there are {', '.join([*words, *more])}")
    return found


def _kind(word: str) -> PatentType:
    return _named(word, KIND_WORDS, "patent kind")


def _ipc(word: str) -> str:
    prefix = re.sub(r"\s", "", unicodedata.normalize("NFKC", word)).upper()
    if not _IPC.fullmatch(prefix):
        raise InputError(
            f"{word!r} is not an IPC symbol or its beginning, such as H01M or H01M4/36"
        )
    return prefix


def _industry(word: str) -> str:
    for code, name in industry_names().items():
        if _plain(word) in (_plain(code), name):
            return code
    known = ", ".join(f"{code} {name}" for code, name in industry_names().items())
    raise InputError(f"there is no industry {word!r}; there are {known}")


def _region(word: str) -> str:
    province = read_province(word)
    if province is None:
        raise InputError(f"{word!r} is not a province of China, such as 天津 or 河北")
    return province


def _day(written: str) -> date:
    day = dates.parse(f"{written}-01-01" if re.fullmatch(r"\d{4}", written.strip()) else written)
    if day is None:
        raise InputError(f"{written!r} is not a date, such as 2020-01-31")
    return day
