import numpy as np

from matcher.needs.reading.correction import corrected
from matcher.retrieval.query_building import (
    MAX_PARTS,
    build_query,
    part_texts,
    query_texts,
    text_vectors,
)
from matcher.types import Need, NeedPart, Reading, Term
from tests.support.engines import ContextEncoder, CountingEncoder

NEED = Need(title="阀门泄漏检测", problem="阀门内漏难以发现。停机检修费用高。", goal="在线报警。")
READING = Reading(
    (
        NeedPart("title", "阀门泄漏检测"),
        NeedPart("problem", "阀门内漏难以发现。停机检修费用高。"),
        NeedPart("goal", "在线报警。"),
    )
)


def test_queries_are_the_whole_need_its_title_and_its_long_sentences() -> None:
    texts = query_texts(NEED, READING)
    assert texts is not None
    assert texts.whole == NEED.full_text
    assert texts.title == "阀门泄漏检测"
    assert texts.parts == ("阀门内漏难以发现。", "停机检修费用高。")  # 在线报警。 is too short


def test_a_part_is_encoded_by_its_queries_or_else_as_a_whole() -> None:
    texts = query_texts(NEED, READING)
    assert texts is not None
    title, problem, goal = (part_texts(part, texts) for part in READING.parts)
    assert title == ("阀门泄漏检测",)
    assert problem == ("阀门内漏难以发现。", "停机检修费用高。")
    assert goal == ("在线报警。",), "none of its sentences is a query, so it is encoded as a whole"


def test_a_need_of_one_sentence_has_one_query() -> None:
    texts = query_texts(Need("阀门内漏怎么查"), Reading((NeedPart("title", "阀门内漏怎么查"),)))
    assert texts is not None and list(texts) == ["阀门内漏怎么查"]


def test_a_corrected_reading_replaces_the_text_of_the_need() -> None:
    changed = corrected(READING, parts={"problem": "轴承异响难以发现。", "goal": ""})
    texts = query_texts(NEED, changed)
    assert texts is not None
    assert texts.whole == "阀门泄漏检测\n轴承异响难以发现。"
    assert texts.expansion_terms == ("valve", "bearing")
    assert texts.parts == ("轴承异响难以发现。",)
    named = corrected(
        READING,
        add_terms=[Term("speed", ("PE", "阀门"))],
        indicators=["≤0.5 mm"],
    )
    texts = query_texts(NEED, named)
    assert texts is not None
    assert texts.whole == NEED.full_text
    assert texts.expansion_terms == ("≤0.5 mm", "speed", "PE")


def test_boilerplate_is_left_out_and_synonyms_expand_the_lexical_query() -> None:
    need = Need("我公司成立于2001年。需要PVC管材的焊接技术。")
    parts = (NeedPart("title", "需要PVC管材的焊接技术。"),)
    reading = Reading(parts, (), (Term("PVC", ("聚氯乙烯", "vinyl")),), ("我公司成立于2001年。",))
    texts = query_texts(need, reading)
    assert texts is not None
    assert (texts.whole, texts.expansion_terms) == (
        "需要PVC管材的焊接技术。",
        ("聚氯乙烯", "vinyl"),
    )
    (vectors,) = text_vectors(CountingEncoder(), [(texts.whole, texts)])
    query = build_query(texts, vectors)
    assert query is not None and query.whole.text == "需要PVC管材的焊接技术。\n聚氯乙烯\nvinyl"
    (piece,) = CountingEncoder().encode([texts.whole], "query")
    np.testing.assert_array_equal(query.whole.pieces, [piece])


def test_an_empty_need_has_no_query() -> None:
    assert query_texts(Need(" "), Reading(())) is None
    assert build_query(None, {}) is None
    assert text_vectors(CountingEncoder(), []) == []
    (nothing,) = text_vectors(CountingEncoder(), [("", (" ",))])
    assert {text: len(vectors) for text, vectors in nothing.items()} == {"": 0, " ": 0}


def test_the_longest_sentences_become_queries_in_the_order_of_the_need() -> None:
    sentences = [f"第{n}个问题是{'泄漏' * (n % 40 + 1)}。" for n in range(100)]
    need = Need(title="阀门", text="".join(sentences))
    texts = query_texts(need, Reading((NeedPart("title", "阀门"), NeedPart("text", need.text))))
    assert texts is not None and len(texts.parts) == MAX_PARTS
    positions = [sentences.index(part) for part in texts.parts]
    assert positions == sorted(positions)
    assert min(map(len, texts.parts)) >= max(len(s) for s in sentences if s not in texts.parts)


def test_a_text_of_the_need_is_encoded_within_the_whole_and_any_other_alone() -> None:
    encoder = ContextEncoder(window=20)
    whole = "阀门内漏难以发现。停机检修费用高。需要在线报警，不停机也能查出是哪个阀门在漏。"
    pieces = encoder.split(whole, "query")
    inside, across = "停机检修费用高。", whole[15:25]
    assert [inside in piece for piece in pieces] == [True, False] and across not in pieces
    (vectors,) = text_vectors(encoder, [(whole, (whole, inside, across, "轴承"))])
    assert [len(vectors[text]) for text in (whole, inside, across, "轴承")] == [2, 1, 1, 1]
    assert encoder.read == [*pieces, across, "轴承"], (
        "each piece is encoded once, with all its spans"
    )
    expected = encoder.encode_spans(pieces, [[None, (9, 17)], [None]], "query")
    np.testing.assert_array_equal(vectors[whole], [expected[0][0], expected[1][0]])
    np.testing.assert_array_equal(vectors[inside], expected[0][1:])
    for text in (across, "轴承"):
        np.testing.assert_array_equal(vectors[text], encoder.encode([text], "query"))


def test_texts_are_encoded_once_and_long_ones_in_pieces() -> None:
    encoder = CountingEncoder(window=20)
    long = "阀门内漏难以发现。" * 10
    short = query_texts(NEED, READING)
    other = query_texts(
        Need(title="阀门泄漏检测", text=long),
        Reading((NeedPart("title", "阀门泄漏检测"), NeedPart("text", long))),
    )
    assert short is not None and other is not None
    vectors = text_vectors(encoder, [(short.whole, short), (other.whole, other)])
    first, second = build_query(short, vectors[0]), build_query(other, vectors[1])
    assert first is not None and second is not None
    assert len(encoder.encoded) == len(set(encoder.encoded))
    assert first.title is not None and second.title is not None
    np.testing.assert_array_equal(first.title.pieces, second.title.pieces)
    assert len(second.whole.pieces) == len(encoder.split(second.whole.text, "query")) > 1
    assert [query.text for query in first.parts] == ["阀门内漏难以发现。", "停机检修费用高。"]
