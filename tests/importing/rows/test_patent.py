"""A row of a list as a patent, and its problems."""

from datetime import date
from pathlib import Path

import pytest

from matcher.importing.headings.headings import recognise
from matcher.importing.rows.patent import read_patent
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.record import PatentRecord
from matcher.importing.rows.row import FileContext, Row
from matcher.patents.ids import is_local
from matcher.types import (
    ClaimsCoverage,
    ConsentScope,
    LegalStatus,
    Patent,
    PatentType,
    PersonalContact,
    TeamRef,
    TtoContact,
)
from tests.support.import_files import read, write_csv
from tests.support.samples import TODAY

NUMBER = "CN201919900001.1"
PHONE, EMAIL = "13800000000", "jia@sample.example"


def read_row(**cells: str) -> tuple[PatentRecord | None, list[Problem]]:
    """Return the record of a row under these headings, and its problems."""
    reading = FileContext("list.csv", TODAY)
    layout = recognise(list(cells), {})
    assert layout is not None and layout.kind == "patents"
    record = read_patent(Row(reading, layout, None, 2, list(cells.values())))
    return record, [*reading.problems, *reading.summaries()]


def patent_of(**cells: str) -> Patent:
    """Return the patent of a row without problems."""
    record, problems = read_row(**{"申请号": NUMBER, "发明名称": "一种隔膜", **cells})
    assert record is not None and problems == []
    return record.patent


def problem_of(**cells: str) -> tuple[Patent | None, Problem]:
    """Return the patent and the one problem of a row."""
    record, problems = read_row(**{"申请号": NUMBER, "发明名称": "一种隔膜", **cells})
    assert len(problems) == 1, problems
    return (record.patent if record else None), problems[0]


@pytest.mark.parametrize(
    "written", ["ZL201919900001.1", "2019199000011", "201919900001", " CN 201919900001.1 "]
)
def test_every_spelling_of_a_number_gives_the_same_id(written: str) -> None:
    patent = patent_of(申请号=written)
    assert (patent.id, patent.application_number) == (NUMBER, NUMBER)
    assert patent.patent_type is PatentType.INVENTION


def test_a_wrong_check_digit_is_a_warning_with_the_right_number() -> None:
    patent, problem = problem_of(申请号="CN201919900001.2")
    assert patent is not None and patent.id == "CN201919900001.2"
    assert not problem.refused
    assert problem.value == "CN201919900001.2" and NUMBER in problem.fix


@pytest.mark.parametrize("damaged", ["2.0192E+12", "2.01920E+11", "201900000000000", "待分配"])
def test_a_damaged_number_is_left_out_and_the_row_stays(damaged: str) -> None:
    record, (problem, note) = read_row(申请号=damaged, 发明名称="一种隔膜")
    assert record is not None and is_local(record.patent.id) and record.rests_on_text
    assert record.patent.application_number is None
    assert (problem.column, problem.value) == ("申请号", damaged)
    assert problem.fix.startswith("1 row (2): left out") and "id of our own" in note.fix


def test_a_damaged_number_is_left_out_beside_a_valid_publication_number() -> None:
    record, problems = read_row(申请号="2.0192E+12", 发明名称="一种隔膜", 公开号="CN119900001B")
    assert record is not None and is_local(record.patent.id)
    assert record.patent.application_number is None
    assert [problem.column for problem in problems] == ["申请号", None]
    assert not any(problem.refused for problem in problems)


def test_a_second_column_gives_the_number_that_the_first_lacks() -> None:
    assert patent_of(申请号="-", 专利号="ZL201919900001.1").id == NUMBER


def test_a_publication_number_in_the_wrong_column_is_recognised() -> None:
    record, problems = read_row(申请号="CN119900001B", 发明名称="一种隔膜")
    assert record is not None and record.patent.publication_number == "CN119900001B"
    assert "publication number" in problems[0].fix


def test_the_id_of_a_publication_is_the_same_for_its_a_and_b() -> None:
    ids = set()
    for number in ("CN119900001A", "CN119900001B", "cn 119900001 b", "119900001B"):
        record, problems = read_row(公开号=number, 发明名称="一种隔膜")
        assert record is not None
        ids.add(record.patent.id)
        assert [problem.refused for problem in problems] == [False]
    assert len(ids) == 1
    assert len(ids.pop()) == len("local:") + 16


def test_the_id_of_a_patent_without_numbers_ignores_blanks_width_and_capitals() -> None:
    ids = []
    for title, abstract in (
        ("一种隔膜（陶瓷）", "有 陶瓷层。"),
        ("一种隔膜(陶瓷) ", "有陶瓷层。"),
        ("一种隔膜", "有陶瓷层。"),
    ):
        record, problems = read_row(发明名称=title, 摘要=abstract, 申请人="样例大学")
        assert record is not None and "id of our own" in problems[0].fix
        ids.append(record.patent.id)
    assert ids[0] == ids[1] != ids[2]


def test_without_a_title_a_row_is_refused() -> None:
    patent, problem = problem_of(发明名称="-")
    assert patent is None and problem.refused and problem.column == "发明名称"


@pytest.mark.parametrize(
    ("cells", "patent_type"),
    [
        ({"申请号": "CN202029900002.4"}, PatentType.UTILITY_MODEL),
        ({"申请号": "US16123456", "专利类型": "实用新型"}, PatentType.UTILITY_MODEL),
        ({"申请号": "US16123456", "公开号": "CN309900001S"}, PatentType.DESIGN),
        ({"申请号": "US16123456", "专利类型": "外观设计"}, PatentType.DESIGN),
        ({"申请号": "US16123456", "专利类型": "发明授权"}, PatentType.INVENTION),
        ({"申请号": "US16123456", "专利类型": "U"}, PatentType.UTILITY_MODEL),
        ({"申请号": "US16123456"}, PatentType.UNKNOWN),
    ],
)
def test_the_patent_type(cells: dict[str, str], patent_type: PatentType) -> None:
    assert patent_of(**cells).patent_type is patent_type


def test_the_grant_date_of_a_granted_publication_is_its_publication_date() -> None:
    granted = patent_of(**{"公开(公告)号": "CN119900001B", "公开(公告)日": "2021.03.01"})
    applied = patent_of(**{"公开(公告)号": "CN119900001A", "公开(公告)日": "2019.09.01"})
    assert granted.grant_date == granted.publication_date == date(2021, 3, 1)
    assert applied.grant_date is None


@pytest.mark.parametrize(
    ("written", "message"),
    [("2019-02-30", "no date"), ("不详", "no date"), ("2031-01-01", "in the future")],
)
def test_an_impossible_date_is_left_out_with_a_problem(written: str, message: str) -> None:
    patent, problem = problem_of(申请日=written)
    assert patent is not None and patent.filing_date is None and patent.expiry_date is None
    assert (problem.column, problem.value) == ("申请日", written) and message in problem.fix


def test_a_publication_before_filing_is_left_out() -> None:
    patent, problem = problem_of(申请日="2019-03-01", 公开日="2018-03-01")
    assert patent is not None
    assert (patent.filing_date, patent.publication_date) == (date(2019, 3, 1), None)
    assert problem.column == "公开日"


@pytest.mark.parametrize(
    ("cells", "status", "as_of"),
    [
        ({"法律状态": "授权"}, LegalStatus.IN_FORCE, None),
        ({"专利有效性": "失效"}, LegalStatus.LAPSED, None),
        ({"法律状态": "实质审查的生效", "法律状态公告日": "20250501"}, LegalStatus.PENDING,
         date(2025, 5, 1)),
        ({"法律状态": "未缴年费终止", "法律状态公告日": "2025-05-01"}, LegalStatus.LAPSED,
         date(2025, 5, 1)),
        ({"法律事件": "2019-09-01 公开;2021-03-01 授权"}, LegalStatus.IN_FORCE, date(2021, 3, 1)),
        ({}, LegalStatus.UNKNOWN, None),
    ],
)  # fmt: skip
def test_the_status_and_its_date(
    cells: dict[str, str], status: LegalStatus, as_of: date | None
) -> None:
    patent = patent_of(**cells)
    assert (patent.legal_status, patent.status_as_of) == (status, as_of)


def test_a_status_that_is_not_understood_is_unknown_with_a_problem() -> None:
    patent, problem = problem_of(法律状态="甲乙丙丁")
    assert patent is not None and patent.legal_status is LegalStatus.UNKNOWN
    assert (problem.column, problem.value) == ("法律状态", "甲乙丙丁")


def test_of_contradicting_statuses_the_less_favourable_counts_with_a_problem() -> None:
    patent, problem = problem_of(专利有效性="有效", 法律状态="未缴年费终止")
    assert patent is not None and patent.legal_status is LegalStatus.LAPSED
    assert "contradicts" in problem.fix


def test_the_term_is_computed_and_a_day_of_lapse_is_not_its_end() -> None:
    assert patent_of(申请日="2019-03-01").expiry_date == date(2039, 3, 1)
    assert patent_of(申请号="CN202029900002.4", 申请日="2020-05-01").expiry_date == date(2030, 5, 1)
    given = patent_of(申请日="2019-03-01", 预估到期日="2039-03-01")
    lapsed = patent_of(申请日="2019-03-01", 失效日="2024-03-01", 法律状态="未缴年费终止")
    assert given.expiry_date == lapsed.expiry_date == date(2039, 3, 1)


def test_classes_tags_and_names() -> None:
    patent = patent_of(
        IPC主分类号="H01M10/0525(2010.01)I",
        IPC分类号="H01M4/36(2006.01)I;H01M10/0525(2010.01)I",
        **{
            "申请(专利权)人": "样例大学;样例材料有限公司",
            "当前权利人": "样例材料有限公司",
            "发明人": "样例甲；样例乙",
        },
    )
    assert patent.ipc == ("H01M10/0525", "H01M4/36")
    assert patent.industries[0] == "NM" and patent.wipo_fields == (1,)
    assert patent.applicants == ("样例大学", "样例材料有限公司")
    assert patent.owner == "样例材料有限公司"
    assert patent.inventors == ("样例甲", "样例乙")


def test_an_unreadable_class_is_a_problem_but_not_the_class_of_a_design() -> None:
    patent, problem = problem_of(IPC分类号="电池")
    assert patent is not None and patent.ipc == ()
    assert problem.column == "IPC分类号"
    assert patent_of(申请号="CN202039900004.9", IPC分类号="LOC(13)26-05").ipc == ()


def test_the_claims_come_from_the_column_with_the_best_coverage() -> None:
    first = "1. 一种隔膜，其特征在于，有陶瓷层。"
    both = first + "\n2. 根据权利要求1所述的隔膜，其特征在于，厚2微米。"
    apart = first + "\n5. 一种制备隔膜的方法，其特征在于，涂覆。"
    full = patent_of(首项权利要求=first, 独立权利要求=apart, 权利要求书=both)
    independent = patent_of(首项权利要求=first, 独立权利要求=apart, 权利要求书=first)
    alone = patent_of(权利要求书=first)
    assert (full.claims_coverage, [c.number for c in full.claims]) == (ClaimsCoverage.ALL, [1, 2])
    assert independent.claims_coverage is ClaimsCoverage.INDEPENDENT
    assert [c.number for c in independent.claims] == [1, 5]
    assert alone.claims_coverage is ClaimsCoverage.FIRST


@pytest.mark.parametrize(
    ("cells", "region"),
    [
        ({"国省代码": "天津;12"}, "天津"),
        ({"地址": "300072 天津市南开区样例路1号"}, "天津"),
        ({"申请人": "天津样例大学"}, None),
    ],
)
def test_the_region_from_province_or_address(cells: dict[str, str], region: str | None) -> None:
    """A name is no address: 河北工业大学 is in Tianjin."""
    assert patent_of(**cells).region == region


def test_the_columns_of_the_template_only() -> None:
    record, problems = read_row(
        申请号=NUMBER,
        发明名称="一种隔膜",
        授权公告日="2021-03-01",
        法律状态="授权",
        机构="样例大学",
        学院="材料学院",
        团队名称="储能材料团队",
        团队负责人="样例甲",
        技术转移机构="样例大学技术转移中心",
        技术转移机构电话="022-0000-0000",
        联系人="样例甲",
        联系电话=PHONE,
        联系人邮箱=EMAIL,
        同意公开范围="本次活动",
        同意凭证="2026-05-01 签字",
        开放许可="是",
        许可费支付方式="固定费",
        许可费标准="3 万元/年",
        许可期限="5 年",
        转化方式="许可;作价投资",
        定价方式="协议定价",
        技术成熟度="通过中试",
        沉睡认定="沉睡",
    )
    assert problems == [] and record is not None
    patent = record.patent
    assert patent.team == TeamRef("样例大学", "储能材料团队", "材料学院", "样例甲")
    assert record.tto == TtoContact("样例大学", "样例大学技术转移中心", "022-0000-0000", None)
    (contact,) = record.personal
    assert isinstance(contact, PersonalContact)
    assert (contact.person, contact.phone, contact.scope) == ("样例甲", PHONE, ConsentScope.EVENT)
    assert patent.licence.open_licence is True
    assert patent.licence.conversion_modes == ("许可", "作价投资")
    assert (patent.readiness, patent.sleeping_override) == ("通过中试", True)
    assert patent.unused_since == date.min
    assert PHONE not in repr(patent) and EMAIL not in repr(patent)


@pytest.mark.parametrize(
    ("cells", "unused_since"),
    [
        ({}, date(2021, 3, 1)),
        ({"转让次数": "0"}, date(2021, 3, 1)),
        ({"转让次数": "1"}, None),
        ({"实施情况": "已实施"}, None),
        ({"实施情况": "自行实施"}, None),
        ({"实施情况": "未实施"}, date(2021, 3, 1)),
        ({"沉睡认定": "在用"}, None),
        ({"法律状态": "授权;专利实施许可合同备案的生效"}, None),
    ],
)
def test_the_day_since_which_no_use_is_on_record(
    cells: dict[str, str], unused_since: date | None
) -> None:
    patent = patent_of(授权公告日="2021-03-01", **cells)
    assert patent.unused_since == unused_since


def test_an_open_licence_in_the_legal_status_counts() -> None:
    assert patent_of(法律状态="开放许可声明").licence.open_licence is True
    assert patent_of(法律状态="授权").licence.open_licence is None


def test_contradicting_licence_terms_are_a_problem() -> None:
    patent, problem = problem_of(开放许可="是", 许可方式="独占许可")
    assert patent is not None and patent.licence.kinds == ("独占许可",)
    assert (problem.column, problem.refused) == ("许可方式", False)


def test_the_values_of_contacts_are_in_no_problem() -> None:
    """The same for contacts in a wrong column."""
    record, problems = read_row(
        申请号=NUMBER,
        发明名称="一种隔膜",
        申请日=f"联系 {PHONE}",
        法律状态=EMAIL,
        转让次数="138 0000 0000",
        机构="样例大学",
        联系人="样例甲",
        联系电话=PHONE,
        邮箱=EMAIL,
    )
    assert record is not None and record.personal == ()
    assert len(problems) == 4
    output = "\n".join(map(repr, problems))
    assert "同意公开范围" in output
    for secret in (PHONE, EMAIL, "138 0000 0000"):
        assert secret not in output


def test_the_lists_of_incopat_patsnap_and_lens(tmp_path: Path) -> None:
    exports = {
        "incopat": (
            ("标题 (中文)", "申请号", "公开（公告）号", "首项权利要求", "专利有效性", "当前权利人",
             "IPC主分类", "转让次数", "许可次数", "发明人"),
            ("一种隔膜", NUMBER, "CN119900001B", "1.一种隔膜，其特征在于，有陶瓷层。", "有效",
             "样例大学", "H01M50/449", "1", "0", "样例甲; 样例乙"),
        ),
        "patsnap": (
            ("公开(公告)号", "申请号", "标题", "[标]当前申请(专利权)人", "简单法律状态",
             "法律状态/事件", "IPC主分类号(小类)", "发明人"),
            ("CN119900001B", NUMBER, "一种隔膜", "样例大学", "有效", "授权 | 权利转移", "H01M",
             "样例甲 | 样例乙"),
        ),
        "lens": (
            ("Lens ID", "Display Key", "Application Number", "Title", "Legal Status", "Owners",
             "IPCR Classifications", "Inventors", "Simple Family Size"),
            ("000-000", "CN 119900001 B", "CN 201919900001 A", "一种隔膜", "ACTIVE", "样例大学",
             "H01M50/449;;H01M10/0525", "样例甲;;样例乙", "2"),
        ),
    }  # fmt: skip
    for name, rows in exports.items():
        file = read(write_csv(tmp_path / f"{name}.csv", rows))
        assert (file.format, file.problems) == (name, ())
        patent = file.patents[0].patent
        assert (patent.id, patent.publication_number) == (NUMBER, "CN119900001B")
        assert patent.legal_status is LegalStatus.IN_FORCE
        assert patent.owner == "样例大学"
        assert patent.inventors == ("样例甲", "样例乙")
        assert patent.ipc[0].startswith("H01M")
    assert patent.ipc == ("H01M50/449", "H01M10/0525")


def test_a_family_in_one_cell_of_espacenet(tmp_path: Path) -> None:
    rows = (
        ("Title", "Inventors", "Applicants", "Publication number", "Earliest priority", "IPC",
         "Publication date", "Earliest publication", "Family number"),
        ("Ceramic separator", "YANG JIA [CN]", "UNIV SAMPLE [CN]", "CN119900001A\nCN119900001B",
         "2019-03-01", "H01M50/449", "2019-09-01\n2021-03-01", "2019-09-01", "66000000"),
    )  # fmt: skip
    file = read(write_csv(tmp_path / "espacenet.csv", rows))
    patent = file.patents[0].patent
    assert file.format == "espacenet"
    assert (patent.publication_number, patent.publication_date) == (
        "CN119900001B",
        date(2021, 3, 1),
    )
    assert patent.family_id == "66000000"
