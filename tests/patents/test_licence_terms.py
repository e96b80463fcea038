import pytest

from matcher.patents.licence_terms import (
    doubts,
    read_list,
    read_terms,
    read_yes_no,
)
from matcher.types import LicenceTerms


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *[(word, True) for word in ("是", "有", "已声明", "√", "Y", "yes", "1")],
        *[(word, False) for word in ("否", "无", "未声明", "×", "N", "no", "0")],
        *[(word, None) for word in ("", " ", "待定", "不详", "未知", "？")],
    ],
)
def test_yes_no_and_other_text(cell: str, value: bool | None) -> None:
    assert read_yes_no(cell) is value


def test_terms_of_a_row() -> None:
    row = {
        "open_licence": "是",
        "licence_fee": "3万元/年",
        "licence_kinds": "普通许可；排他许可",
        "conversion_modes": "转让、许可/作价投资、转让",
        "price_mode": "协议定价",
    }
    assert read_terms(lambda name: row.get(name, "")) == LicenceTerms(
        open_licence=True,
        fee="3万元/年",
        kinds=("普通许可", "排他许可"),
        conversion_modes=("转让", "许可", "作价投资"),
        price_mode="协议定价",
    )
    assert read_terms(lambda name: "") == LicenceTerms()
    assert read_list("；、") == ()


@pytest.mark.parametrize("kind", ["独占许可", "排他许可", "exclusive"])
def test_an_open_licence_beside_an_exclusive_one_is_doubtful(kind: str) -> None:
    assert [field for field, _ in doubts(LicenceTerms(True, kinds=(kind,)))] == ["licence_kinds"]
    assert doubts(LicenceTerms(False, kinds=(kind,))) == []


@pytest.mark.parametrize(
    ("fee", "doubtful"),
    [
        ("3万元/年", False),
        ("2000万元", False),
        ("2001万元", True),
        ("2,500万元", True),
        ("0.3亿元", True),
        ("30000000元", True),
        ("净销售额的20%", False),
        ("净销售额的21％", True),
        ("净利润的40%", False),
        ("按利润41%提成", True),
        ("入门费10万元，销售额5%，利润的41%", True),
        ("面议", False),
    ],
)
def test_a_fee_beyond_the_limits_of_open_licences_is_doubtful(fee: str, doubtful: bool) -> None:
    fields = [field for field, _ in doubts(LicenceTerms(True, fee=fee))]
    assert fields == (["licence_fee"] if doubtful else [])
