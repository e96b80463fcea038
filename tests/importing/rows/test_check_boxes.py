"""Ticked entries of a line, whichever side its boxes stand on."""

import pytest

from matcher.importing.rows.check_boxes import TickedEntries, read_boxes


@pytest.mark.parametrize(
    ("line", "entries"),
    [
        ("□公开 ☑仅匹配", ("仅匹配",)),
        ("公开□ 仅匹配☑", ("仅匹配",)),
        ("仅匹配☑  公开□", ("仅匹配",)),
        ("不公开■ 公开□", ("不公开",)),
        ("公开范围：□公开 ■脱敏 □仅匹配", ("脱敏",)),
        ("[ ]独立研发 [√]委托研发 [ ]合作研发", ("委托研发",)),
        ("独立研发（ ） 委托研发（√）", ("委托研发",)),
        ("□独立研发 ▣委托研发", ("委托研发",)),
        ("○独立研发 ●委托研发", ("委托研发",)),
        ("独立研发 委托研发√ 合作研发", ("委托研发",)),
        ("独立研发 √委托研发 合作研发", ("委托研发",)),
        ("□独立研发 ☑委托研发 ☑合作研发，费用面议", ("委托研发", "合作研发，费用面议")),
        ("是□否☑", ("否",)),
        ("公开：□ 仅匹配：☑", ("仅匹配",)),
        ("公开：☑ 仅匹配：□", ("公开",)),
        ("公开范围：公开□ 仅匹配☑", ("仅匹配",)),
        ("□公开 □仅匹配", ()),
        ("（v）仅匹配 （ ）公开", ("仅匹配",)),
        ("仅匹配（○） 公开（ ）", ("仅匹配",)),
        ("V仅匹配 □公开", ("仅匹配",)),
        ("⦿仅匹配 ○公开", ("仅匹配",)),
        ("☑\ufe0f仅匹配 ⬜公开", ("仅匹配",)),
        ("不公开□√ 公开□", ("不公开",)),
        ("√□不公开 □公开", ("不公开",)),
        ("公开□ 不公开☑（请在□内打√）", ("不公开",)),
        ("公开□ 不公开☑（单选）", ("不公开",)),
    ],
)
def test_the_line_tells_which_side_its_boxes_stand_on(line: str, entries: tuple[str, ...]) -> None:
    assert read_boxes(line) == TickedEntries(entries)


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        ("公开 ☑ 脱敏 □ 仅匹配", (("脱敏",), ("公开",))),
        ("☑公开□", (("公开",), ())),
        ("不公开 ☑ 公开 □（单选）", (("不公开",), ("公开",))),
        ("不公开 ☑　公开 □*", (("不公开",), ("公开",))),
    ],
)
def test_a_line_that_tells_no_side_has_two_readings(
    line: str, readings: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    found = read_boxes(line)
    assert found is not None and (found.entries, found.otherwise) == readings


@pytest.mark.parametrize("line", ["公开", "", "√", "☑", "委托研发（50 万元）"])
def test_a_line_without_boxes_or_of_boxes_alone_is_read_otherwise(line: str) -> None:
    assert read_boxes(line) is None


def test_the_zero_of_a_year_is_no_box() -> None:
    assert read_boxes("二〇二六年十二月") is None
    assert read_boxes("○公开 ●仅匹配") == TickedEntries(("仅匹配",))


@pytest.mark.parametrize(
    ("line", "are_crosses"),
    [("×公开", True), ("公开（x）", True), ("[x]公开 [ ]仅匹配", False), ("公开× 仅匹配√", False)],
)
def test_crosses_without_a_tick_are_named(line: str, are_crosses: bool) -> None:
    boxes = read_boxes(line)
    assert boxes is not None and boxes.are_crosses is are_crosses
