"""Chinese characters: compatibility characters made ordinary (NFKC), traditional simplified."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

BASIC_CHINESE = "\u4e00-\u9fff"
"""The basic block of Chinese characters, as a range in a regular expression's `[...]`."""
CHINESE = f"\u3400-\u4dbf{BASIC_CHINESE}"
"""The basic block and extension A, likewise."""
MAX_FOREIGN_SHARE = 0.1
"""Share of kana and hangul above which a text is no Chinese text with a foreign name in it."""
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
_VARIANTS = str.maketrans("矽醯镕", "硅酰熔")
"""Characters of Taiwan's technical terms that are no traditional forms of the mainland's."""
_SIMPLIFIED_TERMS = "噁鏻"
"""Characters that OpenCC takes for traditional; simplified names of substances are written so."""
_UNUSUAL = re.compile(f"[^\x00-\x7f\u3000-\u3002{CHINESE}]")

_POWER = re.compile(r"([-+−–]?)(\d[\d./]*|n)")
_MINUS = str.maketrans("−–", "--")
_DEGREE_SIGNS = frozenset("oO○。°º")


def is_chinese_character(character: str) -> bool:
    """True if a character is in `CHINESE`."""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"


def nfkc(text: str) -> str:
    """Return the text in NFKC, in which full-width letters, digits and signs are ordinary."""
    return unicodedata.normalize("NFKC", text)


def nfkc_in_place(text: str) -> str:
    """Return NFKC where a character stays one character, so that offsets are the original's.

    Full-width letters, digits and signs, sub- and superscripts become ordinary; `℃` and `㎡`,
    which would become two characters, and the blank and marks `　、。` stay.
    """
    return _UNUSUAL.sub(_one_character, text)


def simplified(text: str) -> str:
    """Return the text in simplified characters, one for one, so that offsets are the original's.

    Japanese and Korean texts stay as they are. Source of the characters: OpenCC.
    """
    if text.isascii() or not _traditional().search(text):
        return text
    if len(_KANA_OR_HANGUL.findall(text)) > MAX_FOREIGN_SHARE * len(text):
        return text
    kept = re.split(f"([{_SIMPLIFIED_TERMS}])", text)
    kept[::2] = map(_converter().convert, kept[::2])
    return "".join(kept).translate(_VARIANTS)


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _traditional() -> re.Pattern[str]:
    """Return a pattern of the characters that `simplified` may change.

    A pattern finds them in a tenth of the time of a set, which makes each character a text.
    """
    chinese = list(map(chr, (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))))
    # A line each, so that no two make a word.
    converted = _converter().convert("\n".join(chinese)).split("\n")
    changed = {before for before, after in zip(chinese, converted, strict=True) if before != after}
    characters = sorted((changed | set(map(chr, _VARIANTS))) - set(_SIMPLIFIED_TERMS))
    return re.compile(f"[{''.join(characters)}]")


def _one_character(match: re.Match[str]) -> str:
    folded = nfkc(match.group())
    return folded if len(folded) == 1 else match.group()


def superscript(text: str) -> str:
    """Return raised text so that it stays apart from its base: `-3` as `^-3`, the o of oC as °.

    Text that is neither a power nor a degree sign stays.
    """
    raised = text.strip()
    if raised in _DEGREE_SIGNS:
        return "°"
    power = _POWER.fullmatch(raised)
    if power is None:
        return text
    return f"^{power[1].translate(_MINUS)}{power[2]}"
