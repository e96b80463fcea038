import re

import pytest

from matcher.text.contact_clauses import clear_contacts
from matcher.text.contact_names import MAX_LONE_LABEL, words
from matcher.text.phrases import REGEX_MARK
from matcher.text.prefilters import PrefilteredPattern


def test_a_text_that_fails_the_prefilter_is_not_searched() -> None:
    pattern = PrefilteredPattern(r"\d+", re.compile("kg").search)
    assert pattern.search("12 m") is None
    assert pattern.fullmatch("12") is None
    assert list(pattern.finditer("12 m")) == []
    assert pattern.subn("n", "12 m") == ("12 m", 0)


def test_a_text_that_passes_the_prefilter_is_matched_as_by_re() -> None:
    pattern = PrefilteredPattern(r"\d+", re.compile("kg|^12$").search)
    match = pattern.search("12 kg")
    assert match is not None and match[0] == "12"
    assert pattern.fullmatch("12 kg") is None and pattern.fullmatch("12") is not None
    assert [match[0] for match in pattern.finditer("12 or 13 kg")] == ["12", "13"]
    assert pattern.subn("n", "12 kg") == ("n kg", 1)


def test_the_pattern_is_compiled_when_a_text_passes() -> None:
    broken = PrefilteredPattern("(", re.compile("kg").search)
    assert broken.search("12 m") is None
    with pytest.raises(re.error):
        broken.search("12 kg")


@pytest.mark.parametrize("name", ["persons", "chiefs", "roles"])
def test_labels_of_prefilters_are_words(name: str) -> None:
    """They are looked for as words in a text without blanks."""
    assert not [word for word in words(name) if word.startswith(REGEX_MARK)]


def test_a_lone_label_is_no_longer_than_its_prefilter_lets_pass() -> None:
    labels = [w for name in ("persons", "chiefs", "channels") for w in words(name)]
    longest = max(len(word) for word in labels if not word.startswith(REGEX_MARK))
    assert len("企业项目") + longest + len("：") <= MAX_LONE_LABEL


@pytest.mark.parametrize(
    "sentence",
    [
        "联 系 人：张三丰",
        "技术对接（采购）：王伟明",
        "(签字)王伟明",
        "通讯地址：杭州市西湖区文三路12号",
        "公司位于杭州市西湖区文三路12号",
        "邮编：310000",
        "Contact person: Wang Wei",
        "总工程师张建三提出了耐温要求",
        "张建三（教授）提出了耐温要求",
        "由我司张建三负责",
        "请与我司的张建三沟通",
        "请联系张建三",
        "我叫张建三",
        "本人是张建三",
        "我是杭州样例公司的张建三",
        "有问题请找老张",
        "对接人是生产部的小王",
        "@张建三",
        "张建三，男，高级职称",
        "老张反映设备漏油",
        "课题组成员包括张建三、李小四",
        "张三经理希望提高良率",
        "由李工负责，找李工",
        "样例一\n2024年5月6日\n王伟明\n2024年5月6日",
    ],
)
def test_a_person_or_an_address_in_any_form_passes_the_prefilters(sentence: str) -> None:
    assert clear_contacts(sentence).taken
