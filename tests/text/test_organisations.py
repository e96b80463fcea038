"""One organisation under the spellings of its name."""

import pytest

from matcher.text.organisations import Spellings, organisation_key, team_key


@pytest.mark.parametrize(
    "spelling",
    [
        "滨海样例电池(天津)有限公司",
        "滨海样例电池 （天津） 有限公司",
        "滨海样例电池〔天津〕有限公司",
        "滨海样例电池\u3000【天津】有限公司\xa0",
        "濱海樣例電池（天津）有限公司",
    ],
)
def test_width_brackets_and_blanks_are_spelling(spelling: str) -> None:
    assert organisation_key(spelling) == organisation_key("滨海样例电池（天津）有限公司")


def test_latin_names_fold_capitals_width_and_stops() -> None:
    assert organisation_key("ＡＢＣ Sample Co., Ltd.") == organisation_key("abc sample co.ltd")


def test_another_legal_form_is_another_organisation() -> None:
    forms = ("样例电池有限公司", "样例电池股份有限公司", "样例电池有限责任公司", "样例电池（厂）")
    assert len({organisation_key(form) for form in forms}) == 4


def test_a_name_of_signs_only_is_not_empty() -> None:
    assert organisation_key("——") == "——" and organisation_key(" ") == ""


def test_a_team_has_two_names() -> None:
    assert team_key("样例所(甲)", "储能（一）组") == team_key("样例所（甲）", "储能 (一) 组")


def test_the_first_spelling_stands_for_all() -> None:
    spellings = Spellings()
    assert [spellings.of(name) for name in ("样例（甲）", "样例(甲)", "样例乙")] == [
        "样例（甲）",
        "样例（甲）",
        "样例乙",
    ]
