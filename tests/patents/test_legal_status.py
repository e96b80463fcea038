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
def test_the_status_of_one_word(validity: str, status: LegalStatus) -> None:
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
def test_the_status_of_a_phrase(phrase: str, status: LegalStatus) -> None:
    assert read_status("", phrase, was_granted=False).status is status


@pytest.mark.parametrize(
    "phrase",
    ["专利权质押合同登记的生效", "专利实施许可合同备案的生效", "开放许可声明", "专利权的保全"],
)
def test_a_pledge_a_licence_or_a_preservation_means_in_force(phrase: str) -> None:
    assert read_status("", phrase, was_granted=True).status is IN_FORCE
    parsed = read_status("有效", phrase, was_granted=False)
    assert (parsed.status, parsed.conflict) == (IN_FORCE, False)


@pytest.mark.parametrize("phrase", ["质押", "开放许可声明", "专利权的转移", "PE01"])
def test_an_event_of_granted_rights_only_means_granted(phrase: str) -> None:
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
def test_the_status_of_gazette_codes(code: str, granted: bool, status: LegalStatus) -> None:
    assert read_status("", code, was_granted=granted).status is status


@pytest.mark.parametrize("separator", ["\n", ";", "；", " | "])
@pytest.mark.parametrize("order", [1, -1])
def test_the_latest_event_counts_in_any_order_of_the_events(separator: str, order: int) -> None:
    events = ["2017-02-01 实质审查的生效", "2019-01-01 授权", "2021-03-01 未缴年费专利权终止"]
    parsed = read_status("", separator.join(events[::order]), was_granted=False)
    assert (parsed.status, parsed.as_of) == (LAPSED, date(2021, 3, 1))
    assert parsed.text == "未缴年费专利权终止"


def test_a_restored_right_is_in_force() -> None:
    history = "2019-01-01 授权;2021-03-01 CF01;2021-09-01 RR01 权利的恢复"
    assert read_status("", history, was_granted=False).status is IN_FORCE


def test_two_events_of_one_day_keep_their_order_in_time() -> None:
    listed = read_history("2021-03-01 专利权的终止;2021-03-01 授权;2019-01-01 公开")
    assert [event.text for event in listed] == ["公开", "授权", "专利权的终止"]


def test_a_contradiction_is_flagged_and_the_less_favourable_status_counts() -> None:
    parsed = read_status("有效", "未缴年费专利权终止", was_granted=True)
    assert (parsed.status, parsed.conflict) == (LAPSED, True)


def test_a_status_that_is_not_understood_is_flagged_and_unknown() -> None:
    parsed = read_status("", "样例状态", was_granted=True)
    assert (parsed.status, parsed.not_understood) == (UNKNOWN, "样例状态")


def test_uses_on_record_are_counted() -> None:
    history = (
        "2019-01-01 授权;2020-01-01 专利权的转移;2021-01-01 专利实施许可合同备案的生效;"
        "2022-01-01 专利实施许可合同备案的注销;2023-01-01 专利权质押合同登记的生效;"
        "2024-01-01 专利权质押合同登记的注销"
    )
    assert uses_on_record(history) == {"transfer": 1, "licence": 1, "pledge": 1}
    assert uses_on_record("TR01 2020-01-01\nTR01 2021-01-01") == {"transfer": 2}
    assert uses_on_record("专利申请权的转移;授权") == {}


@pytest.mark.parametrize(
    ("phrase", "status"),
    [
        ("授權", LegalStatus.IN_FORCE),
        ("實質審查的生效", LegalStatus.PENDING),
        ("專利權終止", LegalStatus.LAPSED),
    ],
)
def test_a_phrase_in_traditional_characters(phrase: str, status: LegalStatus) -> None:
    assert read_status("", phrase, was_granted=False).status is status
