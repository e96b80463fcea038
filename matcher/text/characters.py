"""Text with full-width and other compatibility characters made ordinary, character by character."""

import re
import unicodedata

_PERHAPS = re.compile("[^\x00-\x7f\u3000-\u3002\u3400-\u9fff]")


def plain(text: str) -> str:
    """NFKC where a character stays one character, so that offsets are those of the original.

    Full-width letters, digits and signs, sub- and superscripts become ordinary ones; `℃` and `㎡`,
    which would become two, stay.
    """
    return _PERHAPS.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    folded = unicodedata.normalize("NFKC", match.group())
    return folded if len(folded) == 1 else match.group()
