"""A need's text that is searched, and one that is not."""

import pytest

from matcher.errors import InputError
from matcher.needs.need_text import check_text, text_fault


@pytest.mark.parametrize("text", ["阀", "a", "5G", "150 ℃ 的膜", "подшипник", "μ", "膜" * 100_000])
def test_a_text_with_a_word_is_searched(text: str) -> None:
    assert text_fault(text) is None
    check_text(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "need_empty"),
        (" \n\u3000", "need_empty"),
        ("!!!", "need_without_words"),
        ("123", "need_without_words"),
        ("１２３，４５％", "need_without_words"),
        ("150℃ ≤2%", "need_without_words"),
        ("①②③ 😀", "need_without_words"),
        ("膜" * 100_001, "need_too_long"),
    ],
)
def test_a_text_without_a_word_or_too_long_has_a_fault(text: str, code: str) -> None:
    fault = text_fault(text)
    assert fault is not None and fault.code == code
    with pytest.raises(InputError):
        check_text(text)
