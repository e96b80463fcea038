"""Exports of a patent database of any size, as .xlsx and .csv: every row has its own text."""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from matcher.patents.application_numbers import check_digit
from scripts.bench.catalogue import case_records

HEADINGS = (
    *("申请号", "申请日", "公开(公告)号", "公开(公告)日", "授权公告日", "专利类型", "法律状态"),
    *("标题", "摘要", "权利要求", "申请人", "专利权人", "发明人", "IPC主分类号", "IPC分类号"),
    *("申请人地址", "转让次数", "许可次数"),
)
_CLAIMS = HEADINGS.index("权利要求")
_FIRST_DAY = date(2012, 1, 2)
_FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN_NAMES = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰红建文利云"
_PLACES = ("江苏省南京市", "浙江省杭州市", "湖北省武汉市", "陕西省西安市", "天津市南开区")
_SCHOOLS = ("理工大学", "工业大学", "材料研究所", "农业大学", "科技有限公司")
_SENTENCE = re.compile(r"(?<=[。；;])|\n(?:\d+[.．、]\s*)?|(?<=[a-z]\.)\s|^1\.\s*")


def write_export(target: Path, rows: int, *, claims: bool) -> None:
    """Write `rows` patents with headings, as .xlsx or .csv by the name; the same each time."""
    table: Iterator[Sequence[str]] = chain([HEADINGS], _rows(rows))
    if not claims:
        table = ([*row[:_CLAIMS], *row[_CLAIMS + 1 :]] for row in table)
    if target.suffix == ".csv":
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(table)
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("专利")
    for row in table:
        sheet.append(row)
    book.save(target)


def _rows(count: int) -> Iterator[list[str]]:
    chance = random.Random(19)
    records = [record for record in case_records() if "claims_all" in record]
    titles = [record["title"] for record in records]
    sentences = _sentences(record["abstract"] for record in records)
    claims = _sentences(record["claims_all"] for record in records)
    symbols = [record["ipc_main"] for record in records if record.get("ipc_main")]
    for number in range(1, count + 1):
        filed = _FIRST_DAY + timedelta(chance.randrange(4000))
        published = filed + timedelta(chance.randrange(200, 900))
        is_granted = chance.random() < 0.6
        kind = "授权" if is_granted else "实质审查"
        digits = f"{filed.year}1{number:07}"
        owner = f"{chance.choice(_PLACES)[:2]}第{chance.randrange(400)}{chance.choice(_SCHOOLS)}"
        own_symbols = chance.sample(symbols, 3)
        yield [
            f"CN{digits}.{check_digit(digits)}",
            filed.isoformat(),
            f"CN{100_000_000 + number}{'B' if is_granted else 'A'}",
            published.isoformat(),
            published.isoformat() if is_granted else "",
            "发明授权" if is_granted else "发明申请",
            kind,
            f"{chance.choice(titles)}（{number}）",
            _text(chance, sentences, 4, number),
            _claims(chance, claims, number),
            owner,
            owner,
            "; ".join(_person(chance) for _ in range(chance.randrange(2, 7))),
            own_symbols[0],
            "; ".join(own_symbols),
            f"{chance.choice(_PLACES)}{chance.choice(_FAMILY_NAMES)}园路{chance.randrange(900)}号",
            str(chance.randrange(3)),
            str(chance.randrange(3)),
        ]


def _sentences(texts: Iterator[str]) -> list[str]:
    return [part for text in texts for part in _SENTENCE.split(text) if len(part) > 15]


def _text(chance: random.Random, sentences: Sequence[str], count: int, number: int) -> str:
    return "".join(chance.sample(sentences, count)) + f"样品编号为{number}。"


def _claims(chance: random.Random, sentences: Sequence[str], number: int) -> str:
    first = f"1. 一种装置，其特征在于，{_text(chance, sentences, 2, number)}"
    others = (
        f"{n}. 根据权利要求1所述的装置，其特征在于，{_text(chance, sentences, 1, number)}"
        for n in range(2, 9)
    )
    return "\n".join([first, *others])


def _person(chance: random.Random) -> str:
    return chance.choice(_FAMILY_NAMES) + "".join(chance.sample(_GIVEN_NAMES, 2))
