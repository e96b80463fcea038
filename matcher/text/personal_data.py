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
_COUNTRY = r"(?<![0-9])(?<![0-9]\.)(?:(?:\+|00)?86[- ]?)?"
_THING_WORD = (
    rf"(?-i:[{CHINESE}])(?<![信话线真系个私短小公众宝音手钉一二三四五六七八九十])(?<!(?<!合)同)"
)
"""The character before 号 in 图号 or 证书号, but not in 手机号, 微信同号 or 八号."""
_NUMBERED_THING = (
    rf"(?:(?<!微信)(?<!钉钉)(?<!QQ)(?<![手座电])(?<!小灵)(?<!飞){_THING_WORD}号"
    r"|编码|代码|批次|工单|条码|条形码"
    r"|s/?n|p/?n|no\.?|part|(?<![a-z])(?:item|lot|batch|serial|model|sku|imei|ref)"
    r"|(?<!信)(?<!信 )(?<![a-z])id)"
    r"(?:号码?|\s?no\.?)?\s*[:：为是]?\s*(?:[A-Za-z]{1,4}[-/.]?)?$"
    r"|(?<![A-Za-z])(?:GB(?:/T)?|HG|JB|YY|QB|ISO|IEC|DIN|ASTM|CAS|EN)\s*$"
)
_THING = re.compile(_NUMBERED_THING, re.IGNORECASE)
"""Words before a number of a thing."""
_PART_NUMBER = re.compile(
    rf"{_NUMBERED_THING}|(?<![A-Za-z])(?!(?:tel|fax|phone|mob|mobile|cell|wechat|weixin|wx|vx|qq|v|m|t|p|w|h)[.:]?$)"
    r"[A-Za-z]{1,10}[-/.]?$",
    re.IGNORECASE,
)
"""Words and letters before eleven digits that number a thing, not a phone."""
_QUANTITY = re.compile(
    r"\s*(?:[次元个件吨台套只支片米克升秒组条粒株亩度倍颗根枚瓶袋箱盒双辆帧行点]|转(?!\s*[0-9])|像素|字节|[万亿]|(?:[kMG]?(?:Pa|Hz|W|m|g|L|s|V|A|J|N|bit|B)|CFU|cells?"
    r"|RMB|USD)(?![a-z]))|\.[0-9]"
)
"""Unit behind eleven digits that are a quantity."""
_MEASURED = re.compile(
    r"\s?(?:[kMGT]?Hz|[kMG]?Pa|[kMG]?Wh?|[kcmnμ]m|[km]?g|rpm)(?![A-Za-z])|[次吨元]|\.[0-9]"
)
"""Unit behind a figure that looks like a landline number."""
_CODE_BEFORE = re.compile(r"[A-Za-z0-9-]*[A-Za-z0-9-]$")
_CODE_BEHIND = re.compile(
    r"-?(?=[0-9A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{4,}|-[0-9]{7,}", re.IGNORECASE
)
"""Rest of a code, such as a UUID, in which digits that look like a phone number stand."""

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
"""An e-mail address in running text."""
CONTACT_CELL_PHONE = re.compile(
    rf"{_COUNTRY}(?:{_MOBILE}|0[0-9]{{2,3}}[- ]?[0-9]{{3,4}}[- ]?[0-9]{{4}}(?:-[0-9]{{1,6}})?"
    r"|[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4})(?![0-9])"
)
"""A mobile, landline or service number in a cell for contact data; too wide for running text."""
CONTACT_CELL_VALUE = re.compile(PHONE_FORM)
"""A phone number of any form, alone in a cell of a column of phones."""
LONG_NUMBER = re.compile(r"\d(?:[\s()（）.-]*\d){6,}")
"""Seven digits or more with any separators, for a text that needs no such number."""
NUMBER_RUN = re.compile(r"\d[\d -]{6,}\d")
"""Eight or more digits, blanks and hyphens, for the descriptions of a filled form."""

_WRITTEN_OUT_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|[(（\[【]\s?(?:at|@)\s?[)）\]】])\s?[\w-]{1,64}"
    r"(?:\s?(?:\.|[(（\[【]\s?(?:dot|点)\s?[)）\]】])\s?[\w-]{1,64}){0,4}"
    r"(?:\.|[(（\[【]\s?(?:dot|点)\s?[)）\]】]\s?)[a-z]{2,12}(?![\w-])",
    re.ASCII | re.IGNORECASE,
)
"""An e-mail address with blanks around its @, or with (at) and [dot]."""
_CHINESE_DIGIT = "零〇○一二三四五六七八九"
_SPELT_MOBILE = re.compile(
    rf"(?<![{_CHINESE_DIGIT}幺])[一幺][- ]?[三四五六七八九](?:[- ]?[{_CHINESE_DIGIT}幺]){{9}}"
    rf"(?![{_CHINESE_DIGIT}十百千万])"
)
"""A mobile number in Chinese characters."""
_ADDRESS_SIGN = re.compile(r"\S@\S|＠")
_MOBILE_PHONE = re.compile(rf"{_COUNTRY}(?:{_MOBILE}|{_MASKED_MOBILE})(?![0-9])")
_EXTENSION = r"(?:(?:-|\s?(?:[转轉]|分[机機]|ext\.?)\s?[:：]?\s?)[0-9]{1,6})?"
_SECOND = (
    r"(?:\s?[/、,，或]\s?[1-9][0-9]{2,3}[- ]?[0-9]{4}(?![0-9A-Za-z.%-])"
    r"(?!\s*[台个件条套次吨米元万亿]))*"
)
"""Further local numbers behind a number."""
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = re.compile(
    rf"(?:(?<![0-9]){_AREA}[- ]|[(（]{_AREA}[)）][- ]?"
    r"|(?:\+|(?<![0-9])00)86[- ]?0?[1-9][0-9]{1,2}[- ])"
    rf"(?:[0-9]{{7,8}}|[0-9]{{3,4}}[- ][0-9]{{4}})(?![0-9]){_EXTENSION}{_SECOND}",
    re.IGNORECASE,
)
_LABELLED_LOCAL = re.compile(
    r"(?:[电電]\s*[话話]|座[机機]|固[话話]|[传傳]\s*真|[热熱][线線]|tel|fax|phone)(?:号码?|號碼?)?"
    r"(?:\s?[:：为是]\s?|[ \t\u3000]{1,4})"
    r"(?P<value>(?:0[2-9]-)?[0-9]{3,4}[- ]?[0-9]{4}(?![0-9A-Za-z.])(?!\s*[台个件条万亿元])"
    rf"{_EXTENSION}{_SECOND})",
    re.IGNORECASE,
)
_LABELLED_MESSENGER = re.compile(
    r"(?:微信|wechat|weixin|(?<![a-z])[vw]x|QQ群?|扣扣|钉钉|加\s?v信?|v信)(?:号码?|同号|\s?id)?"
    r"(?:(?:搜索?|添加|加)[ \t]?(?P<sought>(?=[a-z-]{0,19}[0-9_])[a-z][a-z0-9_-]{5,19})|"
    r"\s?[:：]\s?(?P<value>[a-z0-9][a-z0-9_-]{4,19})"
    r"|[ \t\u3000为是]{0,3}(?P<bare>(?=[a-z_-]{0,19}[0-9])[a-z0-9][a-z0-9_-]{5,19}))(?![a-z0-9])",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
"""Form of a resident's identity number."""
_LABELLED_NUMBER = re.compile(
    r"(?:身份证(?:号码?)?\s?[:：]?\s?(?P<identity>[0-9]{6}[0-9* ]{8,11}[0-9Xx*](?![0-9])))"
    r"|(?:账[号户]|卡号)\s?[:：]?\s?(?P<account>[0-9](?:[ -]?[0-9]){11,24}(?![0-9]))"
)
"""A number of an identity card or a bank account behind its label."""
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,4}){7}")
"""The least digits of a valid number; the library is not loaded for a text without them."""
_DIALLED = re.compile(r"[(（\[]?(?:[+＋0０]|86)")
"""The beginning of a number with its country or area code."""
_PART_OF_CODE = re.compile(r"[A-Za-z0-9][-/.]?$")
_GOES_ON = re.compile(r"[A-Za-z0-9]|[-/.][0-9]")
_CLOCK = re.compile(r"[0-9]:[0-9]{2}[ ]$")
"""Minutes or seconds, taken for the beginning of a number behind them."""
_UNUSUAL = re.compile(f"[^\x00-\x7f{CHINESE}]")


def contact_spans(text: str) -> tuple[Span, ...]:
    """Return the spans of phone numbers, e-mail addresses and messenger ids in running text."""
    return join(_spans(text))


def has_contact(text: str) -> bool:
    """True if running text holds contact data, or a sign of an e-mail address such as `a@b`."""
    return bool(_ADDRESS_SIGN.search(text)) or any(True for _ in _spans(text))


def has_mobile_phone(text: str) -> bool:
    """True if the text holds a mobile number of the mainland, masked or not."""
    if any(map(_is_phone, (m for form in _forms(text) for m in _MOBILE_PHONE.finditer(form)))):
        return True
    return any(is_mobile for _, is_mobile in _library_numbers(text))


def first_phone(text: str) -> str | None:
    """Return the first phone number of a text for contact data, as it is written; often None."""
    if match := CONTACT_CELL_PHONE.search(text):
        return match[0]
    numbers = [(span, text[slice(*span)]) for span in _local_numbers(text)]
    numbers += [(span, text[slice(*span)]) for span, _ in _library_numbers(text)]
    return min(numbers)[1] if numbers else None


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
        yield from (match.span() for match in EMAIL.finditer(form))
        yield from (match.span() for match in _WRITTEN_OUT_EMAIL.finditer(form))
        yield from _local_numbers(form)
        yield from (match.span() for match in _MOBILE_PHONE.finditer(form) if _is_phone(match))
        yield from (match.span() for match in _IDENTITY.finditer(form) if _is_identity(match[0]))
        for match in _LABELLED_NUMBER.finditer(form):
            yield match.span(match.lastgroup or 0)
        for match in _LABELLED_MESSENGER.finditer(form):
            yield match.span(match.lastgroup or 0)
    yield from (span for span, _ in _library_numbers(text))


def _local_numbers(text: str) -> Iterator[Span]:
    """Spans of landline numbers and of mobile numbers in Chinese characters."""
    yield from (match.span() for match in _LANDLINE.finditer(text) if not _is_thing(match))
    yield from (match.span("value") for match in _LABELLED_LOCAL.finditer(text))
    yield from (match.span() for match in _SPELT_MOBILE.finditer(text))


def _is_phone(match: re.Match[str]) -> bool:
    """True if eleven digits do not number a thing and are no quantity."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return not (
        _PART_NUMBER.search(before)
        or _QUANTITY.match(match.string, match.end())
        or _is_in_code(match.string, match.span())
    )


def _is_thing(match: re.Match[str]) -> bool:
    """True if a number with an area code numbers or measures a thing, or is a part of a code."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return bool(
        _THING.search(before)
        or _MEASURED.match(match.string, match.end())
        or _is_in_code(match.string, match.span(), digits=True)
    )


def _is_in_code(text: str, span: Span, *, digits: bool = False) -> bool:
    """True for a span inside a longer code: letters and digits, or `digits` with hyphens alone.

    A phone number joined to another one is no code.
    """
    if _CODE_BEHIND.match(text, span[1]):
        return True
    before = _CODE_BEFORE.search(text[max(0, span[0] - 40) : span[0]])
    if before is None or not any(map(str.isdigit, before[0])):
        return False
    joined = before[0].rstrip("-")
    is_phone = re.fullmatch(rf"(?:.*[^0-9])?(?:{_MOBILE}|{_AREA}-?[0-9]{{7,8}})", joined)
    return not is_phone and (digits or any(map(str.isalpha, joined)))


def _is_identity(number: str) -> bool:
    """True if the check character of a resident's identity number (GB 11643) is right."""
    total = sum(
        int(digit) * weight for digit, weight in zip(number, _IDENTITY_WEIGHTS, strict=False)
    )
    return "10X98765432"[total % 11] == number[17].upper()


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
        if _PART_NUMBER.search(text[max(0, match.start - 12) : match.start]):
            continue
        if _is_in_code(text, (match.start, match.end), digits=True):
            continue
        if _MEASURED.match(text, match.end):
            continue
        if _QUANTITY.match(text, match.end) or _CLOCK.search(text[: match.start + 3][-6:]):
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
