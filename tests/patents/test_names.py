import pytest

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
