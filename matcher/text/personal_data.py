"""Personal contact data in text: phone numbers, e-mail addresses and ids of messengers.

Whatever is masked, refused or encrypted because it leads to a person is recognised here. The
patterns hold what is written in running Chinese text; `phonenumbers` adds the area codes, the
service numbers and the numbers of other countries.
"""

import re
import unicodedata
from collections.abc import Iterator

from matcher.text.characters import CHINESE
from matcher.text.highlights import Span, join

PHONE_FORM = r"\+?[0-9][0-9 ()-]{4,38}"
"""Regular expression of a whole value given as a phone number."""
EMAIL_FORM = r"[^@\s]+@[^@\s]+\.[^@\s]+"
"""Regular expression of a whole value given as an e-mail address."""
ASCII_EMAIL_FORM = r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+"
"""The same for an address in ASCII."""

_MOBILE = r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
_MASKED_MOBILE = r"1[3-9][0-9]\*{4}[0-9]{4}"
_COUNTRY = r"(?<![0-9])(?:(?:\+|00)?86[- ]?)?"

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
"""An e-mail address in running text."""
CONTACT_CELL_PHONE = re.compile(
    rf"{_COUNTRY}(?:{_MOBILE}|0[0-9]{{2,3}}[- ]?[0-9]{{3,4}}[- ]?[0-9]{{4}}(?:-[0-9]{{1,6}})?"
    r"|[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4})(?![0-9])"
)
"""A mobile, landline or service number in a cell for contact data; too wide for running text."""
CONTACT_CELL_VALUE = re.compile(PHONE_FORM)
"""A phone number of any form, alone in a cell of a column of phones."""
CONTACT_PERSON = re.compile(
    r"(?:联\s*系\s*人|对接人|填表人|负责人)(?:及电话|[(（][^()（）]*[)）])?\s*[:：]?\s*"
    rf"([{CHINESE}·]{{2,4}})(?![{CHINESE}])"
)
"""A Chinese name behind its label; the name is the first group."""
LONG_NUMBER = re.compile(r"\d(?:[\s()（）.-]*\d){6,}")
"""Seven digits or more with any separators, for a text that needs no such number."""
NUMBER_RUN = re.compile(r"\d[\d -]{6,}\d")
"""Eight or more digits, blanks and hyphens, for the descriptions of a filled form."""

_ADDRESS_SIGN = re.compile(r"\S@\S|＠")
_MOBILE_PHONE = re.compile(rf"{_COUNTRY}(?:{_MOBILE}|{_MASKED_MOBILE})(?![0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9])0[0-9]{2,3}[- ](?:[0-9]{7,8}|[0-9]{3,4}[- ][0-9]{4})(?![0-9])"
    r"(?:(?:-|\s?(?:转|分机|ext\.?)\s?)[0-9]{1,6})?",
    re.IGNORECASE,
)
_LABELLED_LOCAL = re.compile(
    r"(?:电话|座机|传真|热线|tel|fax|phone)(?:号码?)?\s?[:：]\s?"
    r"(?P<value>[0-9]{3,4}[- ]?[0-9]{4})(?![0-9])",
    re.IGNORECASE,
)
_LABELLED_MESSENGER = re.compile(
    r"(?:微信|wechat|QQ)(?:号码?)?\s?[:：]\s?(?P<value>[a-z0-9][a-z0-9_-]{4,19})", re.IGNORECASE
)
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,4}){7}")
"""The least digits of a valid number; the library is not loaded for a text without them."""
_DIALLED = re.compile(r"[(（\[]?(?:[+＋0０]|86)")
"""The beginning of a number with its country or area code."""
_PART_OF_CODE = re.compile(r"[A-Za-z0-9][-/.]?$")
_GOES_ON = re.compile(r"[A-Za-z0-9]|[-/.][0-9]")
_UNUSUAL = re.compile(f"[^\x00-\x7f{CHINESE}]")


_CONTACT_LINE = re.compile(
    r"\s*(?:[^:：\s]{0,6})?(?:联\s*系\s*(?:人|方\s*式)|对接人|填表人|填报人|经办人|负责人|法定代表人"
    r"|(?:单位|公司|企业|通[讯信]|联系|详细)地址|邮\s*编|微信(?:同)?号?|QQ号?|传\s*真)"
    r"(?:[(（][^()（）]{0,8}[)）])?(?:及?(?:电话|手机|方式))?\s*(?:[:：]|\s)\s*\S"
)
_LABEL_BEFORE = re.compile(
    r"(?:电\s*话|手机|座机|微信|同号|邮箱|邮件|e-?mail|tel|传真|联系|QQ)(?:号码?)?[\s:：]*$",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    rf"[{CHINESE}](?:先生|女士|经理|老师|总监?)|如?有(?:需要|意向)|请|可|联系|来电|致电|详谈|谢谢|欢迎"
)
_MAX_CONTACT_LINE = 80
_MAX_NAME_LETTERS = 3
"""Letters beside contact data, labels and courtesies up to which a line holds only a name."""


def is_contact_line(line: str) -> bool:
    """Return True for a line that gives a person, an address or contact data and nothing else.

    A line of prose with a number in it is none; `mask_contacts` takes the number out of it.
    """
    if len(line) <= _MAX_CONTACT_LINE and _CONTACT_LINE.match(line):
        return True
    spans = contact_spans(line)
    rest = line
    for start, end in reversed(spans):
        rest = _LABEL_BEFORE.sub("", rest[:start]) + rest[end:]
    letters = sum(map(str.isalnum, _COURTESY.sub("", rest)))
    return bool(spans) and letters <= _MAX_NAME_LETTERS


def contact_spans(text: str) -> tuple[Span, ...]:
    """Return the spans of phone numbers, e-mail addresses and messenger ids in running text."""
    return join(_spans(text))


def has_contact(text: str) -> bool:
    """True if running text holds contact data, or a sign of an e-mail address such as `a@b`."""
    return bool(_ADDRESS_SIGN.search(text)) or any(True for _ in _spans(text))


def has_mobile_phone(text: str) -> bool:
    """True if the text holds a mobile number of the mainland, masked or not."""
    if any(_MOBILE_PHONE.search(form) for form in _forms(text)):
        return True
    return any(is_mobile for _, is_mobile in _library_numbers(text))


def mask_contacts(text: str, mask: str) -> str:
    """Return the text with `mask` in place of each span of contact data."""
    for start, end in reversed(contact_spans(text)):
        text = text[:start] + mask + text[end:]
    return text


def mask_phone(phone: str | None) -> str | None:
    """Return `138****1234`: the first three and last four digits, of a short number the last two.

    A number of fewer than seven digits is masked whole.
    """
    if phone is None:
        return None
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else "****"


def mask_email(email: str | None) -> str | None:
    """Return `a***@sample.example`: the first letter and the domain."""
    if email is None:
        return None
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}" if at and name and domain else "***"


def _spans(text: str) -> Iterator[Span]:
    for form in _forms(text):
        for pattern in (EMAIL, _MOBILE_PHONE, _LANDLINE):
            yield from (match.span() for match in pattern.finditer(form))
        for pattern in (_LABELLED_LOCAL, _LABELLED_MESSENGER):
            yield from (match.span("value") for match in pattern.finditer(form))
    yield from (span for span, _ in _library_numbers(text))


def _library_numbers(text: str) -> Iterator[tuple[Span, bool]]:
    """Valid numbers by `phonenumbers`, and whether each is a mobile number.

    A landline number counts with its country or area code only: ten bare digits are more often a
    publication number (US2019198156, valid for Guangzhou) than a phone.
    """
    if not _SEVEN_DIGITS.search(text):
        return
    import phonenumbers  # takes 40 ms

    services = (phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.SHARED_COST)
    for match in phonenumbers.PhoneNumberMatcher(text, "CN", max_tries=len(text)):
        before = text[max(0, match.start - 2) : match.start]
        if _PART_OF_CODE.search(before) or _GOES_ON.match(text, match.end):
            continue
        kind = phonenumbers.number_type(match.number)
        is_mobile = kind == phonenumbers.PhoneNumberType.MOBILE
        if is_mobile or kind in services or _DIALLED.match(match.raw_string):
            yield (match.start, match.end), is_mobile


def _forms(text: str) -> tuple[str, ...]:
    """Return the text and, if it differs, its ordinary characters; offsets are the same."""
    ordinary = _UNUSUAL.sub(lambda match: _ordinary(match.group()), text)
    return (text,) if ordinary == text else (text, ordinary)


def _ordinary(character: str) -> str:
    """Digits, blanks, dashes and full-width characters in ASCII; any other stays."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "Zs":
        return " "
    if unicodedata.category(character) == "Pd" or character == "−":
        return "-"
    return chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character
