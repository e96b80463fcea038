"""Technology cards by rule against cards by hand."""

import json
from collections import Counter
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.importing.read_file import read_file
from matcher.patents.cards.card import ASPECTS, MAX_LINES_PER_ASPECT, technology_card
from matcher.text.languages import is_chinese
from matcher.types import CardAspect, CardLine, Patent, PatentId, TechnologyCard
from scripts.docs.sample_corpus import SAMPLES
from scripts.quality.card_agreement import (
    CARDS,
    agreement,
    bigram_f1,
    card_figures,
    parse_cards,
)
from scripts.quality.samples import Samples

A, B, C = PatentId("A"), PatentId("B"), PatentId("C")


def card(**texts: str) -> TechnologyCard:
    aspects: list[CardAspect] = [aspect for aspect in ASPECTS if aspect in texts]
    return TechnologyCard(
        tuple(CardLine(name, texts[name], "abstract", f"{texts[name]}。") for name in aspects)
    )


@cache
def written() -> dict[PatentId, TechnologyCard]:
    return parse_cards((SAMPLES / "cards.jsonl").read_text("utf-8").splitlines())


@cache
def catalogue() -> dict[PatentId, Patent]:
    read = read_file(SAMPLES / "patents.jsonl", mapping={}, today=date(2026, 11, 1), sample=True)
    return {record.patent.id: record.patent for record in read.patents}


def test_presence_is_counted_over_the_patents_written_by_hand() -> None:
    by_hand = {A: card(use="甲乙"), B: card(use="甲乙"), C: card(means="丙丁")}
    by_rule = {A: card(use="甲乙"), C: card(use="甲乙"), PatentId("D"): card(use="甲乙")}
    use = agreement(by_rule, by_hand)["use"]
    assert (use.written, use.made, use.both) == (2, 2, 1)
    assert (use.precision, use.recall) == (0.5, 0.5)
    means = agreement(by_rule, by_hand)["means"]
    assert (means.precision, means.recall, means.text_f1) == (None, 0.0, None)


def test_texts_are_compared_where_both_have_the_aspect() -> None:
    by_hand = {A: card(use="甲乙丙"), B: card(use="甲乙丙")}
    by_rule = {A: card(use="甲乙丙"), B: card(use="甲乙丁")}
    use = agreement(by_rule, by_hand)["use"]
    assert use.text_f1 == pytest.approx((1 + 1 / 2) / 2)
    assert use.source_f1 == pytest.approx((1 + 1 / 3) / 2)


def test_a_sentence_that_two_lines_come_from_counts_once() -> None:
    one, two = (CardLine("use", text, "abstract", "甲乙丙丁。") for text in ("甲乙", "丙丁"))
    measured = agreement({A: TechnologyCard((one, two))}, {A: TechnologyCard((one,))})["use"]
    assert measured.source_f1 == 1.0
    assert measured.text_f1 == pytest.approx(2 / 4)


def test_bigram_f1_by_hand() -> None:
    assert bigram_f1("甲乙丙", "乙丙丁戊") == pytest.approx(2 * 1 / 5)
    assert bigram_f1("aaa", "aa") == pytest.approx(2 * 1 / 3)
    assert bigram_f1("a b", "ab") == 1.0
    assert bigram_f1("", "甲乙") == 0.0
    assert bigram_f1("", "") == 1.0


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_bigram_f1_is_a_share_and_symmetric(one: str, other: str) -> None:
    assert 0 <= bigram_f1(one, other) <= 1
    assert bigram_f1(one, other) == bigram_f1(other, one)
    assert bigram_f1(one, one) == 1


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"patent": "A"}', '{"patent": "A", "lines": [{"text": "x"}]}']
)
def test_a_line_that_is_no_card_is_an_error(line: str) -> None:
    good = json.dumps({"patent": "A", "lines": []})
    with pytest.raises(InputError, match="line 2 is no technology card"):
        parse_cards([good, line])


def test_the_cards_written_by_hand_are_cards_of_the_catalogue() -> None:
    assert len(written()) == 40
    languages = Counter(is_chinese(catalogue()[patent].abstract) for patent in written())
    assert languages == {True: 32, False: 8}
    for patent, by_hand in written().items():
        assert not by_hand.is_reviewed
        order = [ASPECTS.index(line.aspect) for line in by_hand.lines]
        assert order == sorted(order)
        assert max(Counter(order).values()) <= MAX_LINES_PER_ASPECT
        for line in by_hand.lines:
            assert line.passage == "abstract"
            assert line.source in catalogue()[patent].abstract
            assert line.text and line.text[-1] not in "。.；"
    assert sum("use" not in {x.aspect for x in c.lines} for c in written().values()) >= 8


@pytest.mark.parametrize("half", [0, 1], ids=["developed on", "held out"])
def test_the_rules_agree_with_the_hand(half: int) -> None:
    part = dict(list(written().items())[half::2])
    made = {patent: technology_card(catalogue()[patent]) for patent in part}
    for aspect, measured in agreement(made, part).items():
        assert measured.precision is not None and measured.precision >= 0.9, aspect
        assert measured.recall is not None and measured.recall >= 0.9, aspect
        assert measured.source_f1 is not None and measured.source_f1 >= 0.8, aspect
        assert measured.text_f1 is not None and measured.text_f1 >= 0.4, aspect


def test_card_figures_have_the_means_of_the_agreement(samples: Samples) -> None:
    some = dict(list(samples.cards.items())[:8])
    means = {(f.on, f.metric): f.mean for f in card_figures(samples.patents, some)}
    made = {one.id: technology_card(one) for one in samples.patents}
    for aspect, whole in agreement(made, some).items():
        for metric, value in (
            ("precision", whole.precision),
            ("recall", whole.recall),
            ("text F1", whole.text_f1),
            ("source F1", whole.source_f1),
        ):
            assert means.get((CARDS[aspect], metric)) == pytest.approx(value, abs=1e-4)
