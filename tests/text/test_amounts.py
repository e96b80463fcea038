import pytest

from matcher.text.amounts import read_amount


@pytest.mark.parametrize(
    ("written", "wan"),
    [
        ("50", 50),
        ("¥500,000", 50),
        ("RMB 500,000", 50),
        ("500,000.00元", 50),
        ("500,000 yuan", 50),
        ("五十万元", 50),
        ("伍拾万元整", 50),
        ("五十八万五千元", 58.5),
        ("三点五万元", 3.5),
        ("80万元（含税）", 80),
        ("300万元（其中自有200万元）", 300),
        ("总预算100万元，首期30万元", 100),
        ("50萬元", 50),
        ("50w", 50),
        ("3千万元", 3_000),
        ("500千元", 50),
        ("1.2亿", 12_000),
        ("不超过100万元", 100),
        ("至少50万", 50),
        ("５０（万元）", 50),
        ("共2人，50万元", 50),
        ("50万元；合计2项", 50),
        ("50万元，共三年", 50),
        ("共3年，合计150万元", 150),
        ("每年50万元，共3年", 150),
        ("每年约50万元，连续三年", 150),
    ],
)
def test_an_amount_is_read_in_wan(written: str, wan: float) -> None:
    amount = read_amount(written)
    assert (amount.wan, amount.is_range) == (wan, False)


@pytest.mark.parametrize(
    ("written", "heading", "wan"),
    [
        ("500000", "预算（元）", 50),
        ("50", "预算（千元）", 5),
        ("¥500,000", "预算（万元）", 50),
        ("¥50", "预算（万元）", 50),
        ("2", "预算（亿元）", 20_000),
    ],
)
def test_a_heading_has_the_unit_of_a_bare_figure(written: str, heading: str, wan: float) -> None:
    assert read_amount(written, heading).wan == wan


@pytest.mark.parametrize("written", ["50-80万", "50万～80万元", "五十至八十万元", "50—80"])
def test_of_a_range_the_upper_end_is_the_figure(written: str) -> None:
    amount = read_amount(written)
    assert amount.is_range and amount.wan == 80


def test_what_is_no_figure_in_yuan() -> None:
    assert all(read_amount(text).is_foreign for text in ("$50,000", "10万美元", "€ 5000"))
    assert all(read_amount(text).is_undecided for text in ("面议", "双方协商确定", "视方案而定"))
    for text in ("首期30万元，二期20万元", "每年20万元", "共3年", "每年50，共3年", "很多"):
        amount = read_amount(text)
        assert amount.wan is None and not (amount.is_foreign or amount.is_undecided)
