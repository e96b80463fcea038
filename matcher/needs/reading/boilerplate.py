"""Boilerplate around a need: the firm, the market, policy, and courtesies.

It is recognised by single clauses, so that a sentence with technical content keeps that:
"随着…的发展，传统…难以…" loses its first clause only.
"""

import re
from functools import cache

from matcher.needs.reading.cues import has_cue
from matcher.needs.reading.phrase_lists import phrase_group
from matcher.needs.reading.sentences import Sentence, with_text

MIN_REST = 4
"""Characters that must remain for a lead-in to be cut off."""
_FIRM = "(?:我们?|本|该|贵|吾)?(?:公司|厂|企业|集团|单位|司|院|所|合作社)"
_ENGLISH_LEAD_IN = re.compile(
    r"(?:therefore|so|thus|hence|now|at present|currently)?,?\s*"
    r"(?:(?:we|our (?:company|firm)|the (?:company|firm)|this project)"
    r"(?: now| also| urgently|'re|'d)*"
    r" (?:are |is )?(?:currently |now |urgently )?(?:look(?:ing|s)? for|search(?:ing|es)? for"
    r"|seek(?:ing|s)?|wants?|would like|needs?|hopes?|plans?|intends?|aims?|wish(?:es)?)"
    r"|looking for|wanted:|seeking)\s+(?:to (?:have |find |get )?)?",
    re.IGNORECASE,
)


def is_filler(clause: str) -> bool:
    """True if a clause is about the firm, its surroundings, or a courtesy."""
    return bool(_filler().search(clause.strip()) or _english_filler().search(clause.strip()))


def is_about_firm(text: str) -> bool:
    """True if a sentence under a heading such as 企业简介 or 合作方式 is about that at all."""
    return _firm_section().search(text) is not None


def without_boilerplate(sentence: Sentence) -> tuple[list[Sentence], list[Sentence]]:
    """Return the technical content of a sentence and its boilerplate; either may be empty.

    A sentence with filler is boilerplate as a whole unless another of its clauses states a
    problem, a demand, a goal or a figure; then only the filler before and after is cut off.
    """
    clauses = sentence.clauses
    filler = [is_filler(clause) or bool(_opener().fullmatch(clause)) for clause in clauses]
    if not any(filler):
        return [sentence], []
    others = [clause for clause, fills in zip(clauses, filler, strict=True) if not fills]
    if not any(map(has_cue, others)) and (not others or any(map(is_filler, clauses))):
        return [], [sentence]
    first, last = 0, len(clauses)
    while filler[first]:
        first += 1
    while filler[last - 1]:
        last -= 1
    content = with_text(sentence, "".join(clauses[first:last]))
    cut = ["".join(clauses[:first]), "".join(clauses[last:])]
    return [content], [with_text(sentence, text) for text in cut if text]


def without_lead_in(text: str) -> str:
    """Return a sentence without 我公司希望, 本项目拟, "we are looking for" and such in front."""
    lead_in = _lead_in().match(text) or _ENGLISH_LEAD_IN.match(text)
    if lead_in is None or len(text) - lead_in.end() < MIN_REST:
        return text
    return text[lead_in.end() :].lstrip("，,、:： ")


@cache
def _filler() -> re.Pattern[str]:
    lists = map(phrase_group, ("firm", "surroundings", "courtesy"))
    return re.compile("|".join((rf"^{_FIRM}.{{0,12}}?{phrase_group('firm_facts')}", *lists)))


@cache
def _english_filler() -> re.Pattern[str]:
    return re.compile(phrase_group("boilerplate_english"), re.IGNORECASE)


@cache
def _firm_section() -> re.Pattern[str]:
    return re.compile(phrase_group("firm_section"), re.IGNORECASE)


@cache
def _opener() -> re.Pattern[str]:
    return re.compile(rf"{phrase_group('opener')}[,，]?\s*", re.IGNORECASE)


@cache
def _lead_in() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?:因此|所以|为此|故此?|鉴于此|基于此|综上(?:所述)?|同时|另外|此外|并|但)[,，、]?)?"
        rf"(?:{phrase_group('wish_subject')}[,，]?)?"
        r"(?:现在?|目前|当前|正|正在|也|还|都|特|今后|下一步)?[,，]?"
        rf"{phrase_group('wish')}(?:能够|能|可以|可|尽快)?"
        r"(?:有|找到|找)?(?:[一这]种(?=.{3}))?[:：]?"
    )
