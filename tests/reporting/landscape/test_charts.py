"""Charts: the same bytes for the same data, texts as texts, a drawing for few data and for none."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from matplotlib import rcParams
from matplotlib.font_manager import fontManager

from matcher.errors import InputError
from matcher.landscape.frames import supply_frames
from matcher.landscape.landscape import Landscape
from matcher.language.choice import speaking
from matcher.reporting.landscape import canvas
from matcher.reporting.landscape.charts import CHARTS, chart, chart_size
from matcher.reporting.landscape.words import HEADING, TITLE
from tests.support.landscapes import EMPTY, FEW, LONG_NAME, MANY, count


@pytest.fixture(autouse=True)
def with_font() -> None:
    """Skip on a machine without a Chinese font."""
    try:
        canvas.chinese_font()
    except InputError as error:
        pytest.skip(str(error))


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    canvas.chinese_font.cache_clear()
    monkeypatch.setattr(fontManager, "ttflist", [])
    yield
    canvas.chinese_font.cache_clear()


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_data_gives_the_same_bytes(name: str) -> None:
    for kind in ("svg", "png"):
        assert chart(MANY, name, kind) == chart(MANY, name, kind)
    assert chart(MANY, name) != chart(EMPTY, name)


def test_texts_of_a_chart_are_texts_in_the_readers_language() -> None:
    with speaking("zh"):
        chinese = chart(MANY, "by_status").decode()
    english = chart(MANY, "by_status").decode()
    assert "有权" in chinese and "in force" in english
    assert "<script" not in chinese and "http-equiv" not in chinese


@pytest.mark.parametrize("found", [EMPTY, FEW, MANY])
@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_is_drawn(found: Landscape, name: str) -> None:
    assert chart(found, name).count(b"<svg ") == 1
    assert chart(found, name, "png").startswith(b"\x89PNG")
    narrow = chart(found, name, is_narrow=True)
    assert b'width="331.2pt"' in narrow and narrow != chart(found, name)


@pytest.mark.parametrize("is_narrow", [False, True])
@pytest.mark.parametrize("found", [EMPTY, FEW, MANY])
@pytest.mark.parametrize("name", CHARTS)
def test_the_size_is_known_before_the_chart_is_drawn(
    found: Landscape, name: str, is_narrow: bool
) -> None:
    drawn = chart(found, name, is_narrow=is_narrow).decode()
    tag = drawn[drawn.index("<svg ") :].partition(">")[0]
    sizes = dict(re.findall(r'(width|height)="([\d.]+)pt"', tag))
    width, height = float(sizes["width"]), float(sizes["height"])
    assert chart_size(found, name, is_narrow=is_narrow) == (round(width), round(height))


def test_a_single_year_stands_on_the_axis_as_a_year() -> None:
    years = supply_frames({"filed": [count(2020, 3)]})["by_year"]
    drawing = chart(replace(FEW, frames={**FEW.frames, "by_year": years}), "by_year").decode()
    assert ">2020</text>" in drawing and "e3" not in "".join(re.findall(">([^<]*)</text>", drawing))


def test_a_long_name_is_cut_on_its_second_line() -> None:
    drawn = chart(MANY, "by_institution").decode()
    assert LONG_NAME not in drawn and LONG_NAME[:17] in drawn and "…" in drawn


def test_a_name_with_dollar_signs_is_no_formula() -> None:
    assert "样例$机$构" in chart(MANY, "by_institution").decode()


def test_no_setting_of_the_process_stays_changed() -> None:
    before = dict(rcParams)
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda name: chart(MANY, name), CHARTS * 2))
    assert drawn[: len(CHARTS)] == drawn[len(CHARTS) :] and dict(rcParams) == before


@pytest.mark.usefixtures("without_fonts")
def test_a_missing_font_is_named_with_what_to_install() -> None:
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        chart(MANY, "by_status")


def test_every_frame_and_column_has_its_words() -> None:
    assert MANY.frames.keys() == TITLE.keys()
    assert {str(column) for frame in MANY.frames.values() for column in frame} == HEADING.keys()
    with pytest.raises(KeyError):
        chart(replace(MANY, frames={}), "by_year")
