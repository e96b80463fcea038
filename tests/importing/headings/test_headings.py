from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.importing.headings.heading_tables import heading_tables
from matcher.importing.headings.headings import (
    check_mapping,
    count_known,
    field_of,
    normalise,
    read_mapping,
    recognise,
)

EXPORTS = {
    "cnipa-pss": [
        *("申请号", "申请日", "公开（公告）号", "公开（公告）日", "发明名称", "IPC分类号"),
        *("申请（专利权）人", "发明人", "文献类型", "申请人所在国（省）", "摘要"),
    ],
    "cnipa-disc": [
        *(
            "申请号",
            "名称",
            "主分类号",
            "分类号",
            "申请（专利权）人",
            "发明（设计）人",
            "公开（公告）日",
        ),
        *("公开（公告）号", "摘要", "主权项", "颁证日", "光盘号", "国省代码"),
    ],
    "cn-yearly": [
        *("专利名称", "专利类型", "申请人", "申请人类型", "申请人地址", "申请号", "申请日"),
        *("公开公告号", "公开公告日", "公开公告年份", "授权公告号", "授权公告日", "IPC分类号"),
        *("IPC主分类号", "发明人", "摘要文本", "主权项内容", "当前权利人", "引证次数"),
    ],
    "incopat": [
        *("标题 (中文)", "摘要 (中文)", "申请号", "公开（公告）号", "首项权利要求", "独立权利要求"),
        *(
            "IPC主分类",
            "当前权利人",
            "专利有效性",
            "转让次数",
            "许可次数",
            "质押次数",
            "链接到incoPat",
        ),
    ],
    "patsnap": [
        *("公开(公告)号", "标题", "摘要", "[标]当前申请(专利权)人", "[标]原始申请(专利权)人"),
        *("发明人", "IPC主分类号(小类)", "简单法律状态", "法律状态/事件", "简单同族ID", "申请日"),
    ],
    "lens": [
        *("#", "Jurisdiction", "Kind", "Display Key", "Lens ID", "Publication Date"),
        *("Application Number", "Application Date", "Title", "Abstract", "Applicants", "Inventors"),
        *("IPCR Classifications", "Legal Status", "Simple Family Size"),
    ],
    "google-patents": [
        *("id", "title", "assignee", "inventor/author", "priority date", "filing/creation date"),
        *("publication date", "grant date", "result link", "representative figure link"),
    ],
    "espacenet": [
        *("Title", "Inventors", "Applicants", "Publication number", "Earliest priority", "IPC"),
        *("CPC", "Publication date", "Earliest publication", "Family number"),
    ],
    "patentscope": [
        *("Application Id", "Application Number", "Application Date", "Publication Number"),
        *("Publication Date", "Country", "Title", "Abstract", "I P C", "Applicants", "Inventors"),
        *("Priorities Data", "National Phase Entries"),
    ],
    "derwent": [
        *("PN", "TI", "AU", "AE", "GA", "AB", "DC", "MC", "IP", "PD", "AD", "PI", "UT", "TF"),
    ],
    "patbase": ["CC", "PN", "KD", "PD", "AN", "AD", "TI", "AB", "DES", "CL"],
    "patentsview": [
        *("patent_id", "patent_title", "patent_abstract", "patent_date", "patent_type"),
        *("assignee_organization", "inventor_name_last", "wipo_kind", "num_claims"),
    ],
    "kipris": [
        *("순서", "국가", "출원번호", "출원일자", "공개번호", "공개일자", "공고번호", "공고일자"),
        *("등록번호", "등록일자", "발명의명칭", "IPC분류"),
    ],
    "j-platpat": [
        *("文献番号", "出願番号", "出願日", "公知日", "発明の名称", "出願人/権利者", "FI"),
    ],
    "cnki-list": ["SrcDatabase-来源库", "Title-题名", "Inventor-发明人", "Applicant-申请人"],
    "tipo": ["專利編號", "公告/公開號", "公告/公開日", "專利名稱", "國際分類號/IPC", "申請人"],
}
"""Some of the headings of each export tool."""

FIELDS = {
    "cnipa-pss": {"application_number": 0, "title": 4, "applicant": 6, "province": 9},
    "cnipa-disc": {"title": 1, "ipc_main": 2, "claims_first": 9, "grant_date": 10, "province": 12},
    "cn-yearly": {"abstract": 15, "claims_first": 16, "publication_date": 8, "grant_date": 11},
    "incopat": {"title": 0, "claims_first": 4, "claims_independent": 5, "owner": 7, "validity": 8},
    "patsnap": {"publication_number": 0, "owner": 3, "validity": 7, "family_id": 9},
    "lens": {"publication_number": 3, "application_number": 6, "validity": 13, "ipc_all": 12},
    "google-patents": {"publication_number": 0, "applicant": 2, "inventors": 3, "filing_date": 5},
    "espacenet": {"publication_number": 3, "ipc_all": 5, "cpc": 6, "family_id": 9},
    "patentscope": {"application_number": 1, "publication_number": 3, "country": 5, "ipc_all": 8},
    "derwent": {"publication_number": 0, "inventors": 2, "applicant": 3, "ipc_all": 8},
    "patbase": {"country": 0, "publication_number": 1, "kind_code": 2, "claims_all": 9},
    "patentsview": {"publication_number": 0, "abstract": 2, "grant_date": 3, "owner": 5},
    "kipris": {"country": 1, "application_number": 2, "publication_number": 8, "ipc_all": 11},
    "j-platpat": {"publication_number": 0, "application_number": 1, "title": 4, "applicant": 5},
    "cnki-list": {"title": 1, "inventors": 2, "applicant": 3},
    "tipo": {"publication_number": 1, "title": 3, "ipc_all": 4, "applicant": 5},
}


@pytest.mark.parametrize("export", EXPORTS)
def test_each_export_is_recognised_by_its_headings(export: str) -> None:
    layout = recognise(EXPORTS[export], {})
    assert layout is not None
    assert (layout.kind, layout.format) == ("patents", export)
    first = {field: layout.columns[field][0] for field in FIELDS[export]}
    assert first == FIELDS[export]


@pytest.mark.parametrize(
    "written",
    [
        "公开(公告)号",
        "公开（公告）号",
        " 公开 (公告)\n号",
        "\ufeff公开(公\u00ad告)号",
        "[标]公开(公告)号",
    ],
)
def test_spellings_of_a_heading(written: str) -> None:
    assert normalise(written) == "公开(公告)号"


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (["需求名称", "主要问题", "预期目标", "联系人"], "needs"),
        (["技术需求", "企业名称"], "needs"),
        (["单位", "课题组", "研究方向"], "teams"),
        (["专利名称", "发明人", "申请日"], "patents"),
    ],
)
def test_kinds_of_tables_without_an_export(headings: list[str], kind: str) -> None:
    layout = recognise(headings, {})
    assert layout is not None
    assert (layout.kind, layout.format) == (kind, "custom")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("專利名稱", "title"),
        ("(54) 发明名称", "title"),
        ("Title-题名", "title"),
        ("发明名称（Title）", "title"),
        ("2、申請號", "application_number"),
        ("Patent_No.", "publication_number"),
        ("Inventor(s)", "inventors"),
        ("摘要*", "abstract"),
        ("PCT 申请号", None),
        ("발명의 명칭", "title"),
    ],
)
def test_spellings_that_mean_the_same_field(heading: str, field: str | None) -> None:
    assert field_of("patents", heading) == field


def test_without_its_publication_numbers_the_id_of_patentscope_is_one() -> None:
    headings = ["Application Id", "Title", "I P C", "Applicants", "Priorities Data", "Inventors"]
    layout = recognise([*headings, "Country"], {})
    assert layout is not None and layout.columns["publication_number"] == (0,)
    layout = recognise([*headings, "Country", "Publication Number"], {})
    assert layout is not None and layout.columns["publication_number"] == (7,)


def test_a_format_knows_its_separator_and_the_office_of_its_numbers() -> None:
    layout = recognise(EXPORTS["google-patents"], {})
    assert layout is not None and (layout.name_separators, layout.office) == ((",",), None)
    layout = recognise(EXPORTS["patentsview"], {})
    assert layout is not None and layout.office == "US"


def test_columns_that_nothing_reads_are_told_apart() -> None:
    layout = recognise(["申请号", "专利名称", "技术领域等级", "", "被引证次数", "链接"], {})
    assert layout is not None
    assert (layout.unknown, layout.unused) == ((2, 3), (4, 5))
    mapped = recognise(["申请号", "专利名称", "技术领域等级"], {"abstract": "技术领域等级"})
    assert mapped is not None and mapped.unknown == ()


def test_no_heading_is_both_read_and_unused() -> None:
    tables = heading_tables()
    assert (
        tables.not_read & {a for names in tables.kinds["patents"].values() for a in names} == set()
    )


@pytest.mark.parametrize("headings", [[], ["", ""], ["姓名", "年龄"], ["2017", "12", "样例"]])
def test_other_tables_are_not_recognised(headings: list[str]) -> None:
    assert recognise(headings, {}) is None


def test_a_mapped_heading_takes_precedence() -> None:
    layout = recognise(["申请号", "标题", "成果"], read_mapping({"title": "成果"}))
    assert layout is not None
    assert layout.columns["title"] == (2,)


def test_a_mapping_accepts_headings_of_the_template() -> None:
    assert read_mapping({"发明名称": "成果"}) == {"title": "成果"}


def test_a_mapping_of_unknown_fields_or_headings_is_refused() -> None:
    with pytest.raises(InputError, match="no field '样例'"):
        read_mapping({"样例": "成果"})
    layout = recognise(["申请号", "标题"], {})
    assert layout is not None
    with pytest.raises(InputError, match=r"no column is headed '成果'.*申请号, 标题"):
        check_mapping({"title": "成果"}, [layout], "样例.xlsx")


def test_known_headings_are_counted() -> None:
    assert count_known(["申请号", "Title", "样例", ""], {}) == 2
    assert count_known(["样例"], {"title": "样例"}) == 1


def test_the_field_of_a_heading_depends_on_the_kind_of_table() -> None:
    assert field_of("needs", "名称") == field_of("patents", "名称") == "title"
    assert (field_of("teams", "单位名称"), field_of("needs", "单位名称")) == (
        "institution",
        "enterprise",
    )
    assert field_of("patents", "单位名称") is None


def test_the_document_lists_the_fields_and_the_formats() -> None:
    text = Path("docs/imports.md").read_text("utf-8")
    tables = heading_tables()
    names = {*tables.kinds["patents"], *tables.formats} - {"matcher template"}
    assert {name for name in names if f"`{name}`" not in text} == set()
