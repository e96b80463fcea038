import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.sentences import (
    ABSTRACT_ENDS,
    CHUNK_ENDS,
    NEED_ENDS,
    QUERY_ENDS,
    STATEMENT_ENDS,
    sentence_spans,
    split_sentences,
)

RULES = (STATEMENT_ENDS, QUERY_ENDS, CHUNK_ENDS, ABSTRACT_ENDS, NEED_ENDS)


@pytest.mark.parametrize(
    ("ends", "sentences"),
    [
        (STATEMENT_ENDS, ["厚0.5 mm！！", "See fig. 1.", " B耐热"]),
        (QUERY_ENDS, ["厚0.5 mm！", "！", "See fig. ", "1. ", "B耐热"]),
        (CHUNK_ENDS, ["厚0.", "5 mm！", "！", "See fig.", " 1.", " B耐热"]),
        (ABSTRACT_ENDS, ["厚0.", "5 mm！！See fig.", " 1.", " B耐热"]),
        (NEED_ENDS, ["厚0.5 mm！！", "See fig. 1.", " B耐热"]),
    ],
)
def test_each_rule_cuts_where_its_use_needs_it(ends: re.Pattern[str], sentences: list[str]) -> None:
    assert split_sentences("厚0.5 mm！！See fig. 1. B耐热", ends) == sentences


@pytest.mark.parametrize("ends", RULES)
@given(text=st.text(alphabet='。！？；.!?;\n AaB”)(“"1%℃甲', max_size=30))
def test_the_sentences_together_are_the_text(ends: re.Pattern[str], text: str) -> None:
    assert "".join(split_sentences(text, ends)) == text
    assert all(start < end for start, end in sentence_spans(text, ends))
