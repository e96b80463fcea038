import numpy as np

from matcher.needs.reading.correction import corrected
from matcher.retrieval.query_building import (
    MOST_PARTS,
    ask,
    part_texts,
    questions,
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


def test_a_need_asks_as_a_whole_by_its_title_and_by_its_sentences() -> None:
    asked = questions(NEED, READING)
    assert asked is not None
    assert asked.whole == NEED.full_text
    assert asked.title == "阀门泄漏检测"
    assert asked.parts == ("阀门内漏难以发现。", "停机检修费用高。")  # 在线报警。 is too short


def test_a_part_is_the_sentences_that_ask_anyway() -> None:
    asked = questions(NEED, READING)
    assert asked is not None
    title, problem, goal = (part_texts(part, asked) for part in READING.parts)
    assert title == ("阀门泄漏检测",)
    assert problem == ("阀门内漏难以发现。", "停机检修费用高。")
    assert goal == ("在线报警。",), "no sentence of it asks, so it is encoded for itself"


def test_a_need_of_one_sentence_asks_once() -> None:
    asked = questions(Need("阀门内漏怎么查"), Reading((NeedPart("title", "阀门内漏怎么查"),)))
    assert asked is not None and list(asked) == ["阀门内漏怎么查"]


def test_a_corrected_reading_asks_in_the_place_of_the_needs_own_words() -> None:
    changed = corrected(READING, parts={"problem": "轴承异响难以发现。", "goal": ""})
    asked = questions(NEED, changed)
    assert asked is not None
    assert asked.whole == "阀门泄漏检测\n轴承异响难以发现。"
    assert asked.names == ("valve", "bearing")
    assert asked.parts == ("轴承异响难以发现。",)
    named = corrected(
        READING,
        add_terms=[Term("speed", ("PE", "阀门"))],
        indicators=["≤0.5 mm"],
    )
    asked = questions(NEED, named)
    assert asked is not None
    assert asked.whole == NEED.full_text
    assert asked.names == ("≤0.5 mm", "speed", "PE")


def test_boilerplate_does_not_ask_and_terms_ask_by_all_their_names() -> None:
    need = Need("我公司成立于2001年。需要PVC管材的焊接技术。")
    parts = (NeedPart("title", "需要PVC管材的焊接技术。"),)
    reading = Reading(parts, (), (Term("PVC", ("聚氯乙烯", "vinyl")),), ("我公司成立于2001年。",))
    asked = questions(need, reading)
    assert asked is not None
    assert (asked.whole, asked.names) == ("需要PVC管材的焊接技术。", ("聚氯乙烯", "vinyl"))
    (known,) = text_vectors(CountingEncoder(), [(asked.whole, asked)])
    one = ask(asked, known)
    assert one is not None and one.whole.text == "需要PVC管材的焊接技术。\n聚氯乙烯\nvinyl"
    (piece,) = CountingEncoder().encode([asked.whole], "query")
    np.testing.assert_array_equal(one.whole.pieces, [piece])


def test_an_empty_need_asks_nothing() -> None:
    assert questions(Need(" "), Reading(())) is None
    assert ask(None, {}) is None
    assert text_vectors(CountingEncoder(), []) == []
    (nothing,) = text_vectors(CountingEncoder(), [("", (" ",))])
    assert {text: len(vectors) for text, vectors in nothing.items()} == {"": 0, " ": 0}


def test_only_the_longest_of_many_sentences_ask_in_their_order() -> None:
    sentences = [f"第{n}个问题是{'泄漏' * (n % 40 + 1)}。" for n in range(100)]
    need = Need(title="阀门", text="".join(sentences))
    asked = questions(need, Reading((NeedPart("title", "阀门"), NeedPart("text", need.text))))
    assert asked is not None and len(asked.parts) == MOST_PARTS
    places = [sentences.index(part) for part in asked.parts]
    assert places == sorted(places)
    assert min(map(len, asked.parts)) >= max(len(s) for s in sentences if s not in asked.parts)


def test_a_text_is_read_within_the_whole_and_another_one_by_itself() -> None:
    encoder = ContextEncoder(window=20)
    whole = "阀门内漏难以发现。停机检修费用高。需要在线报警，不停机也能查出是哪个阀门在漏。"
    pieces = encoder.split(whole, "query")
    inside, across = "停机检修费用高。", whole[15:25]
    assert [inside in piece for piece in pieces] == [True, False] and across not in pieces
    (known,) = text_vectors(encoder, [(whole, (whole, inside, across, "轴承"))])
    assert [len(known[text]) for text in (whole, inside, across, "轴承")] == [2, 1, 1, 1]
    assert encoder.read == [*pieces, across, "轴承"], "each piece is read once, with all its parts"
    expected = encoder.encode_within(pieces, [[None, (9, 17)], [None]], "query")
    np.testing.assert_array_equal(known[whole], [expected[0][0], expected[1][0]])
    np.testing.assert_array_equal(known[inside], expected[0][1:])
    for text in (across, "轴承"):
        np.testing.assert_array_equal(known[text], encoder.encode([text], "query"))


def test_each_text_is_encoded_once_and_a_long_one_in_pieces() -> None:
    encoder = CountingEncoder(window=20)
    long = "阀门内漏难以发现。" * 10
    one = questions(NEED, READING)
    other = questions(
        Need(title="阀门泄漏检测", text=long),
        Reading((NeedPart("title", "阀门泄漏检测"), NeedPart("text", long))),
    )
    assert one is not None and other is not None
    known = text_vectors(encoder, [(one.whole, one), (other.whole, other)])
    first, second = ask(one, known[0]), ask(other, known[1])
    assert first is not None and second is not None
    assert len(encoder.encoded) == len(set(encoder.encoded))
    assert first.title is not None and second.title is not None
    np.testing.assert_array_equal(first.title.pieces, second.title.pieces)
    assert len(second.whole.pieces) == len(encoder.split(second.whole.text, "query")) > 1
    assert [query.text for query in first.parts] == ["阀门内漏难以发现。", "停机检修费用高。"]
