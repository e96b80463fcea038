"""Mark-up and line wraps leave the prose of exports; comparisons and paragraphs stay."""

import pytest

from matcher.text.markup import join_wraps, on_one_line, strip_markup

LINE = "本发明公开了一种耐高温隔膜的制备方法"


@pytest.mark.parametrize(
    ("prose", "text"),
    [
        ("H<sub>2</sub>O&lt;5", "H2O<5"),
        ('<p id="1">样例</p><p>二</p>三<br/>四', "样例\n二\n三\n四"),
        ("含量<0.02%且a<b，c>d", "含量<0.02%且a<b，c>d"),
        ("粒径<5μm,温度>80℃", "粒径<5μm,温度>80℃"),
        ("粒径&lt;5μm,温度&gt;80℃", "粒径<5μm,温度>80℃"),
        ("若a<b>c则<b>停止</b>", "若a<b>c则停止"),
        ("A &amp;lt; B", "A < B"),
        ("10<sup>-3</sup>S/cm", "10^-3S/cm"),
        ("H&lt;sub&gt;2&lt;/sub&gt;O", "H2O"),
        ("<claim num='1'><claim-text>1. 一种膜</claim-text></claim>", "1. 一种膜"),
        ("<math><msup><mn>10</mn><mrow><mo>-</mo><mn>3</mn></mrow></msup></math>", "10^-3"),
        ("<m:math><m:mfrac><m:mi>a</m:mi><m:mi>b</m:mi></m:mfrac></m:math>", "a/b"),
        ("η<!-- 注 -->=<?in-line-formulae end?>2", "η=2"),
    ],
)
def test_mark_up_is_removed_and_comparison_signs_stay(prose: str, text: str) -> None:
    assert strip_markup(prose) == text


@pytest.mark.parametrize(
    ("prose", "text"),
    [
        (f"{LINE}，含\n热和干燥。\n所得不收缩。", f"{LINE}，含热和干燥。\n所得不收缩。"),
        (f"{LINE}，\n  包括加热。", f"{LINE}，包括加热。"),
        ("技术领域\n本发明涉及隔膜", "技术领域\n本发明涉及隔膜"),
        (f"1. {LINE}\n2. 根据权利要求1所述的方法", f"1. {LINE}\n2. 根据权利要求1所述的方法"),
        (f"{LINE}\n二、有益效果", f"{LINE}\n二、有益效果"),
        (f"{LINE}\n\u3000\u3000所得隔膜", f"{LINE}\n\u3000\u3000所得隔膜"),
        ("a first line of words\nand more", "a first line of words\nand more"),
    ],
)  # fmt: skip
def test_wraps_inside_chinese_text_are_joined_and_paragraphs_stay(prose: str, text: str) -> None:
    assert join_wraps(prose) == text


def test_a_title_is_one_line() -> None:
    assert on_one_line("一种耐高温\n隔膜") == "一种耐高温隔膜"
    assert on_one_line("A separator\nfor cells") == "A separator for cells"
