import pytest

from matcher.patents.name_columns import NameColumn, separators_of
from matcher.patents.names import read_organisations, read_people


@pytest.mark.parametrize(
    "cell",
    [
        "张三;李四",
        "张三；李四",
        "张三、李四",
        "张三|李四",
        "张三 ; 李四",
        "张三;;李四",
        "张三 李四",
        "张三,李四;张三",
    ],
)
def test_people_are_split_at_every_separator(cell: str) -> None:
    assert read_people(cell) == ("张三", "李四")


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Smith, John | Doe, Jane", ("Smith, John", "Doe, Jane")),
        ("Smith, John;;Doe, Jane", ("Smith, John", "Doe, Jane")),
        ("John Smith, Jane Doe", ("John Smith", "Jane Doe")),
        ("约翰·史密斯；李四", ("约翰·史密斯", "李四")),
        ("张三等3人", ("张三",)),
    ],
)
def test_foreign_names_stay_whole(cell: str, people: tuple[str, ...]) -> None:
    assert read_people(cell) == people


@pytest.mark.parametrize(
    "cell", ["不公告发明人", "要求不公布姓名", "其他发明人请求不公开姓名", "", "；"]
)
def test_placeholders_are_not_names(cell: str) -> None:
    assert read_people(cell) == ()
    assert read_people(f"张三;{cell}") == ("张三",)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("样例大学;样例研究院", ("样例大学", "样例研究院")),
        ("样例大学 | Sample Co., Ltd.", ("样例大学", "Sample Co., Ltd.")),
        ("样例大学,样例有限公司", ("样例大学", "样例有限公司")),
        ("样例大学、样例有限公司(样例市)", ("样例大学", "样例有限公司(样例市)")),
        ("样例大学；样例大学", ("样例大学",)),
    ],
)
def test_organisations_are_split_unless_a_separator_is_part_of_the_name(
    cell: str, names: tuple[str, ...]
) -> None:
    assert read_organisations(cell) == names


@pytest.mark.parametrize(
    ("cell", "separator", "names"),
    [
        ("김샘플, 이보기", ",", ("김샘플", "이보기")),
        ("太郎 見本, 花子 例示", ",", ("太郎 見本", "花子 例示")),
        ("Ann B. Sample, Jr., Bob Sample", ",", ("Ann B. Sample, Jr.", "Bob Sample")),
        (
            "MIHON, Hitoshi; 見本　将弘; REI, Masahiro",
            ";",
            ("MIHON, Hitoshi", "見本 将弘", "REI, Masahiro"),
        ),
        (
            "EXEMPLO DOS SANTOS PAULO, Nelson Jorge",
            ";",
            ("EXEMPLO DOS SANTOS PAULO, Nelson Jorge",),
        ),
        ("样例甲，样例乙; 王　样", ";", ("样例甲", "样例乙", "王样")),
        ("SAMPLE ANN [FR]\nSAMPLE BOB [FR]", "\n", ("SAMPLE ANN", "SAMPLE BOB")),
        ("SAMPLE ANN [FR] SAMPLE BOB [FR]", "\n", ("SAMPLE ANN", "SAMPLE BOB")),
    ],
)
def test_people_are_split_at_the_separator_of_the_column(
    cell: str, separator: str, names: tuple[str, ...]
) -> None:
    assert read_people(cell, separator) == names


@pytest.mark.parametrize(
    ("cell", "separator", "names"),
    [
        ("Sample Co., Ltd., 샘플주식회사", ",", ("Sample Co., Ltd.", "샘플주식회사")),
        ("サンプル， リミテッド, Sample Ltd", ",", ("サンプル， リミテッド", "Sample Ltd")),
        ("Sample Bio S.A.;Sample, Inc.", ";", ("Sample Bio S.A.", "Sample, Inc.")),
        ("SAMPLE INC (2017-01-05);;SAMPLE UNIV", ";", ("SAMPLE INC", "SAMPLE UNIV")),
        ("SAMPLE ENVIRONMENTAL (WUXI-Non-standard);UNIV S (UYSA-C)", ";",
         ("SAMPLE ENVIRONMENTAL", "UNIV S")),
        ("样例大学 300072 天津市样例路92号;样例公司(样例路1号)", ";", ("样例大学", "样例公司")),
    ],
)  # fmt: skip
def test_organisations_are_split_at_the_separator_of_the_column(
    cell: str, separator: str, names: tuple[str, ...]
) -> None:
    assert read_organisations(cell, separator) == names


@pytest.mark.parametrize(
    "statement",
    [
        "THE INVENTOR HAS WAIVED THE RIGHT TO BE MENTIONED",
        "请求不公布姓名",
        "不公告發明人",
        "Antrag auf Nichtnennung",
        "L'inventeur a renoncé à sa désignation",
        "The designation of the inventor has not yet been filed",
    ],
)
def test_statements_that_are_nobody(statement: str) -> None:
    assert read_people(f"{statement}; LI SAMPLE", ";") == ("LI SAMPLE",)


@pytest.mark.parametrize(
    ("cells", "of_format", "separators"),
    [
        (["Sample, Ann", "Sample, Ann, Sample, Bob"], (",",), (",",)),
        (["A;;B", "C"], (";;",), (";",)),
        (["홍샘플|이보기"], ("|", ","), ("|",)),
        (["홍샘플,이보기"], ("|", ","), (",",)),
        (["太郎 見本"], (",",), (",",)),
        (["张三、李四", "王五"], (";",), ("、", ",", "，")),
        (["張三;李四"], (), (";", "、")),
        (["Ann Sample, Bob Sample", "Carl Sample"], (), (",", "，")),
        (["Sample, Ann", "Model, Bob"], (), ()),
        (["Sample Model, Ann Bea"], (), ()),
        (["Ann Sample, Bob Sample, Carl Sample"], (), (",", "，")),
        (["김 샘플, 이 보기"], (), (",", "，")),
        (["张三 李四", "王五 赵六 钱七"], (), (" ",)),
        (["张三 李四"], (), (" ",)),
        (["見本 将弘", "例示 智也"], (), ()),
    ],
)
def test_the_separators_of_a_column_of_people(
    cells: list[str], of_format: tuple[str, ...], separators: tuple[str, ...]
) -> None:
    assert separators_of(cells, of_format, people=True) == separators
    column = NameColumn(of_format, people=True)
    for cell in cells:
        column.add(cell)
    assert column.separators() == separators


def test_a_column_of_names_keeps_the_cells_that_tell_its_separators() -> None:
    column = NameColumn((), people=True)
    for cell in ("张三, 李四", "王五;赵六", "张三, 李四", "钱七|孙八", "王五;赵六"):
        column.add(cell)
    assert column.separators() == (";", "|", "、")


def test_organisations_decide_by_themselves_where_no_format_is_known() -> None:
    assert separators_of(["样例大学;样例公司"], (), people=False) is None


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("株式会社見本, 例示工業株式会社", ("株式会社見本", "例示工業株式会社")),
        ("株式会社 見本、国立大学法人例示大学", ("株式会社 見本", "国立大学法人例示大学")),
        ("견본전자주식회사, 예시화학", ("견본전자주식회사", "예시화학")),
        (
            "견본전자 주식회사、예시대학교 산학협력단",
            ("견본전자 주식회사", "예시대학교 산학협력단"),
        ),
        ("A公司、B公司", ("A公司", "B公司")),
        ("样例公司(北京、上海)", ("样例公司(北京、上海)",)),
        ("Sample Pumps Co., Ltd.", ("Sample Pumps Co., Ltd.",)),
        ("株式会社見本", ("株式会社見本",)),
    ],
)
def test_organisations_between_commas_in_three_languages(cell: str, names: tuple[str, ...]) -> None:
    assert read_organisations(cell) == names


@pytest.mark.parametrize("cell", ["発明者非公開", "发明人非公开", "発明者氏名非公表", "発明者不詳"])
def test_a_japanese_statement_is_no_inventor(cell: str) -> None:
    assert read_people(cell) == ()
