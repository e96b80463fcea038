from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from models.chunking import chunk_text
from models.loading import BUILTIN_FOLDER
from models.openvino_encoder import at_most


def test_tokens_of_a_text_that_surely_fits_are_not_counted() -> None:
    def count(text: str) -> int:
        raise AssertionError(text)

    assert chunk_text(" 耐高温的隔膜 ", 6, count, at_most=len) == ["耐高温的隔膜"]


def test_a_text_that_might_not_fit_is_counted_and_cut() -> None:
    pieces = chunk_text("隔膜。电池。", 4, len, at_most=lambda text: 2 * len(text))
    assert pieces == ["隔膜。", "电池。"]


def _count(text: str) -> int:
    return len(_tokenizer().encode(text, add_special_tokens=False).ids)


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(BUILTIN_FOLDER / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@given(st.text(max_size=60))
@example("½㎡㍿ﷺ…‼İßﬃ각ஔ\u0344")
def test_a_text_has_no_more_tokens_than_characters_in_nfkc(text: str) -> None:
    assert _count(text) <= at_most(text)
