"""The estimate of tokens against a tokenizer of ours, and against bounds of any."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

import matcher
from models.chunking import Chunker
from models.loading import BUILTIN_FOLDER
from models.services.token_estimate import token_estimate

SAMPLES = Path(matcher.__file__).parent / "samples" / "patents.jsonl"
WORDS = (" the", "separator", " Battery", "PLC", "fluoride-", "quinazoline", " LiFePO4", "NdFeB")
TOKENIZER = Tokenizer.from_file(str(BUILTIN_FOLDER / "tokenizer.json"))
TOKENIZER.no_truncation()


def count(text: str) -> int:
    return len(TOKENIZER.encode(text, add_special_tokens=False).ids)


def texts(value: object) -> Iterator[str]:
    """Yield the texts of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def test_no_text_of_the_sample_catalogue_has_more_tokens() -> None:
    lines = SAMPLES.read_text("utf-8").splitlines()
    samples = {text for line in lines for text in texts(json.loads(line))}
    assert len(samples) > 500
    assert [text for text in samples if count(text) > token_estimate(text)] == []


WRITTEN = st.lists(st.sampled_from([*"阀门泵轴承膜，。；：1290-%()\n ", *WORDS]), max_size=200)


@given(WRITTEN.map("".join))
def test_no_text_of_our_languages_has_more_tokens(text: str) -> None:
    assert count(text) <= token_estimate(text)


@given(st.text(max_size=100))
def test_any_text_has_an_estimate_that_grows_with_it(text: str) -> None:
    assert 0 <= token_estimate(text) <= token_estimate(text + "阀") <= token_estimate(text) + 2


@pytest.mark.parametrize(
    ("text", "most_of_any"),
    [
        ("高温环境下的隔膜", 8),
        ("the separator of a battery", 7),
        ("ATGGCTAGCTAGGCTTACCGGATCCATTGGCATCGATCGG", 25),
        ("polyvinylidenefluoride-hexafluoropropylene", 16),
        ("2026-01-01 至 2030-12-31", 24),
        ("😀", 4),
        ("ﷺ", 33),
    ],
)
def test_the_estimate_exceeds_what_known_vocabularies_need(text: str, most_of_any: int) -> None:
    """By the vocabularies of Qwen, o200k and DeepSeek, and by bytes."""
    assert token_estimate(text) >= most_of_any


@given(WRITTEN.map("".join))
def test_pieces_fit_the_window_by_a_real_tokenizer(text: str) -> None:
    chunker = Chunker(token_estimate, 40, at_most=token_estimate)
    pieces = chunker.split(text, "passage")
    assert all(count(piece) <= 40 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
