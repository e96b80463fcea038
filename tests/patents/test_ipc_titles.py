"""Titles of IPC symbols: in both languages, never empty: else that of the next wider symbol."""

import re
from importlib.resources import files

import pytest

from matcher.patents.ipc_titles import UNKNOWN, ipc_title

ROWS = [
    line.split("\t")
    for line in files("matcher.patents").joinpath("ipc_titles.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_the_table_is_in_order_and_complete() -> None:
    symbols = [row[0] for row in ROWS]
    assert all(len(row) == 3 and all(map(str.strip, row)) for row in ROWS)
    assert set("ABCDEFGH") <= set(symbols) and len(set(symbols)) == len(symbols)
    assert all(re.fullmatch(r"[A-H](\d{2}[A-Z]?)?", symbol) for symbol in symbols)
    assert {symbol[:3] for symbol in symbols if len(symbol) == 4} <= set(symbols)
    classes = [symbol for symbol in symbols if len(symbol) > 1]
    assert classes == sorted(classes)


def test_chinese_titles_are_chinese_and_english_ones_are_not() -> None:
    han = re.compile("[\u4e00-\u9fff]")
    assert all(han.search(chinese) and not han.search(english) for _, chinese, english in ROWS)


@pytest.mark.parametrize(
    ("symbol", "chinese"),
    [
        ("H01M", "电池与燃料电池"),
        ("H01M4/36", "电池与燃料电池"),
        ("A42C", "帽类"),
        ("A98Z", "人类生活必需"),
    ],
)
def test_a_symbol_without_a_title_takes_that_of_the_next_wider_one(
    symbol: str, chinese: str
) -> None:
    assert ipc_title(symbol)["zh"] == chinese


def test_a_symbol_of_no_section_has_a_title_too() -> None:
    assert ipc_title("Y02E") == ipc_title("") == UNKNOWN
