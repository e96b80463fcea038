"""Text of a patent number made plain: labels, marks and blanks off, the code of its office on."""

import re

from matcher.patents.offices import is_office
from matcher.text.characters import nfkc

MAX_CHARACTERS = 100
"""Characters of the longest cell that may be a number, with its labels."""
_INVISIBLE = re.compile("[\\s\u00ad\ufeff\u200b\u200e\u200f\u2060'\"`=*^~_]")
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\uff0d]")
_LABEL = re.compile(
    r"^(?:(?:中国|中國|国际|國際|発明|发明|發明)?"
    r"(?:专利申请|專利申請|申请公布|申請公布|授权公告|授權公告|公开公告|公開公告|公开\(公告\)|申请\(专利\)|专利\(申请\)"
    r"|专利|專利|申请|申請|公开|公開|公告|公布|文献|文獻|出願|登録|授权|授權"
    r"|출원|공개|공고|등록|특허출원|특허|실용신안등록|실용신안|공개특허|등록특허|등록실용신안|공개실용신안|디자인등록)"
    r"(?:号码|號碼|号|號|番号|번호|공보)?[:.]?)+",
)
_ITEM = re.compile(r"^[\[(]\d{2}[\])](?=.{5})")
"""Code of the standard ST.9 before a number, as (21)."""
_NOTE = re.compile(r"\([^()]*[\u4e00-\u9fff][^()]*\)$")
_NUMBER_WORD = re.compile(r"^(?:NO|NR|№|N°)[.:]+(?=[\dA-Z])")
_ORDINAL = re.compile(r"^第(.+)[号號](?:公[报報])?([A-Z]\d?)?$|^제(.+?)호([A-Z]\d?)?$")
_OWN_LETTERS = {
    "BR": r"PI|MU|DI|C[12]",
    "US": r"RE|PP|D|H|T|AI|RX",
    "TW": r"I|M|D",
    "MO": r"I|J|U|D",
}
"""Letters with which an office begins its own numbers."""
_UNMISTAKABLE = (
    ("BR", re.compile(r"(?:PI|MU)\d{7}(?:-?\d)?(?:[A-Z]\d?)?|(?:1[0-3]|2[0-2]|30)20[012]\d{7}-\d")),
    ("US", re.compile(r"(?:RE|PP)\d{5,6}(?:[A-Z]\d?)?|D\d{6,7}(?:S\d?)?|\d{2}/\d{6}|D?29/\d{6}")),
    (
        "KR",
        re.compile(
            r"[1-4]0-(?:19|20)\d{2}-\d{7}(?:[A-Z]\d?)?|[1-4]0-\d{7}(?:-0000|(?:-\d\d){0,2})(?:[A-Z]\d?)?"
            r"|[134]0(?:19|20)\d{9}"
        ),
    ),
    ("TW", re.compile(r"[IM]\d{6}(?:[BU]\d?)?")),
)
"""Numbers without a code whose form only one office uses."""
_KOREAN = re.compile(r"^[^\dA-Z]*[가-힣]")


_PLAIN = re.compile(r"[A-Z]{0,2}\d+(?:\.[\dX])?[A-Z]?\d?", re.ASCII)
"""Number that is plain as it is written: CN201710117081.7, CN112345678B."""


def plain_number(written: str) -> str:
    """Return a number in NFKC and capitals, without blanks, commas, quotes, and labels before it.

    Hyphens, slashes and dots stay: they tell the parts of some numbers apart. A long text is
    empty: it is no number.
    """
    if len(written) > MAX_CHARACTERS:
        return ""
    if _PLAIN.fullmatch(written):
        return written
    text = _DASHES.sub("-", _INVISIBLE.sub("", nfkc(written).upper()))
    text = text.replace("。", ".").replace("·", ".").replace(",", "").replace("、", "")
    text = _NOTE.sub("", _ITEM.sub("", text))
    is_korean = _KOREAN.match(text) is not None
    text = _NUMBER_WORD.sub("", _LABEL.sub("", text)).lstrip(":")
    if match := _ORDINAL.fullmatch(text):
        text = (match[1] or match[3]) + (match[2] or match[4] or "")
    text = _NUMBER_WORD.sub("", text)
    if is_korean and text[:1].isdigit():
        text = "KR" + text
    return text


def with_office(text: str, office: str | None) -> str | None:
    """Return a plain number that begins with the code of its office; None if that is not known.

    `office` is the office that the row names; a code in the number itself is more reliable.
    """
    if office and re.match(rf"(?:{_OWN_LETTERS.get(office, '(?!)')})[-/]?\d", text):
        return office + text
    if is_office(text[:2]) and re.match(r"[A-Z]{2}[-/]?[A-Z]{0,5}[-/]?\d", text):
        return text
    for code, form in _UNMISTAKABLE:
        if office in (None, code) and form.fullmatch(text):
            return code + text
    if office and re.match(r"[A-Z]{0,2}\d", text):
        return office + text
    return None


def bare(text: str) -> str:
    """Return a number without hyphens, slashes, dots and brackets."""
    return re.sub(r"[-/.()\\]", "", text)
