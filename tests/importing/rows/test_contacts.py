from datetime import date

import pytest

from matcher.importing.headings.headings import recognise
from matcher.importing.rows.contacts import read_personal, read_tto
from matcher.importing.rows.row import FileContext, Row
from matcher.types import ConsentScope, PersonalContact, TtoContact

TODAY = date(2026, 6, 1)
PHONE, MAIL, PERSON = "13900000000", "yang@sample.example", "样例甲"
GIVEN = {
    "机构": "样例大学",
    "团队名称": "样例团队",
    "联系人": PERSON,
    "联系电话": PHONE,
    "邮箱": MAIL,
    "同意公开范围": "本次活动",
    "同意凭证": "样例同意书1号",
    "同意有效期至": "2027-12-31",
}


def row(**changes: str) -> Row:
    """Return a row of a list of teams; keywords replace cells."""
    cells = GIVEN | changes
    layout = recognise(list(cells), {})
    assert layout is not None
    return Row(FileContext("样例.xlsx", TODAY), layout, None, 2, list(cells.values()))


def personal(given: Row) -> tuple[PersonalContact, ...]:
    """Return the contacts to be stored; a refusal is none."""
    read = read_personal(given, "样例大学", "样例团队", None)
    return tuple(contact for contact in read if isinstance(contact, PersonalContact))


def test_a_contact_with_consent_and_evidence_is_read() -> None:
    (contact,) = personal(row())
    assert (contact.person, contact.phone, contact.email) == (PERSON, PHONE, MAIL)
    assert (contact.scope, contact.expires) == (ConsentScope.EVENT, date(2027, 12, 31))
    assert contact.evidence == "样例同意书1号"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("公开", ConsentScope.PUBLIC),
        ("本次活动", ConsentScope.EVENT),
        ("仅对接活动公开", ConsentScope.EVENT),
        ("经授权", ConsentScope.GRANTED),
        ("授权后公开", ConsentScope.GRANTED),
        ("公開", ConsentScope.PUBLIC),
        ("經授權", ConsentScope.GRANTED),
        ("是否公开：是", ConsentScope.PUBLIC),
        ("☑公开 □不公开", ConsentScope.PUBLIC),
        ("公开（√）", ConsentScope.PUBLIC),
        ("□公开 □本次活动 ☑经授权", ConsentScope.GRANTED),
        ("☑公开 ☑经授权", ConsentScope.GRANTED),
    ],
)
def test_the_narrower_of_several_scopes_counts(text: str, scope: ConsentScope) -> None:
    (contact,) = personal(row(同意公开范围=text))
    assert contact.scope is scope


@pytest.mark.parametrize(
    "changes",
    [
        {"同意公开范围": ""},
        {"同意公开范围": "不公开"},
        {"同意公开范围": "样例"},
        {"同意凭证": ""},
        {"联系人": ""},
        {"同意有效期至": "2026-05-31"},
        {"同意有效期至": "长期"},
    ],
)
def test_without_valid_consent_no_contact_is_read_and_a_problem_is_added(
    changes: dict[str, str],
) -> None:
    given = row(**changes)
    assert personal(given) == ()
    assert given.context.problems


@pytest.mark.parametrize(
    "written",
    [
        *(
            "暂不对外公开",
            "不可公开",
            "不予公开",
            "非公開",
            "未同意公开",
            "没有同意公开",
            "禁止公开",
        ),
        *(
            "勿公开",
            "是否公开",
            "是否公开：否",
            "公开（否）",
            "not public",
            "public: no",
            "non-public",
        ),
        *("不活动", "未授权", "无授权", "□公开", "公开□", "□公开 □本次活动 □经授权", "公开×"),
        *("×公开", "公开（×）", "不公开 ☑ 公开 □（单选）", "☑公开□", "部分公开"),
    ],
)
def test_a_consent_that_is_denied_or_doubtful_is_told_and_stores_nothing(written: str) -> None:
    given = row(同意公开范围=written)
    assert personal(given) == ()
    assert "not stored" in given.context.problems[0].fix


@pytest.mark.parametrize("column", ["同意公开范围", "同意凭证", "同意有效期至", "联系人", "邮箱"])
@pytest.mark.parametrize("value", ["", "13900000000", "yang@sample"])
def test_no_problem_shows_personal_data(column: str, value: str) -> None:
    given = row(**{column: value})
    contacts = personal(given)
    output = repr([*given.context.problems, *given.context.summaries(), contacts])
    for secret in (PHONE, MAIL, PERSON, "yang@sample"):
        assert secret not in output


def test_the_tto_needs_its_institution() -> None:
    headings = ["团队名称", "机构", "技术转移机构", "技术转移机构电话"]
    layout = recognise(headings, {})
    assert layout is not None
    cells = ["样例团队", "样例大学", "样例中心", "022-0000-0000"]
    given = Row(FileContext("样例.xlsx", TODAY), layout, None, 2, cells)
    assert read_tto(given, "样例大学") == TtoContact("样例大学", "样例中心", "022-0000-0000", None)
    assert read_tto(given, None) is None
    assert [problem.column for problem in given.context.problems] == ["技术转移机构"]
