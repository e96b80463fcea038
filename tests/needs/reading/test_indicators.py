"""Figures of a need, whole and as written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.needs.reading.indicators import indicators


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("厚度≤0.5 mm，耐温 300 ℃，纯度99.9%", ("≤0.5 mm", "300 ℃", "99.9%")),
        ("粒径10~20 μm", ("10~20 μm",)),
        ("合格率不低于95%", ("不低于95%",)),
        ("粘度1.5×10^6 Pa·s", ("1.5×10^6 Pa·s",)),
        ("粘度1.5×10⁶ Pa·s，真空10⁻⁶ mbar", ("1.5×10⁶ Pa·s", "10⁻⁶ mbar")),
        ("老化24小时", ("24小时",)),
        ("导热系数≥3.5 W/(m·K)，线速30 m/min", ("≥3.5 W/(m·K)", "30 m/min")),
        ("密度500kg/m³，溶出180 mg·L-1", ("500kg/m³", "180 mg·L-1")),
        ("在-40~85℃工作，控温25±2℃", ("-40~85℃", "25±2℃")),
        ("电阻（2.4～2.9）Ω", ("（2.4～2.9）Ω",)),
        ("误差＜０.１‰，占比90％以上", ("＜０.１‰", "90％以上")),
        ("外形10×20×30 mm，电压126kV～800kV", ("10×20×30 mm", "126kV～800kV")),
        ("降幅5%-10%，噪声70---80分贝", ("5%-10%", "70---80分贝")),
        (
            "Ra≤0.8，防护IP67，HRC60以上，pH 6~8，能过V-0",
            ("Ra≤0.8", "IP67", "HRC60以上", "pH 6~8", "V-0"),
        ),
        ("二十微米上下，常见牌子九成以上", ("二十微米", "九成以上")),
        ("传热系数3.5以上", ("3.5以上",)),
        (
            "at least 6 dB, 3 mm at most, 1,000 hours",
            ("at least 6 dB", "3 mm at most", "1,000 hours"),
        ),
        ("between 8 and 16 inches, a 20-tonne digger", ("between 8 and 16 inches", "20-tonne")),
        ("95%，再说一遍95%", ("95%",)),
    ],
)
def test_figures_are_found_whole(text: str, found: tuple[str, ...]) -> None:
    assert indicators(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "成立于2019年，2027年底完成，2019-2020年",
        "投资500万元，员工120人，专利20项，单价30元，占地1500亩",
        "1、防水；2、防火；第3页；5G通信；3D打印",
        "316L不锈钢，Q235B钢，型号ZFJ-11D，H01M4/36，Na2O，GB/T 22900",
        "一个厂，一天一夜，两种",
        "",
    ],
)
def test_years_money_counts_and_names_are_none(text: str) -> None:
    assert indicators(text) == ()


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("0123456789.,%℃mk/·×^~≤±-（）不低于至以上 一二三微米次年A\n")))
def test_figures_are_pieces_of_the_text_and_hold_a_number(text: str) -> None:
    found = indicators(text)
    assert len(set(found)) == len(found)
    for figure in found:
        assert figure in text
        assert any(character.isdigit() or character in "一二三" for character in figure)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["≤", "≥", "不低于", "不超过", "约", ""]),
    st.decimals(0, 9999, places=2, allow_nan=False),
    st.sampled_from(["mm", "℃", "%", "MPa", "小时", "μm", "W/(m·K)", "kg/m³"]),
)
def test_a_figure_comes_back_as_it_was_written(sign: str, number: object, unit: str) -> None:
    assert indicators(f"要求{sign}{number}{unit}。") == (f"{sign}{number}{unit}",)


def test_a_figure_ends_with_its_line() -> None:
    """成 is a tenth, too: 12 μm and the word on the next line are no 成."""
    assert indicators("厚度12μm\n成本下降10%") == ("12μm", "10%")
