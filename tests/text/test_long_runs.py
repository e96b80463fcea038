"""Texts of one word again and again are read in a time that grows with their length.

Nothing is measured: what grew with its square or cube would not end within the minutes of
`megabytes_for`.
"""

from collections.abc import Callable
from datetime import date

import pytest

from matcher.errors import InputError
from matcher.events import timetable
from matcher.needs.reading.reading import read_need
from matcher.patents import filter_parsing, licence_terms, names
from matcher.text import amounts, dates, deadlines, markup, numerals
from matcher.types import Need
from tests.support.bounded import megabytes_for

LONG = 400_000
MEGABYTES = 400
SLOTS = timetable.read_slots("14:00-15:00/20")
LISTS = "，样例大学", "大学(", ", ", " ", "省1", "(大路1", "；"


@pytest.mark.parametrize("word", LISTS)
@pytest.mark.parametrize("read", [names.read_people, names.read_organisations])
def test_names(read: Callable[[str], object], word: str) -> None:
    assert megabytes_for(lambda: print(len(str(read(word * (LONG // len(word))))))) < MEGABYTES


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda text: read_need(Need(text=f"需求。{text}x")), "\t" * 5_000),
        (lambda text: read_need(Need(text=f"主要问题{text}x")), " " * 5_000),
        (licence_terms.read_list, " " * LONG + "x"),
        (lambda text: timetable.read_presence(text, SLOTS), " " * LONG + "x"),
        (markup.on_one_line, " " * LONG + "x"),
    ],
    ids=["need", "heading", "terms", "slots", "title"],
)
def test_blanks(read: Callable[[str], object], text: str) -> None:
    assert megabytes_for(lambda: print(len(str(read(text))))) < MEGABYTES


def test_blanks_in_a_filter() -> None:
    def read() -> None:
        with pytest.raises(InputError):
            filter_parsing.read_filters(filter_parsing.FilterTexts(ipc=[f"{' ' * LONG}x"]))

    assert megabytes_for(read) < MEGABYTES


def test_a_numeral_of_thousands_of_characters_is_none() -> None:
    assert numerals.read_numeral("一" * 5_000) is None
    assert numerals.read_numeral("十亿" * 5_000) is None
    assert amounts.read_amount("十万亿" * 3_000 + "万元").wan in (None, 0.0)
    assert dates.parse("一" * 5_000) is None
    deadlines.read_deadline(f"{'一' * 5_000}年内", date(2026, 6, 1))


def test_commas_in_brackets_separate_no_organisations() -> None:
    cell = "样例大学（天津，河北）,样例研究院,样例公司(集团,总)"
    read = names.read_organisations(cell)
    assert read == ("样例大学（天津，河北）", "样例研究院", "样例公司(集团,总)")
