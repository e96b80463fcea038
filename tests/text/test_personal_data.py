import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.personal_data import (
    CONTACT_CELL_PHONE,
    contact_spans,
    first_phone,
    has_contact,
    has_mobile_phone,
    mask_contacts,
    mask_email,
    mask_phone,
)

MOBILES = (
    "13800000000",
    "138 0000 0000",
    "138-0000-0000",
    "138.0000.0000",
    "1 3 8 0 0 0 0 0 0 0 0",
    "+86 13800000000",
    "+86-138-0000-0000",
    "8613800000000",
    "008613800000000",
    "１３８００００００００",
    "138－0000－0000",
    "138—0000—0000",
    "138****1234",
)
OTHER_PHONES = (
    "022-23500000",
    "022 2350 0000",
    "(022) 23500000",
    "（022）23500000",
    "02223500000",
    "022-23500000-801",
    "0316-6080000转801",
    "0755-1234567",
    "+86 22 23500000",
    "400-800-1234",
    "4008001234",
    "800 820 8820",
    "+852 2123 4567",
    "+1 650-253-0000",
    "+49 89 636 48018",
    "+86-22-60001111-8012",
    "(0755) 6000 1111-8001",
    "022-60001111/60001112",
    "一三八零零零零五五五五",
)
EMAILS = (
    "sample@example.com",
    "sample.two+x@mail.example.edu.cn",
    "sample＠example.com",
    "sample(at)example.cn",
    "s[at]example[dot]cn",
    "sample @ example.cn",
    "ｓａｍｐｌｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
)
NO_CONTACTS = (
    "201710117081.7",
    "ZL201710117081.7",
    "CN201710117081.7",
    "96109123.5",
    "CN108123456A",
    "CN 108 123 456 A",
    "US2019198156A1",
    "US-2019198156-A1",
    "PCT/CN2016/002015",
    "IB 2016002015 W",
    "91110000600037341L",
    "911100006000373417",
    "2019-2021年",
    "2017.03.01",
    "2024-05-20 10:30",
    "厚度20190301批次13900",
    "产能10000000件",
    "1380000000",
    "2000-3000 r/min",
    "100000-200000次",
    "0.001-0.0005 mm",
    "0.00012345678",
    "压力10-20 MPa，温度150-300 ℃，转速3000-15000 r/min",
    "20 000 000 元",
    "400-600-1000-2000目",
    "1220-2440-18",
    "CAS 7440-22-4",
    "GB/T 22900-2022",
    "ISO 9001:2015",
    "doi 10.1016/j.apenergy.2019.114123",
    "H01M4/36(2006.01)I",
    "电话会议系统",
    "微信小程序",
    "3A @ 25 ℃",
    "年产13800000000颗",
    "每小时13900001111转",
    "GB 13512345678",
    "样品编码 M13800001234",
    "图号 0755-2026-0012",
    "项目编号：022-20261234",
    "合同号：0510-88886666-01",
    "a3d0fca3-e039-0730-6101-ac0f208bfd84",
    "00000000-0000-0000-0000-000000000000",
    "校验值13800138000a4b6c8d9e0f1a2b3c4d5e6f7",
    "14b04a70 f3ac2855 06ec0160 6718681a",
    "标准号 022-12345678",
    "证书号：0512-66778899",
    "Serial No. 021-55667788",
    "SKU 13900000000",
    "设备ID：13900000000",
    "样品批号 20230113-0022-12345678",
    "编码段0010-0020-0030-0040",
    "频率 010-20000000 Hz",
    "系数(010)12345678.5",
    "微信搜索引擎",
    "一二三四五六七八九十",
)


@pytest.mark.parametrize("contact", (*MOBILES, *OTHER_PHONES, *EMAILS))
def test_contacts_are_masked_whole_in_running_text(contact: str) -> None:
    text = f"想要更耐热的隔膜，请找{contact}，谢谢"

    assert mask_contacts(text, "…") == "想要更耐热的隔膜，请找…，谢谢"
    assert has_contact(text)


@pytest.mark.parametrize(
    "before",
    [
        "微信账号",
        "微信ID ",
        "飞书号",
        "手机号",
        "样例路八号 ",
        "1号楼",
        "13911111111-",
        "电话号码：",
    ],
)
def test_a_number_behind_a_label_of_a_person_is_a_contact(before: str) -> None:
    assert mask_contacts(f"{before}13900000000", "…").endswith("…")


@pytest.mark.parametrize("text", NO_CONTACTS)
def test_numbers_of_patents_and_quantities_are_no_contacts(text: str) -> None:
    assert mask_contacts(text, "…") == text
    assert not has_contact(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("办公电话：23500000", "办公电话：…"),
        ("Tel: 2350 0000", "Tel: …"),
        ("微信号：sample_01", "微信号：…"),
        ("QQ:10000001", "QQ:…"),
        ("電話 02-2345-6789 分機 123", "電話 …"),
        ("电话 6000 1111、6000 1112", "电话 …"),
        ("WeChat ID: lithium_sep", "WeChat ID: …"),
    ],
)
def test_a_label_makes_a_local_number_or_a_messenger_id_a_contact(text: str, masked: str) -> None:
    assert mask_contacts(text, "…") == masked


def test_several_contacts_are_masked_one_by_one() -> None:
    text = "电话13800000000或022-00000000，sample@example.com"

    assert mask_contacts(text, "…") == "电话…或…，…"
    assert [text[start:end] for start, end in contact_spans(text)] == [
        "13800000000",
        "022-00000000",
        "sample@example.com",
    ]


@pytest.mark.parametrize("text", ["张三@公司", "a@b", "写给＠甲"])
def test_a_sign_of_an_address_is_enough_to_refuse_a_text(text: str) -> None:
    assert has_contact(text)


@pytest.mark.parametrize("text", MOBILES)
def test_mobile_numbers_are_known(text: str) -> None:
    assert has_mobile_phone(f"办公室 {text}")


@pytest.mark.parametrize("text", (*OTHER_PHONES, *EMAILS, *NO_CONTACTS))
def test_other_numbers_are_no_mobile_numbers(text: str) -> None:
    assert not has_mobile_phone(text)


@pytest.mark.parametrize(
    "phone", ["13800000000", "+86 138 0000 0000", "02223500000", "022-2350-0000-12", "400-800-1234"]
)
def test_a_cell_for_contacts_gives_its_phone(phone: str) -> None:
    match = CONTACT_CELL_PHONE.search(f"样例甲 {phone} 周一")

    assert match is not None
    assert match[0] == phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        (None, None),
        ("13800001234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("022-0000-1234", "022****1234"),
        ("2300 1234", "****34"),
        ("110", "****"),
    ],
)
def test_a_phone_is_masked_to_its_ends(phone: str | None, masked: str | None) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        (None, None),
        ("jia@sample.example", "j***@sample.example"),
        ("j@sample.example", "j***@sample.example"),
        ("@sample.example", "***"),
        ("jia", "***"),
    ],
)
def test_an_email_is_masked_to_its_domain(email: str | None, masked: str | None) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize("phone", ["(022)6000-1234", "+852 9123 4567", "一三八零零零零五五五五"])
def test_the_first_phone_is_the_one_as_written(phone: str) -> None:
    assert first_phone(f"样例甲 {phone}") == phone
    assert first_phone("样例甲 sample@example.com") is None


@given(st.text(alphabet="0123456789+-() ０１３８－＠@.电话：a", max_size=30))
def test_nothing_is_left_to_mask_and_the_rest_stays(text: str) -> None:
    spans = contact_spans(text)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert mask_contacts(text, "") == "".join(
        character
        for position, character in enumerate(text)
        if not any(start <= position < end for start, end in spans)
    )


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086 "]))
def test_no_masked_phone_can_be_called(number: str, prefix: str) -> None:
    masked = mask_phone(prefix + number)
    assert masked is not None and number not in masked
    assert sum(character.isdigit() for character in masked) <= 7
