import pytest

from matcher.patents.regions import PROVINCES, province_of_address, read_province


@pytest.mark.parametrize(
    "cell",
    ["天津;12", "天津市", "120000", "12", "CN-12", "Tianjin", "中国天津", "天津(12)；江苏(32)"],
)
def test_every_spelling_gives_the_province(cell: str) -> None:
    assert read_province(cell) == "天津"


@pytest.mark.parametrize(
    ("cell", "province"),
    [
        ("Shaanxi", "陕西"),
        ("Shanxi", "山西"),
        ("内蒙古自治区", "内蒙古"),
        ("吉林省吉林市", "吉林"),
        ("US", None),
        ("日本", None),
        ("99", None),
        ("", None),
    ],
)
def test_the_first_province_of_a_cell(cell: str, province: str | None) -> None:
    assert read_province(cell) == province


@pytest.mark.parametrize("code", PROVINCES)
def test_code_and_name_give_the_same_province(code: str) -> None:
    assert read_province(code) == read_province(PROVINCES[code]) == PROVINCES[code]


@pytest.mark.parametrize(
    ("address", "province"),
    [
        ("300000 天津市样例区样例路1号", "天津"),
        ("中国江苏省样例市", "江苏"),
        # A street may be called after a province.
        ("样例区河北路1号", None),
        ("", None),
    ],
)
def test_the_province_of_an_address(address: str, province: str | None) -> None:
    assert province_of_address(address) == province
