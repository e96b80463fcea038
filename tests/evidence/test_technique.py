"""Technique in a need."""

import pytest

from matcher.evidence.technique import says_technique


@pytest.mark.parametrize(
    "text",
    [
        "123",
        "12.5 MPa ≥ 30 %",
        "!!!",
        "隔膜",
        "锂电池",
        "battery",
        "寻求高校合作，提高产品质量，降低成本",
        "我公司成立于2005年，注册资金500万元，员工200人，希望与高校开展合作",
        "We are looking for a partner to improve our business",
        "有没有好的专利可以转让",
    ],
)
def test_digits_a_word_or_wishes_alone_name_no_technique(text: str) -> None:
    assert not says_technique(text)


@pytest.mark.parametrize(
    "text",
    [
        "水泵轴承坏之前提前预警，不停机",
        "提高锂电池安全性",
        "希望与高校合作，解决隔膜在高温下收缩的问题",
        "bearing wear sensor",
        "How can we make our battery separators safer?",
    ],
)
def test_a_few_words_of_technique_are_enough(text: str) -> None:
    assert says_technique(text)
