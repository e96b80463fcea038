"""Language in which a run or a request speaks to its user."""

import locale
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeGuard

Language = Literal["zh", "en"]
VARIABLE = "MATCHER_LANGUAGE"
"""Environment variable of the setting."""

_current: ContextVar[Language] = ContextVar("language", default="en")


def current_language() -> Language:
    """Return the language of this run or request; English where nobody has chosen."""
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Let all messages that are made in the block be in this language.

    A thread that is started in the block speaks it only in a copy of the context, as
    `asyncio` and `anyio` give it.
    """
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def is_language(text: str | None) -> TypeGuard[Language]:
    """True for the code of a language that messages have."""
    return text in ("zh", "en")


def chosen_language(environment: Mapping[str, str]) -> Language:
    """Return the language of MATCHER_LANGUAGE, or else of the locale."""
    chosen = environment.get(VARIABLE)
    return chosen if is_language(chosen) else locale_language(environment)


def locale_language(environment: Mapping[str, str]) -> Language:
    """Return Chinese for a Chinese locale, English for every other one.

    Reads the variables in the order of gettext; where none is set, as on Windows, asks the system.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _of_locale(environment[name])
    return _of_locale(locale.getlocale()[0] or "")


def accepted_language(header: str) -> Language | None:
    """Return the language that an Accept-Language header (RFC 9110) likes best.

    None where it names neither Chinese nor English.
    """
    best: tuple[float, Language] | None = None
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        primary = tag.strip().lower().split("-")[0]
        quality = _quality(weight)
        if is_language(primary) and quality > (0.0 if best is None else best[0]):
            best = (quality, primary)
    return None if best is None else best[1]


def _of_locale(name: str) -> Language:
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _quality(weight: str) -> float:
    name, _, value = weight.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
