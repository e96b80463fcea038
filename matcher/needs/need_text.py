"""Text of a need as far as it can be matched at all: some words, and not too many."""

from matcher.errors import InputError
from matcher.language.coded import CodedText
from matcher.language.messages import _
from matcher.needs.record import MAX_NEED_CHARACTERS


def text_fault(text: str) -> CodedText | None:
    """Return the fault for which no search is made: no text, no word, too long; often None.

    A text of digits and signs only has no word in any language.
    """
    if not text.strip():
        return CodedText(
            "need_empty", _("the need is empty: write in a sentence or two what is needed")
        )
    if not any(map(str.isalpha, text)):
        return CodedText(
            "need_without_words",
            _(
                "the need has no word, only digits and signs: write in a sentence or two what is "
                "needed"
            ),
        )
    if len(text) > MAX_NEED_CHARACTERS:
        return CodedText(
            "need_too_long",
            _(
                "a need may have {most:,} characters at most, this one has {count:,}: shorten it",
                most=MAX_NEED_CHARACTERS,
                count=len(text),
            ),
        )
    return None


def check_text(text: str) -> None:
    """Raise InputError for a text for which no search is made."""
    if fault := text_fault(text):
        raise InputError(fault)
