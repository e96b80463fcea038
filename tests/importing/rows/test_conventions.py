"""Names and dates of a column are read in one way, which the column tells."""

from datetime import date
from pathlib import Path

import pytest

from matcher.types import Patent
from tests.support.import_files import Table, read, write_csv, write_xlsx

GOOGLE = ("id", "title", "assignee", "inventor/author", "priority date", "filing/creation date",
          "publication date", "grant date", "result link")  # fmt: skip


def google(path: Path, *rows: tuple[str, ...]) -> Path:
    """A Google Patents export of these assignees, inventors and dates."""
    table: list[tuple[str, ...]] = [("search URL:", "https://patents.google.com/?q=sample"), GOOGLE]
    for number, (assignee, inventors, filed, published) in enumerate(rows, start=1):
        cells = (f"EP-990000{number}-A1", f"Sample {number}", assignee, inventors)
        table.append((*cells, "", filed, published, "", "https://patents.google.com/x"))
    return write_csv(path, table)


def patents(path: Path) -> list[Patent]:
    """The patents of a file."""
    return [record.patent for record in read(path).patents]


def test_google_separates_names_by_commas_in_every_script(tmp_path: Path) -> None:
    many = ", ".join(f"Alpha{n} Sample{n}" for n in range(1, 14))
    read_patents = patents(
        google(
            tmp_path / "gp.csv",
            ("Sample Co., Ltd., 샘플화학", "김샘플, 이보기", "2018-07-02", "2020-07-16"),
            ("Sample Ltd, 見本産業株式会社", "太郎 見本, 花子 例示", "2018-07-02", "2020-07-16"),
            (many, "Alpha1 Sample1", "2018-07-02", "2020-07-16"),
        )
    )
    assert [patent.applicants[:2] for patent in read_patents] == [
        ("Sample Co., Ltd.", "샘플화학"),
        ("Sample Ltd", "見本産業株式会社"),
        ("Alpha1 Sample1", "Alpha2 Sample2"),
    ]
    assert [patent.inventors for patent in read_patents] == [
        ("김샘플", "이보기"),
        ("太郎 見本", "花子 例示"),
        ("Alpha1 Sample1",),
    ]
    assert len(read_patents[2].applicants) == 13


@pytest.mark.parametrize(
    ("telling", "filed"), [("21/12/2017", date(2017, 4, 3)), ("12/21/2017", date(2017, 3, 4))]
)
def test_one_date_tells_the_order_of_its_column(tmp_path: Path, telling: str, filed: date) -> None:
    path = google(
        tmp_path / "gp.csv",
        ("Sample Inc", "Ann Sample", "03/04/2017", "01/02/2019"),
        ("Sample Inc", "Bob Sample", telling, "03/02/2019"),
    )
    assert [patent.filing_date for patent in patents(path)] == [filed, date(2017, 12, 21)]
    assert not any(problem.column for problem in read(path).problems)


def test_an_order_that_no_date_tells_is_one_problem_a_column(tmp_path: Path) -> None:
    path = google(
        tmp_path / "gp.csv",
        ("Sample Inc", "Ann Sample", "03/04/2017", "2019-01-02"),
        ("Sample Inc", "Bob Sample", "05/06/2017", "2019-01-02"),
    )
    assert [patent.filing_date for patent in patents(path)] == [None, None]
    (problem,) = [problem for problem in read(path).problems if problem.column]
    assert (problem.column, problem.value) == ("filing/creation date", "03/04/2017")
    assert "2 rows" in problem.fix and "month" in problem.fix


def test_dotted_dates_days_of_a_spreadsheet_and_compact_ones(tmp_path: Path) -> None:
    rows: Table = [("申请号", "发明名称", "申请日"), *(
        (f"CN20191990000{n}", f"样例{n}", written)
        for n, written in enumerate(["02.09.2005", "38597", 20050902], start=1)
    )]  # fmt: skip
    filed = {patent.filing_date for patent in patents(write_xlsx(tmp_path / "a.xlsx", {"A": rows}))}
    assert filed == {date(2005, 9, 2)}


def test_a_list_of_an_unknown_tool_is_split_as_its_column_is(tmp_path: Path) -> None:
    rows = [
        ("Publication Number", "Title", "Inventors"),
        ("EP9900001A1", "Sample 1", "EXEMPLO SANTOS, Nelson Jorge"),
        ("EP9900002A1", "Sample 2", "SAMPLE, Ann; 見本　将弘"),
    ]
    first, second = patents(write_csv(tmp_path / "list.csv", rows))
    assert first.inventors == ("EXEMPLO SANTOS, Nelson Jorge",)
    assert second.inventors == ("SAMPLE, Ann", "見本 将弘")
