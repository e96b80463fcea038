import json
from importlib.resources import files

import pytest

from matcher.patents.ipc import (
    field_labels,
    industries,
    industry_names,
    main_first,
    read_symbols,
    wipo_fields,
)


@pytest.mark.parametrize(
    ("cell", "symbols"),
    [
        ("H01M4/36(2006.01)I;H01M10/0525(2010.01)I", ["H01M4/36", "H01M10/0525"]),
        ("C08L 23/06 (2006.01) I; C08K 3/22", ["C08L23/06", "C08K3/22"]),
        ("G06K9/00 | G06V10/20", ["G06K9/00", "G06V10/20"]),
        ("H01M0004360000", ["H01M4/36"]),
        ("h01m4/36；H01M4/36", ["H01M4/36"]),
        ("H01M10/0525;10/42;H01M4/36", ["H01M10/0525", "H01M10/42", "H01M4/36"]),
        ("H01M 10/0525, 10/42; 4/36", ["H01M10/0525", "H01M10/42", "H01M4/36"]),
        ("H01M-010/0525", ["H01M10/0525"]),
        ("H01M／10／0525", ["H01M10/0525"]),
        ("C02F-0101/30; C02F-009/14", ["C02F101/30", "C02F9/14"]),
        ("H01M  10/0525      20100101AFI20200101BHCN", ["H01M10/0525"]),
        ("H01M10/0525(2010.01)I, 10/42(2006.01)N", ["H01M10/0525", "H01M10/42"]),
        ("G02B26/005 (EP)\nG02B3/14 (EP)", ["G02B26/005", "G02B3/14"]),
        ("IPC分类号 :\nG06F7/501 ;\nH03L7/16 ;", ["G06F7/501", "H03L7/16"]),
        ("B60W60/00G06K9/62", ["B60W60/00", "G06K9/62"]),
        ("Y02E60/10", ["Y02E60/10"]),
        ("C12P 7", ["C12P7"]),
        ("10/42", []),
        ("2019/10", []),
        ("H01M", ["H01M"]),
        ("H01", []),
        ("样例", []),
    ],
)
def test_symbols_of_a_cell(cell: str, symbols: list[str]) -> None:
    assert read_symbols(cell) == symbols


def test_finer_symbols_replace_the_main_symbol_and_come_first() -> None:
    assert main_first(["H01M"], ["C08J5/18", "H01M50/449"]) == ("H01M50/449", "C08J5/18")
    assert main_first(["G03F7"], ["G03F70/00"]) == ("G03F7", "G03F70/00")


@pytest.mark.parametrize(
    ("symbols", "tagged"),
    [
        (["G06N3/08"], ("NGIT",)),
        (["C08J5/18"], ("NM",)),
        (["B25J15/12"], ("HEM",)),
        (["A61K31/44"], ("BIO",)),
        # The longest prefix wins: G01S19 is not G01S.
        (["G01S19/13"], ("HEM",)),
        (["G01S13/00"], ("NGIT",)),
        # The main symbol counts 1, another a half.
        (["A61K31/44", "C08J5/18"], ("BIO", "NM")),
        (["C08J5/18", "A61K31/44"], ("NM", "BIO")),
        # A shared prefix counts half: enough on the main symbol, too little on one other.
        (["H01M50/449"], ("NM",)),
        (["A61K31/44", "H01M50/449"], ("BIO",)),
        (["E21D1/00"], ()),
        ([], ()),
    ],
)
def test_industries(symbols: list[str], tagged: tuple[str, ...]) -> None:
    assert industries(symbols) == tagged


@pytest.mark.parametrize(
    ("symbols", "fields"),
    [
        (["H01M50/449"], (1,)),
        (["G06F17/50"], (6,)),
        # G06Q is a field of its own, A61K8 one among those of A61K.
        (["G06Q10/00", "H01M4/36"], (7, 1)),
        (["A61K8/02"], (14,)),
        (["A61K31/44"], (16,)),
        (["X99"], ()),
    ],
)
def test_wipo_fields(symbols: list[str], fields: tuple[int, ...]) -> None:
    assert wipo_fields(symbols) == fields


def test_the_tables_are_complete() -> None:
    assert list(industry_names().values()) == [
        "新一代信息技术",
        "新材料",
        "高端装备制造",
        "生物医药",
    ]
    assert sorted(field_labels()) == list(range(1, 36))


def test_no_prefix_is_listed_for_two_wipo_fields() -> None:
    table = json.loads(files("matcher.patents").joinpath("wipo_fields.json").read_text("utf-8"))
    del table["about"]
    prefixes = [prefix for entry in table.values() for prefix in entry["prefixes"]]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize(
    ("cell", "symbols"),
    [
        ("H01M10-0525", ["H01M10/0525"]),
        ("H01M10∕0525", ["H01M10/0525"]),
        ("H01M10⁄0525", ["H01M10/0525"]),
        ("H01M10–0525", ["H01M10/0525"]),
        ("H01M10.0525", ["H01M10/0525"]),
        ("H01M10:0525", ["H01M10/0525"]),
        ("H01M10-0525,10-42", ["H01M10/0525", "H01M10/42"]),
        ("H01M10/0525,42", ["H01M10/0525", "H01M10/42"]),
        ("H01M10/0525，42、44;H01M4/36", ["H01M10/0525", "H01M10/42", "H01M10/44", "H01M4/36"]),
        ("H01M10/05, 2006.01", ["H01M10/05"]),
        ("B25J15/00,20060101", ["B25J15/00"]),
    ],
)
def test_no_spelling_of_a_slash_and_no_further_subgroup_is_cut(
    cell: str, symbols: list[str]
) -> None:
    assert read_symbols(cell) == symbols
