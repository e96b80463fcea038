"""Numbers of a row: offices from other columns, numbers in the wrong column, unreadable ones."""

from pathlib import Path

import pytest

from matcher.importing.read_file import ReadFile
from matcher.patents.ids import is_local
from matcher.types import Patent, PatentType
from tests.support.import_files import read, write_csv, write_xlsx

Numbers = tuple[str | None, str | None]


def patents_of(file: ReadFile) -> list[Patent]:
    assert not any(problem.refused for problem in file.problems)
    return [record.patent for record in file.patents]


def numbers_of(file: ReadFile) -> list[Numbers]:
    return [(patent.application_number, patent.publication_number) for patent in patents_of(file)]


def test_the_country_column_completes_bare_numbers(tmp_path: Path) -> None:
    headings = (
        "Application Id",
        "Application Number",
        "Publication Number",
        "Country",
        "Title",
        "I P C",
    )
    rows = (
        ("US99903540", "99217391", "20069912774", "US", "Sample detector", "G01J 1/42"),
        ("KR99903540", "1020219954949", "1020229999999", "KR", "Sample pump", "F04B 1/00"),
        ("KR99903541", "1020219954950", "101248472*", "KR", "Sample valve", "F04B 1/00"),
        ("BR99999111", "112019907258", "", "BR", "Sample yeast", "C12P 7"),
        ("WO2098048995", "PCT/US2017/959419", "WO/2098/048995", "WO", "Sample lens", "A61M 1/36"),
        ("CN99048995", "201780099999.1", "109999999", "CN", "Sample seat", "F16K 1/00"),
        ("US99903541", "99217392", "RE049999", "US", "Sample filter", "G01J 1/42"),
        ("RU99903541", "2099113559/14", "0002799242", "RU", "Sample knife", "G01J 1/42"),
    )  # fmt: skip
    file = read(write_xlsx(tmp_path / "list.xlsx", {"ResultSet": (headings, *rows)}))
    assert numbers_of(file) == [
        ("US99217391", "US20069912774"),
        ("KR1020219954949", "KR1020229999999"),
        ("KR1020219954950", "KR101248472"),
        ("BR112019907258", None),
        ("PCT/US2017/959419", "WO2098048995"),
        ("CN201780099999.1", "CN109999999"),
        ("US99217392", "USRE049999"),
        ("RU2099113559", "RU0002799242"),
    ]
    assert [patent.id for patent in patents_of(file)] == [
        patent.application_number for patent in patents_of(file)
    ]
    assert file.problems == ()


def test_the_id_of_a_table_without_publication_numbers_is_one_where_it_reads_as_one(
    tmp_path: Path,
) -> None:
    headings = (
        "Application Id",
        "Application Number",
        "Country",
        "Title",
        "I P C",
        "Priorities Data",
    )
    rows = (
        ("WO2020999456", "PCT/CN2019/976543", "WO", "Sample separator", "H01M 2/16", ""),
        ("CN309994567", "201919900001.1", "CN", "样例隔膜", "H01M 2/16", ""),
    )
    file = read(write_csv(tmp_path / "list.csv", (headings, *rows)))
    assert numbers_of(file) == [
        ("PCT/CN2019/976543", "WO2020999456"),
        ("CN201919900001.1", "CN309994567"),
    ]


def test_numbers_of_an_old_export_of_lens(tmp_path: Path) -> None:
    headings = (
        "#", "Jurisdiction", "Kind", "Publication Number", "Lens ID", "Application Number", "Title",
        "IPCR Classifications",
    )  # fmt: skip
    rows = (
        ("1", "US", "B2", "US 9901762 B2", "000-1", "US 89929007 A", "Sample one", ""),
        ("2", "CN", "A", "CN 85199431 A", "000-2", "CN 85199431 A", "Sample two", ""),
        ("3", "CN", "U", "CN 2999294 U", "000-3", "CN 99225299 U", "Sample three", ""),
        ("4", "WO", "A1", "WO 2016/199645 A1", "000-4", "CN 2015079945 W", "Sample four", ""),
        ("5", "LT", "A", "LT IP134 A", "000-5", "LT IP134 A", "Sample five", ""),
    )
    file = read(write_csv(tmp_path / "lens.csv", (headings, *rows)))
    assert numbers_of(file) == [
        ("US89929007A", "US9901762B2"),
        ("CN85199431.8", "CN85199431A"),
        ("CN99225299.7", "CN2999294U"),
        ("PCT/CN2015/079945", "WO2016199645A1"),
        ("LTIP134A", "LTIP134A"),
    ]
    assert file.problems == ()


def test_publication_numbers_alone_tell_patents_apart(tmp_path: Path) -> None:
    headings = ("Patent Number", "Title", "Abstract", "Technology Area")
    imager = ("Sample imager", "A sample imager with a cooled lens.", "Imaging")
    health = ("Sample health data", "A sample method for health data.", "Data")
    rows = (
        ("CN199718276A", *imager), ("CN299690275U", *imager),
        ("US99007243", *health), ("US99872667", *health),
    )  # fmt: skip
    patents = patents_of(read(write_csv(tmp_path / "list.csv", (headings, *rows))))
    assert [patent.publication_number for patent in patents] == [row[0] for row in rows]
    assert [patent.patent_type for patent in patents[:2]] == [
        PatentType.INVENTION,
        PatentType.UTILITY_MODEL,
    ]
    assert len({patent.id for patent in patents}) == 4


@pytest.mark.parametrize(
    ("spellings", "application"),
    [
        (("PCT/CN2019/976543", "WO2019CN976543"), "PCT/CN2019/976543"),
        (("PCT/CN02/09123", "PCT/CN2002/009123"), "PCT/CN2002/009123"),
        (("10-2021-9901234", "KR1020219901234A"), "KR1020219901234"),
    ],
)
def test_two_spellings_of_a_number_are_one_patent(
    tmp_path: Path, spellings: tuple[str, str], application: str
) -> None:
    rows = (("申请号", "发明名称", "摘要"), *((number, "甲", "一种甲") for number in spellings))
    file = read(write_csv(tmp_path / "list.csv", rows))
    assert [patent.id for patent in patents_of(file)] == [application]


def test_an_application_number_among_publication_numbers_is_read_as_one(tmp_path: Path) -> None:
    headings = ("公开(公告)号", "发明名称", "摘要")
    rows = (("CN201919900001.1", "隔膜", "有层。"), ("CN99225299U", "夹爪", "有腔。"))
    file = read(write_csv(tmp_path / "list.csv", (headings, *rows)))
    assert numbers_of(file) == [("CN201919900001.1", None), ("CN99225299.7", None)]
    (problem,) = file.problems
    assert problem.column == "公开(公告)号" and problem.value == "CN201919900001.1"
    assert problem.fix.startswith("2 rows (2, 3): this is an application number")


def test_an_unreadable_number_is_kept_as_written_and_told_once(tmp_path: Path) -> None:
    headings = ("申请号", "公开号", "发明名称", "摘要")
    rows = (
        ("QX-2021/17", "", "隔膜", "有层。"),
        ("QX-2021/18", "", "隔膜", "有层。"),
        ("", "9654321", "夹爪", "有腔。"),
        ("13800000000", "", "轴承", "有环。"),
        ("申请中", "", "齿轮", "有齿。"),
    )
    file = read(write_csv(tmp_path / "list.csv", (headings, *rows)))
    assert numbers_of(file) == [
        ("QX-2021/17", None), ("QX-2021/18", None), (None, "9654321"), (None, None), (None, None),
    ]  # fmt: skip
    assert len({patent.id for patent in patents_of(file)}) == 5
    assert all(is_local(patent.id) for patent in patents_of(file))
    told = {(problem.column, problem.value): problem.fix for problem in file.problems}
    assert told["申请号", "QX-2021/17"].startswith("2 rows (2, 3): ")
    assert told["公开号", "9654321"].startswith("1 row (4): ")
    assert told["申请号", "***"].startswith("2 rows (5, 6): left out")
    assert not any("1380000" in repr(problem) for problem in file.problems)


def test_numbers_of_a_family_in_one_cell_stay_beside_each_other(tmp_path: Path) -> None:
    headings = ("CC", "PN", "KD", "AN", "TI", "AB")
    row = (
        "US\nCN\nWO", "US2021999929\nCN119900001\nWO20991724", "AA\nB\nA1",
        "US20210999060\nCN201919900001\nWO2019JP99239", "Sample detector", "A sample detector.",
    )  # fmt: skip
    file = read(write_xlsx(tmp_path / "families.xlsx", {"Families": (headings, row)}))
    assert numbers_of(file) == [("CN201919900001.1", "CN119900001B")]


def test_the_own_id_of_a_row_serves_where_there_is_no_number(tmp_path: Path) -> None:
    headings = ("Lens ID", "Application Number", "Title", "Abstract")
    rows = [
        ("000-1", "", "Sample pump", "A pump."),
        ("000-2", "", "Sample pump", "A pump."),
        ("000-1", "", "Sample pump, corrected", "A pump."),
        ("000-2", "CN201919900001.1", "Sample pump", "A pump."),
    ]
    file = read(write_csv(tmp_path / "list.csv", (headings, *rows)))
    assert [patent.title for patent in patents_of(file)] == [
        "Sample pump, corrected",
        "Sample pump",
    ]
    assert [is_local(patent.id) for patent in patents_of(file)] == [True, False]
    dispute, problem = file.problems
    assert "rows 2 and 4 are of one patent" in dispute.fix
    assert problem.column == "Lens ID" and problem.fix.startswith("3 rows (2, 3, 4): ")


def test_rows_with_the_same_texts_and_no_number_are_kept_and_named(tmp_path: Path) -> None:
    headings = ("发明名称", "摘要", "申请人", "申请日")
    twins = (
        ("一种隔膜", "有层。", "样例大学", "2019-03-01"),
        ("一种夹爪", "有腔。", "样例大学", "2019-03-01"),
        ("一种隔膜", "有层。", "样例大学", "2020-03-01"),
    )
    ids = []
    for rows in (twins, twins[::-1]):
        file = read(write_csv(tmp_path / "list.csv", (headings, *rows)))
        assert len(file.patents) == 3
        (problem,) = (problem for problem in file.problems if problem.row is not None)
        assert (problem.row, problem.value) == (2, "一种隔膜")
        assert "the rows 2, 4 have no number" in problem.fix
        ids.append({(p.title, p.filing_date): p.id for p in patents_of(file)})
    assert ids[0] == ids[1]


def test_a_cell_of_several_application_numbers_is_told(tmp_path: Path) -> None:
    rows = (
        ("申请号", "专利号", "发明名称", "摘要"),
        ("201919900001.1；202029900002.4", "", "甲", "一种甲"),
        ("201919900003.8", "ZL201919900003.8", "乙", "一种乙"),
    )
    file = read(write_csv(tmp_path / "list.csv", rows))
    assert patents_of(file)[0].id == "CN201919900001.1"
    problems = [problem for problem in file.problems if "several" in problem.fix]
    assert [problem.fix[:9] for problem in problems] == ["1 row (2)"]


@pytest.mark.parametrize(
    ("numbers", "patents"),
    [
        (("JP3299345U", "JP3299345B2"), 2),
        (("JP1699345S", "特許第1699345号"), 2),
        (("特許第1699345号", "JP1699345B2"), 1),
        (("JPA 2019199345", "JP2019-199345A"), 1),
    ],
)
def test_rows_without_application_number_are_one_patent_where_the_number_is(
    tmp_path: Path, numbers: tuple[str, str], patents: int
) -> None:
    rows = [(number, f"样例{index}") for index, number in enumerate(numbers)]
    for order in (rows, rows[::-1]):
        path = write_csv(tmp_path / "list.csv", (("公开(公告)号", "发明名称"), *order))
        assert len(patents_of(read(path))) == patents


def test_a_european_application_with_and_without_check_digit_is_one(tmp_path: Path) -> None:
    rows = (
        ("申请号", "公开(公告)号", "发明名称"),
        ("EP17999456.7", "EP3999789A1", "样例"),
        ("EP17999456", "EP3999789B1", "样例"),
    )
    assert numbers_of(read(write_csv(tmp_path / "list.csv", rows))) == [
        ("EP17999456", "EP3999789B1")
    ]
