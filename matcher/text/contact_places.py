"""Patterns of addresses: behind a label, behind 位于, and with their street and number alone."""

import re
from functools import cache

from matcher.text.characters import CHINESE
from matcher.text.prefilters import PrefilteredPattern

_BLANK = r"[ \t\u3000]"
_NOTE = r"(?:[(（][^()（）]{0,10}[)）])?"
_PLACE = (
    r"[^，,；;。\n\ue100]{0,40}?(?:[省市区县镇乡街村园厦栋]|(?<![电线回通短支磁油气水光管渠轨隧])[路道])"
    r"[^，,；;。\n\ue100]{0,40}?"
    rf"(?=[，,；;。\n\ue100]|{_BLANK}{{2,}}|\t|$|{_BLANK}*(?:电话|邮编|联系|传真|手机|邮箱))"
)
_STREET = (
    rf"[{CHINESE}]{{1,12}}[省市区县镇][{CHINESE}0-9]{{0,30}}?(?:路|街|道|巷|弄|里|村|园)"
    rf"[0-9]{{1,5}}(?:-[0-9]{{1,4}})?号[{CHINESE}0-9A-Za-z#-]{{0,20}}"
)
ADDRESS = (
    rf"(?:(?:单位|公司|企业|通[讯信]|联系|详细|办公|注册|邮寄|收件|收货|工厂|厂|经营|所在)地?址"
    rf"|(?<![{CHINESE}])地{_BLANK}*址|(?i:\baddress)){_NOTE}"
    rf"(?:{_BLANK}*[:：\t]{_BLANK}*|{_BLANK}+|(?=[{CHINESE}]{{2,7}}[省市区县])){_PLACE}"
)
"""An address behind its label."""
ENGLISH_ADDRESS = (
    r"(?:(?i:\baddress)|地址)\s*[:：]\s*(?:(?i:no)\.?\s*)?[0-9A-Z][\w .#-]{0,60}?"
    r"(?i:road|street|avenue|lane|district|building|rd|ave|blvd)\b\.?"
    r"(?:\s*,\s*[A-Z0-9][\w .-]{0,30}){0,4}"
)
"""An address in English behind its label."""
POSTCODE = (
    rf"(?:邮政编码|邮{_BLANK}*编|(?i:zip|postcode)){_BLANK}*[:：]?{_BLANK}*[0-9]{{6}}(?![0-9])"
)
_LOCATED_BY = (
    r"(?:地址(?:位于|在|为|是|设在)|坐落[于在]|座落[于在]|地处|(?:公司|我司|总部|厂区|工厂)位于"
    r"|(?:邮寄|寄)[到至送给]\s?[:：]?|(?:办公室|收件)\s?[:：])"
)
LOCATED = PrefilteredPattern(rf"{_LOCATED_BY}(?P<place>{_STREET})", re.compile(_LOCATED_BY).search)
"""An address in prose."""


@cache
def street() -> re.Pattern[str]:
    """Return the pattern of an address with street and number.

    It is one of a person beside contact data only.
    """
    return re.compile(_STREET)


@cache
def street_line() -> re.Pattern[str]:
    """Return the pattern of such an address with its postcode."""
    return re.compile(rf"(?:{_STREET})(?:\s*[0-9]{{6}})?")
