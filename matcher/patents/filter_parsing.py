"""Parsing of filters in Chinese or English words to the engine's `Filters`."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.patents.ipc import industry_names
from matcher.patents.regions import read_province
from matcher.text import dates
from matcher.text.characters import nfkc
from matcher.types import Filters, LegalStatus, PatentType

Named = TypeVar("Named")
ALL = "all"
"""Filter text for every legal status."""
_STATUSES: Mapping[str, LegalStatus] = {
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
_PATENT_TYPES: Mapping[str, PatentType] = {
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
_SEPARATOR = re.compile(r"[,，、;；]")


@dataclass(frozen=True, slots=True)
class FilterTexts:
    """Filters as the words of a person, in Chinese or English; an empty field is no filter."""

    statuses: Iterable[str] = ()
    """Legal statuses: 有权, in_force …, or `all`. Empty leaves out only the lapsed."""
    ipc: Iterable[str] = ()
    """IPC symbols or their beginnings."""
    industries: Iterable[str] = ()
    institutions: Iterable[str] = ()
    """Parts of the names of institutions."""
    regions: Iterable[str] = ()
    """Provinces."""
    kinds: Iterable[str] = ()
    """Patent types: 发明, utility_model …"""
    open_licence: bool | None = None
    sleeping: bool | None = None
    filed_after: str | None = None
    """A day, or a year for its first day."""
    years_left: float | None = None
    """Least years until the term ends."""
    pools: Iterable[str] = ()
    """Parts of the names of patent pools."""
    alliances: Iterable[str] = ()
    """Parts of the names of alliances."""


def read_filters(texts: FilterTexts) -> Filters:
    """Return the engine's filters for the words of a person.

    Raises InputError for a word that names nothing; the message lists the known ones.
    """
    years_left = texts.years_left
    if years_left is not None and not (math.isfinite(years_left) and years_left >= 0):
        raise InputError(
            _("the years left must be a number from 0, not {years_left}", years_left=years_left)
        )
    return Filters(
        legal_status=_statuses(texts.statuses),
        ipc_prefixes=_each(_ipc, _split(texts.ipc)),
        industries=_each(_industry, _split(texts.industries)),
        institutions=_names(texts.institutions),
        regions=_each(_region, _split(texts.regions)),
        patent_types=_each(_kind, _split(texts.kinds)),
        open_licence=texts.open_licence,
        sleeping=texts.sleeping,
        filed_after=None if texts.filed_after is None else _day(texts.filed_after),
        min_years_left=years_left,
        pools=_names(texts.pools),
        alliances=_names(texts.alliances),
    )


def _split(given: Iterable[str]) -> list[str]:
    """Return the entries of all options; one option may list several."""
    entries = (entry.strip() for text in given for entry in _SEPARATOR.split(text))
    return [entry for entry in entries if entry]


def _each(parse: Callable[[str], Named], entries: Iterable[str]) -> tuple[Named, ...]:
    """Return the parsed entries in order, each value once."""
    return tuple(dict.fromkeys(parse(entry) for entry in entries))


def _names(given: Iterable[str]) -> tuple[str, ...]:
    """Return names unsplit: a name may contain a comma."""
    return _each(str.strip, (name for name in given if name.strip()))


def _normalised(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", nfkc(word).strip().lower())


def _statuses(given: Iterable[str]) -> frozenset[LegalStatus]:
    entries = _split(given)
    if not entries:
        return Filters().legal_status
    if any(_normalised(entry) in (ALL, "全部") for entry in entries):
        return frozenset(LegalStatus)
    return frozenset(_named(entry, _STATUSES, _("legal status"), (ALL,)) for entry in entries)


def _named(
    word: str, table: Mapping[str, Named], label: str, others: tuple[str, ...] = ()
) -> Named:
    """Return the value of a word. Raises InputError, with the known words, for an unknown one."""
    value = table.get(_normalised(word))
    if value is None:
        raise InputError(
            _(
                "there is no {label} {word!r}; there are {known}",
                label=label,
                word=word,
                known=", ".join([*table, *others]),
            )
        )
    return value


def _kind(word: str) -> PatentType:
    return _named(word, _PATENT_TYPES, _("patent kind"))


def _ipc(word: str) -> str:
    prefix = re.sub(r"\s", "", nfkc(word)).upper()
    if not _IPC.fullmatch(prefix):
        raise InputError(
            _("{word!r} is not an IPC symbol or its beginning, such as H01M or H01M4/36", word=word)
        )
    return prefix


def _industry(word: str) -> str:
    for code, name in industry_names().items():
        if _normalised(word) in (_normalised(code), name):
            return code
    known = ", ".join(f"{code} {name}" for code, name in industry_names().items())
    raise InputError(_("there is no industry {word!r}; there are {known}", word=word, known=known))


def _region(word: str) -> str:
    province = read_province(word)
    if province is None:
        raise InputError(_("{word!r} is not a province of China, such as 天津 or 河北", word=word))
    return province


def _day(written: str) -> date:
    day = dates.parse(f"{written}-01-01" if re.fullmatch(r"\d{4}", written.strip()) else written)
    if day is None:
        raise InputError(_("{written!r} is not a date, such as 2020-01-31", written=written))
    return day
