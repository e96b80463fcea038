from datetime import date

import pytest

from matcher.patents.legal_status import read_history, read_status, uses_on_record
from matcher.types import LegalStatus

IN_FORCE, PENDING = LegalStatus.IN_FORCE, LegalStatus.PENDING
LAPSED, UNKNOWN = LegalStatus.LAPSED, LegalStatus.UNKNOWN


@pytest.mark.parametrize(
    ("validity", "status"),
    [
        ("有效", IN_FORCE),
        ("有权", IN_FORCE),
        ("审中", PENDING),
        ("失效", LAPSED),
        ("无权", LAPSED),
        ("ACTIVE", IN_FORCE),
        ("Pending", PENDING),
        ("Inactive", LAPSED),
        ("Discontinued", LAPSED),
        ("未知", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_one_word(validity: str, status: LegalStatus) -> None:
    assert read_status(validity, "", was_granted=False).status is status


@pytest.mark.parametrize(
    ("phrase", "status"),
    [
        ("授权", IN_FORCE),
        ("专利权维持", IN_FORCE),
        ("等年费滞纳金", IN_FORCE),
        ("部分无效", IN_FORCE),
        ("专利权人的姓名或者名称、地址的变更", IN_FORCE),
        ("实质审查的生效", PENDING),
        ("公开", PENDING),
        ("驳回理由通知", PENDING),
        ("驳回等复审", PENDING),
        ("专利申请权的转移", PENDING),
        ("未缴年费专利权终止", LAPSED),
        ("届满终止", LAPSED),
        ("发明专利申请公布后的视为撤回", LAPSED),
        ("发明专利申请公布后的驳回", LAPSED),
        ("避免重复授权放弃专利权", LAPSED),
        ("全部无效", LAPSED),
        ("样例状态", UNKNOWN),
    ],
)
def test_a_phrase_alone(phrase: str, status: LegalStatus) -> None:
    assert read_status("", phrase, was_granted=False).status is status


@pytest.mark.parametrize(
    "phrase",
    ["专利权质押合同登记的生效", "专利实施许可合同备案的生效", "开放许可声明", "专利权的保全"],
)
def test_a_pledge_a_licence_or_a_preservation_shows_a_living_right(phrase: str) -> None:
    assert read_status("", phrase, was_granted=True).status is IN_FORCE
    told = read_status("有效", phrase, was_granted=False)
    assert (told.status, told.conflict) == (IN_FORCE, False)


@pytest.mark.parametrize("phrase", ["质押", "开放许可声明", "专利权的转移", "PE01"])
def test_what_only_befalls_a_granted_right_shows_the_grant(phrase: str) -> None:
    assert read_status("", phrase, was_granted=False).status is IN_FORCE


@pytest.mark.parametrize(
    ("code", "granted", "status"),
    [
        ("PB01", False, PENDING),
        ("SE01", False, PENDING),
        ("GR01", False, IN_FORCE),
        ("EE01", True, IN_FORCE),
        ("PP01", True, IN_FORCE),
        ("CB03", True, IN_FORCE),
        ("CB03", False, PENDING),
        ("IP01", True, IN_FORCE),
        ("CF01", True, LAPSED),
        ("CX01", True, LAPSED),
        ("AV01", True, LAPSED),
        ("IW01", True, LAPSED),
        ("ZZ99", True, UNKNOWN),
    ],
)
def test_gazette_codes(code: str, granted: bool, status: LegalStatus) -> None:
    assert read_status("", code, was_granted=granted).status is status


@pytest.mark.parametrize("separator", ["\n", ";", "；", " | "])
@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_event_counts_in_whatever_order_they_stand(separator: str, order: int) -> None:
    events = ["2017-02-01 实质审查的生效", "2019-01-01 授权", "2021-03-01 未缴年费专利权终止"]
    found = read_status("", separator.join(events[::order]), was_granted=False)
    assert (found.status, found.as_of) == (LAPSED, date(2021, 3, 1))
    assert found.words == "未缴年费专利权终止"


def test_a_restored_right_is_alive_again() -> None:
    history = "2019-01-01 授权;2021-03-01 CF01;2021-09-01 RR01 权利的恢复"
    assert read_status("", history, was_granted=False).status is IN_FORCE


def test_a_transfer_after_the_end_does_not_hide_in_the_order_of_one_day() -> None:
    listed = read_history("2021-03-01 专利权的终止;2021-03-01 授权;2019-01-01 公开")
    assert [event.words for event in listed] == ["公开", "授权", "专利权的终止"]


def test_a_contradiction_takes_the_less_favourable_and_says_so() -> None:
    found = read_status("有效", "未缴年费专利权终止", was_granted=True)
    assert (found.status, found.conflict) == (LAPSED, True)


def test_what_is_not_understood_is_told_and_never_in_force() -> None:
    found = read_status("", "样例状态", was_granted=True)
    assert (found.status, found.not_understood) == (UNKNOWN, "样例状态")


def test_uses_on_record() -> None:
    history = (
        "2019-01-01 授权;2020-01-01 专利权的转移;2021-01-01 专利实施许可合同备案的生效;"
        "2022-01-01 专利实施许可合同备案的注销;2023-01-01 专利权质押合同登记的生效;"
        "2024-01-01 专利权质押合同登记的注销"
    )
    assert uses_on_record(history) == {"transfer": 1, "licence": 1, "pledge": 1}
    assert uses_on_record("TR01 2020-01-01\nTR01 2021-01-01") == {"transfer": 2}
    assert uses_on_record("专利申请权的转移;授权") == {}
