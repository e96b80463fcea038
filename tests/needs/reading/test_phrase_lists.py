import re
from importlib.resources import files

import pytest

from matcher.needs.reading.phrase_lists import phrase_list, phrases_in

LISTS = sorted(
    file.name.removesuffix(".txt")
    for file in (files("matcher.needs.reading") / "phrases").iterdir()
)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_a_comment_and_no_repetition(name: str) -> None:
    text = (files("matcher.needs.reading") / "phrases" / f"{name}.txt").read_text("utf-8")

    assert text.startswith("# ")
    assert len(set(phrase_list(name))) == len(phrase_list(name)) > 0


@pytest.mark.parametrize("name", LISTS)
def test_every_plain_phrase_matches_itself(name: str) -> None:
    plain = [phrase for phrase in phrase_list(name) if not phrase.startswith("re:")]

    assert all(phrases_in(name).search(phrase) for phrase in plain)


def test_no_list_matches_an_empty_text() -> None:
    assert [name for name in LISTS if re.search(phrases_in(name), "")] == []
