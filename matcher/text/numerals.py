"""Chinese numerals: 五十, 伍拾, 一百二十三, and the digits 二〇二六."""

import re

_SPELLINGS = (
    "零〇○Ｏ",
    "一壹",
    "二贰貳弍两兩俩",
    "三叁參叄参",
    "四肆",
    "五伍",
    "六陆陸",
    "七柒",
    "八捌",
    "九玖",
)
_DIGITS = {character: digit for digit, forms in enumerate(_SPELLINGS) for character in forms}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SHORT = {"廿": "二十", "卅": "三十"}
_DIGIT = "".join(_DIGITS)
NUMERAL = f"[{_DIGIT}{''.join(_TENS)}廿卅半]"
"""Regular expression of one character of a numeral below ten thousand."""
_RUN = re.compile(f"[{_DIGIT}{''.join(_TENS)}廿卅]+")
_MAX_CHARACTERS = 30
"""Characters of a numeral. More are none, and their number would have no float."""
_YEAR = re.compile(f"[{_DIGIT}O]{{4}}(?=\\s*年)")


def read_numeral(text: str) -> int | None:
    """Return the number of a Chinese numeral, 152 for 一百五十二 and 一五二; None for another text.

    The thousands of 一千五 are not said, as in speech: it is 1500.
    """
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    if not 0 < len(text) <= _MAX_CHARACTERS:
        return None
    if any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in text):
        return None
    if not any(c in _TENS or c in _MYRIADS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    last_unit = 1
    for character in text:
        if character in _DIGITS:
            digit, last_unit = _DIGITS[character], last_unit if _DIGITS[character] else 1
        elif character in _TENS:
            unit = _TENS[character]
            section += (digit or 1) * unit
            digit, last_unit = 0, unit
        else:
            unit = _MYRIADS[character]
            total = (
                (total + section + digit) * unit
                if unit > 10**4
                else total + (section + digit) * unit
            )
            section, digit, last_unit = 0, 0, unit
    return total + section + digit * max(1, last_unit // 10)


def with_arabic_dates(text: str) -> str:
    """Return the text with the Chinese numerals of its dates in digits: 2026年12月31日."""
    text = _YEAR.sub(lambda match: "".join(str(_DIGITS.get(c, 0)) for c in match[0]), text)

    def digits(match: re.Match[str]) -> str:
        number = read_numeral(match[0])
        is_dated = re.match(r"\s*(?:个?月|日|号|季度|年)", match.string[match.end() :])
        return match[0] if number is None or not is_dated else str(number)

    return _RUN.sub(digits, text)
