"""References of a claim to other claims, and its dependency.

"根据权利要求1所述的隔膜" is dependent; "一种由权利要求1所述方法制得的隔膜" refers to claim 1 and is
independent.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from matcher.text.characters import nfkc, simplified

CLAIM = "(?:权利要求|请求项|申请专利范围第)"
"""The word for a claim, in China and, simplified, in Taiwan; a pattern."""
_CLAIM = re.compile(CLAIM)
_BLANKS = re.compile(r"\s+")
_CHARACTERISING = re.compile(r"其特征|特征在于|characteri[sz]ed|,\s*wherein|;\s*wherein", re.I)
_NUMBERS = (
    r"\d{1,3}(?:\s*(?:项)?\s*(?:[-~–—―至到、,和与及或]|或者|以及|and|or|to|through)+"
    r"\s*(?:权利要求)?\s*\d{1,3})*"
)
_NUMBER = re.compile(r"\d{1,3}")
_CHINESE = re.compile(rf"权利要求\s*({_NUMBERS})")
_CHINESE_ALL = re.compile(
    r"(?:前述|上述|前面|以上|在前)(?:的)?(?:任意?一?项?|任何一?项?|各项?|所有)?(?:的)?权利要求"
    r"|权利要求(?:书)?中?任意?一项(?!.{0,6}\d)"
)
_ENGLISH = re.compile(rf"\bclaims?\s+({_NUMBERS})", re.I)
_ENGLISH_ALL = re.compile(r"\b(?:preceding|previous|foregoing|above)\s+claims?\b", re.I)
_MENTION = re.compile(r"权利要求|\bclaims?\b", re.I)
_RANGE = re.compile(
    r"(\d{1,3})\s*(?:项)?\s*(?:[-~–—―]+|至|到|to|through)\s*(?:权利要求)?\s*(\d{1,3})"
)
_OPENS_WITH_REFERENCE = re.compile(
    r"(?:一种|一类)?(?:根据|如|按照?|依据|依照)?(?:前述|上述|前面|以上|在前)?(?:的)?"
    r"(?:任[意何]?一?项?)?(?:的)?权利要求[^，,。；;]*?"
    r"(?:所述|所要求|要求|所记载|所限定|中)[^，,。；;]*?的?(?P<subject>[^，,。；;]*)"
)
_STATED = re.compile(r"(?:所述|所要求保护|所记载|所限定)的?")
_ENGLISH_OPENING = re.compile(
    r"(?:The|An?)\s+(?P<subject>[\w\s,/()-]{1,120}?)\s+"
    r"(?:of|according to|in accordance with|as (?:claimed|recited|defined|set forth|described) in"
    r"|as in|in|as claimed by|as per)\s+(?:any\s+(?:one\s+)?of\s+)?(?:the\s+)?(?:any\s+)?"
    r"(?:preceding\s+|previous\s+|foregoing\s+)?claims?\b",
    re.I,
)
_ENGLISH_OTHER_SUBJECT = re.compile(
    r"\b(?:compris\w+|includ\w+|using|made|produced|obtained|prepared|containing|having)\b", re.I
)
_CLAUSE_END = re.compile("[，,。；;]")
_SUBJECT_END = re.compile("[，,。；;：:]|包括|包含")
_ENGLISH_SUBJECT_END = re.compile(r"[,:;]|\bcompris|\bincluding\b")
_MADE_BY = re.compile(r"(?:制备|制得|得到|获得|制成|制造|生产)(?:而成)?的")
_PROCESS = re.compile(r"(?:方法|工艺|流程|应用|用途)$")


class Reference(NamedTuple):
    """References in the opening of a claim."""

    subject: str
    """Subject matter named in the opening; later claims are compared with it."""
    is_dependent: bool = False
    refers_to: tuple[int, ...] = ()
    """Numbers of the claims referred to, ascending."""
    understood: bool = True
    """False if a reference could not be resolved."""


def read_references(text: str, number: int, subjects: Mapping[int, str]) -> Reference:
    """Read the references before 其特征在于; `subjects` are the subjects of the earlier claims.

    A reference to the claim itself or to a later one, and a wording without a readable claim
    number, is flagged as not understood, never guessed.
    """
    # What follows these words, most of a claim, decides nothing.
    opening = _opening(text[: end.end()] if (end := _CHARACTERISING.search(text)) else text)
    if not _MENTION.search(opening):
        return Reference(_subject(opening))
    named = _named(opening)
    if not named and (_CHINESE_ALL.search(opening) or _ENGLISH_ALL.search(opening)):
        named = tuple(range(1, number))
    earlier = tuple(dict.fromkeys(n for n in sorted(named) if 0 < n < number))
    dependent, subject = _depends(opening, earlier, subjects)
    return Reference(
        subject=subject,
        is_dependent=dependent,
        refers_to=earlier,
        understood=bool(named) and len(earlier) == len(set(named)),
    )


@lru_cache(maxsize=256)  # claims of one patent open alike
def _opening(head: str) -> str:
    """Return the words of a claim before 其特征在于, in the spelling that the patterns have."""
    plain = _CLAIM.sub("权利要求", simplified(nfkc(head))).replace("所述之", "所述的").strip()
    return _BLANKS.sub(" ", _CHARACTERISING.split(plain, maxsplit=1)[0])


@lru_cache(maxsize=256)
def _named(opening: str) -> tuple[int, ...]:
    """Return the numbers of claims in an opening."""
    numbers: list[int] = []
    for pattern in (_CHINESE, _ENGLISH):
        for match in pattern.finditer(opening):
            for low, high in _RANGE.findall(match[1]):
                numbers.extend(range(int(low), int(high) + 1))
            numbers.extend(map(int, _NUMBER.findall(match[1])))
    return tuple(numbers)


def _depends(
    opening: str, refers_to: tuple[int, ...], subjects: Mapping[int, str]
) -> tuple[bool, str]:
    """Return whether the claim is dependent, and its subject.

    A claim to another subject is independent: a use, a process for the product, a product of the
    process.
    """
    referred = next((subjects[n] for n in refers_to if subjects.get(n)), "")
    if english := _ENGLISH_OPENING.match(opening):
        own = english["subject"].lower()
        if own in referred:
            return True, referred
        if (opening[:1] in "Aa" and referred) or _ENGLISH_OTHER_SUBJECT.search(own):
            return False, own
        return True, referred or own
    if not _OPENS_WITH_REFERENCE.match(opening):
        return False, _subject(opening)
    own = _CLAUSE_END.split(_STATED.split(opening)[-1], maxsplit=1)[0].strip()
    if own and own in referred:
        return True, referred
    other_kind = bool(_PROCESS.search(own)) != bool(_PROCESS.search(referred))
    if _MADE_BY.search(own) or (referred and (other_kind or opening.startswith("一"))):
        return False, own
    return True, referred or own


def _subject(opening: str) -> str:
    """Return the subject of the claim: the opening up to the first comma or 包括."""
    if opening.isascii():
        return _ENGLISH_SUBJECT_END.split(opening, maxsplit=1)[0].strip().lower()
    return _SUBJECT_END.split(opening, maxsplit=1)[0].strip()
