"""Rows of one case: the order of the file decides nothing between rows that nothing ranks."""

from itertools import permutations
from pathlib import Path

import pytest

from tests.support.import_files import read, write_csv

COLUMNS = ("申请号", "公开(公告)号", "公开(公告)日", "发明名称", "专利权人")
NUMBER = "CN201919900001.1"
A = (NUMBER, "CN119900001A", "2019-09-01", "一种样例隔膜", "样例大学")
B = (NUMBER, "CN119900001B", "2021-03-01", "样例隔膜及其制法", "样例研究院")
BARE = (NUMBER, "", "", "样例", "样例甲公司")
OTHER = (NUMBER, "", "", "样品", "样例乙公司")
UNREADABLE = (NUMBER, "CN999199456A", "", "样张", "样例丙公司")


@pytest.mark.parametrize(
    ("rows", "title", "owner"),
    [
        ((A, B, BARE), "样例隔膜及其制法", "样例研究院"),
        ((B, UNREADABLE), "样例隔膜及其制法", "样例研究院"),
        ((A, BARE, UNREADABLE), "一种样例隔膜", "样例大学"),
        ((BARE, OTHER), "样品", "样例甲公司"),
        ((BARE, OTHER, UNREADABLE), "", ""),
    ],
)
def test_every_order_of_the_rows_gives_one_record_and_tells_the_dispute(
    tmp_path: Path, rows: tuple[tuple[str, ...], ...], title: str, owner: str
) -> None:
    found = set()
    for order in permutations(rows):
        file = read(write_csv(tmp_path / "list.csv", (COLUMNS, *order)))
        (record,) = file.patents
        found.add((record.patent.title, record.patent.owners, record.patent.publication_number))
        told = {p.column: p.fix for p in file.problems if "are of one patent" in p.fix}
        assert set(told) == {"发明名称", "专利权人"}
        assert 1 + record.additions + record.repeats == len(rows)
        lost = order.index(next(row for row in order if row[3] != record.patent.title)) + 2
        assert str(lost) in told["发明名称"] or len(rows) > 2
    assert len(found) == 1
    if title and rows != (BARE, OTHER):
        assert found.pop()[:2] == (title, (owner,))
