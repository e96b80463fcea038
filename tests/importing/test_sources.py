"""Lists of other sources (样例) as they are exported, read to the right values."""

from datetime import date
from pathlib import Path

from matcher.importing.read_file import ReadFile
from matcher.types import ClaimsCoverage, Patent, PatentType
from tests.support.import_files import read, write_csv


def read_list(path: Path, cells: dict[str, str]) -> tuple[ReadFile, Patent]:
    """Read a list of one row, which is given by its headings."""
    file = read(write_csv(path / "list.csv", [tuple(cells), tuple(cells.values())]))
    (record,) = file.patents
    return file, record.patent


def test_field_tags_of_derwent(tmp_path: Path) -> None:
    file, patent = read_list(
        tmp_path,
        {
            "PN": "CN199900001-A",
            "TI": "Sample pump comprises valve.",
            "AU": "DOE J;ROE R",
            "AE": "SAMPLE ENVIRONMENTAL CO LTD (SAMP-Non-standard)",
            "GA": "209900001Q",
            "AB": "NOVELTY - Sample pump.",
            "IP": "C02F-101/30; C02F-009/14",
            "PD": "CN199900001-A 30 Dec 2022 C02F-009/14 202313 Chinese",
            "AD": "CN199900001-A CN10700001 30 Jun 2021",
            "PI": "CN10700001 30 Jun 2021",
        },
    )
    assert file.format == "derwent" and file.unused == ()
    assert (patent.inventors, patent.applicants) == (
        ("DOE J", "ROE R"),
        ("SAMPLE ENVIRONMENTAL CO LTD",),
    )
    assert patent.ipc == ("C02F101/30", "C02F9/14")
    assert patent.priority_numbers == ("CN10700001",)
    assert (patent.filing_date, patent.publication_date) == (date(2021, 6, 30), date(2022, 12, 30))


def test_language_marks_and_kinds_of_patbase(tmp_path: Path) -> None:
    file, patent = read_list(
        tmp_path,
        {
            "CC": "CN",
            "PN": "CN219900001",
            "KD": "U",
            "PD": "2024-02-09",
            "TI": "[EN] SAMPLE TOOL",
            "AB": "[EN] A sample tool.",
            "CL": "[CN]  1.一种样例工装，有底座。2.根据权利要求1所述的样例工装，有凹槽。",
        },
    )
    assert (file.format, file.problems[1:]) == ("patbase", ())
    assert (patent.title, patent.abstract) == ("SAMPLE TOOL", "A sample tool.")
    assert patent.claims[0].text.startswith("一种样例工装")
    assert patent.publication_number == "CN219900001U"
    assert patent.patent_type is PatentType.UTILITY_MODEL


def test_the_yearly_chinese_table(tmp_path: Path) -> None:
    file, patent = read_list(
        tmp_path,
        {
            "专利名称": "一种样例隔膜",
            "专利类型": "发明授权",
            "申请人": "样例大学; 样例有限公司",
            "申请人类型": "大专院校; 企业",
            "申请号": "CN201919900001.1",
            "公开公告号": "CN119900001A",
            "公开公告日": "2019-09-01",
            "公开公告年份": "2019",
            "授权公告号": "CN119900001B",
            "授权公告日": "2021-03-01",
            "摘要文本": "本样例公开一种隔膜。",
            "主权项内容": "1.一种样例隔膜，其特征在于，有陶瓷层。",
        },
    )
    assert (file.format, file.problems) == ("cn-yearly", ())
    assert file.unused == ("申请人类型", "公开公告年份")
    assert patent.abstract == "本样例公开一种隔膜。"
    assert patent.claims_coverage is ClaimsCoverage.FIRST
    assert patent.applicants == ("样例大学", "样例有限公司")
    assert patent.grant_date == date(2021, 3, 1)


def test_a_utility_patent_of_the_united_states_is_an_invention(tmp_path: Path) -> None:
    file, patent = read_list(
        tmp_path,
        {
            "patent_id": "10999999",
            "patent_type": "utility",
            "patent_date": "2018-11-06",
            "patent_title": "Sample cell",
            "assignee_organization": "Sample Inc.",
            "wipo_kind": "B2",
        },
    )
    assert (file.format, patent.publication_number) == ("patentsview", "US10999999B2")
    assert (patent.patent_type, patent.grant_date) == (PatentType.INVENTION, date(2018, 11, 6))


def test_traditional_headings(tmp_path: Path) -> None:
    cells = {
        "申請號": "CN201919900001.1",
        "專利名稱": "樣例隔膜",
        "發明人": "張樣例",
        "摘要": "樣例",
    }
    file, patent = read_list(tmp_path, cells)
    assert file.problems == () and patent.id == "CN201919900001.1"
    assert (patent.title, patent.inventors) == ("樣例隔膜", ("張樣例",))


def test_patent_numbers_keep_an_invention_and_a_utility_model_apart(tmp_path: Path) -> None:
    rows = [
        ("Patent Number", "Title", "Abstract"),
        ("CN119900001A", "Sample imager", "A sample."),
        ("CN219900002U", "Sample imager", "A sample."),
    ]
    file = read(write_csv(tmp_path / "list.csv", rows))
    types = [record.patent.patent_type for record in file.patents]
    assert types == [PatentType.INVENTION, PatentType.UTILITY_MODEL]
