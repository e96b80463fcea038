"""The language of a run: chosen, of the setting, of the locale, of a header."""

import asyncio
from collections.abc import Mapping

import pytest

from matcher.language.choice import (
    Language,
    accepted_language,
    chosen_language,
    current_language,
    speaking,
)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ({"MATCHER_LANGUAGE": "zh", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"MATCHER_LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"MATCHER_LANGUAGE": "fr", "LANG": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_the_setting_goes_before_the_locale(
    environment: Mapping[str, str], expected: Language
) -> None:
    assert chosen_language(environment) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.3, zh-Hans;q=0.7", "zh"),
        ("fr,zh;q=0.2", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("ZH", "zh"),
        ("en, zh", "en"),
        ("fr", None),
        ("*", None),
        ("zh;q=x", None),
        ("", None),
    ],
)
def test_the_header_names_the_best_language(header: str, expected: Language | None) -> None:
    assert accepted_language(header) == expected


def test_english_is_spoken_until_a_language_is_chosen() -> None:
    assert current_language() == "en"
    with speaking("zh"):
        assert current_language() == "zh"
        with speaking("en"):
            assert current_language() == "en"
        assert current_language() == "zh"
    assert current_language() == "en"


def test_requests_at_the_same_time_speak_their_own_language() -> None:
    async def answer(language: Language) -> Language:
        with speaking(language):
            await asyncio.sleep(0)
            return current_language()

    async def both() -> list[Language]:
        return list(await asyncio.gather(answer("zh"), answer("en"), answer("zh")))

    assert asyncio.run(both()) == ["zh", "en", "zh"]
