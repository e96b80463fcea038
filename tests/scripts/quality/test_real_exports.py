"""The comparison of a file's raw cells with the store."""

from datetime import date
from pathlib import Path

from scripts.quality.raw_tables import read_raw
from scripts.quality.real_exports import compare
from tests.support.import_files import read, write_csv

ROWS = [
    ("search URL:", "https://patents.google.com/?q=sample"),
    ("id", "title", "assignee", "inventor/author", "filing/creation date",
     "result link"),
    ("EP-9900001-A1", "Sample one", "Sample Co., Ltd., Model Inc", "Ann Sample", "31/12/2019", ""),
    ("EP-9900002-B1", "Sample two", "Sample University", "Bob Sample", "01/02/2020", ""),
]  # fmt: skip


def test_cells_that_agree_and_cells_that_differ(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "gp.csv", ROWS, delimiter=";")
    stored = [record.patent for record in read(path).patents]
    assert [patent.filing_date for patent in stored] == [date(2019, 12, 31), date(2020, 2, 1)]
    right = compare(read_raw(path), stored)
    assert (right.compared, right.differences) == (8, [])
    other = write_csv(
        tmp_path / "other.csv", [*ROWS[:3], (*ROWS[3][:2], "Model", "", "2020-02-02", "")]
    )
    wrong = compare(read_raw(other), stored)
    assert [text.split(":")[0] for text in wrong.differences] == ["applicant", "filed"]
