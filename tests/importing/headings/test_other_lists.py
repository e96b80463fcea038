"""Lists of papers, trade marks and software are refused as such; patents beside them go in."""

from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.importing.headings.other_lists import find_other_list
from tests.support.import_files import BOTH, read, titles, write_csv, write_xlsx

LENS = "Lens ID,Title,Date Published,Publication Type,Source Title,ISSNs,Author/s,Abstract,DOI"
LISTS = [
    (LENS, "Scholarly Works"),
    ("Authors,Article Title,Source Title,Abstract,DOI,UT (Unique WOS ID)", "Web of Science"),
    ("PT,AU,AF,TI,SO,AB,VL,BP,EP,DI,UT", "Web of Science"),
    ("Authors,Author full names,Author(s) ID,Title,Year,Source title,DOI,Abstract,EID", "Scopus"),
    ("PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,DOI", "PubMed"),
    ("Title-题名,Author-作者,Source-文献来源,Summary-摘要,PubTime-发表时间", "CNKI"),
    ("题名,作者,作者单位,刊名,关键词,摘要,基金项目", "CNKI"),
    ("題名,作者,刊名,發表時間,摘要", "CNKI"),
    ("序号,论文题目,第一作者,发表期刊,摘要", "论文"),
    ("Title,Author,Journal,Volume,Issue,Abstract", "papers"),
    ("Title,Authors,Journal,DOI,Year,Abstract", "papers"),
    ("TI,AU,SO,DI,PY,UT,AB", "Web of Science"),
    ("申请号,商标名称,国际分类,申请人,申请日期,商标状态", "商标"),
    ("登记号,软件名称,著作权人,版本号,名称,申请日期", "软件著作权"),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "what"), LISTS)
def test_a_list_of_other_things_is_refused_by_name(
    tmp_path: Path, headings: str, what: str
) -> None:
    names = headings.split(",")
    rows = [names, *([f"样例{n}{name}" for name in names] for n in (1, 2))]
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", {"1": rows})):
        with pytest.raises(InputError, match="not of patents or needs") as caught:
            read(path)
        assert what in str(caught.value)


def test_a_sheet_of_papers_is_left_out_and_patents_go_in(tmp_path: Path) -> None:
    papers = (LENS.split(","), ["样例"] * 9)
    file = read(write_xlsx(tmp_path / "a.xlsx", {"论文": papers, "专利": BOTH}))
    assert titles(file) == [BOTH[1][2], BOTH[2][2]]
    assert [(problem.sheet, problem.row) for problem in file.problems] == [("论文", None)]


@pytest.mark.parametrize(
    "headings",
    [
        "Lens ID,Title,Publication Number,Abstract,DOI,ISSNs,Source Title",
        "申请号,专利名称,第一作者,期刊,发表时间",
        "PN,TI,AU,AE,AB,PD,PY,UT,IP",
    ],
)
def test_a_table_with_numbers_of_patents_is_no_list_of_papers(headings: str) -> None:
    assert find_other_list(headings.split(","), has_patent_numbers=True) is None
