"""Whole numbers that a file states about its own form: a row, a column, a span, a size."""

_MAX_DIGITS = 9
"""Digits that are read. Python refuses to read thousands of them, and no file has such a place."""


def stated_number(written: str | None, default: int, base: int = 10) -> int:
    """Return a stated number, never negative; the default for a text that is none.

    Of a longer number the first nine digits count: it is too large in any case.
    """
    digits = (written or "").strip()[:_MAX_DIGITS]
    is_plain = digits.isascii() and digits.isalnum()
    try:
        return int(digits, base) if is_plain else default
    except ValueError:
        return default
