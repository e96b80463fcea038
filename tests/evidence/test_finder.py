"""What a result shows of its patent: the rules with the fake model, meaning with the built-in."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from matcher.evidence.finder import (
    MAX_CLAIMS,
    EvidenceFinder,
    EvidenceQuery,
    MatchEvidence,
)
from matcher.evidence.parts import part_vectors
from matcher.ports import Encoder, Vectors
from matcher.retrieval.query import NeedQuery, Query
from matcher.retrieval.query_building import text_vectors
from matcher.retrieval.retriever import Retriever
from matcher.text.highlights import Span
from matcher.types import Claim, NeedPart, NeedPartKind, Patent, PatentId, PatentRow
from models.fake import FakeEncoder
from models.loading import BUILTIN, load_encoder
from models.pretrained import LoadOptions
from tests.support.exact_retriever import exact_retriever
from tests.support.samples import BEARING, GRIPPER, SEPARATOR

ROW = PatentRow(1)
VALVE = Patent(
    id=PatentId("local:valve"),
    title="Valve",
    abstract="Pipes leak under pressure. A spring closes the valve disc quickly.",
    claims=(
        Claim(1, "A valve body of cast bronze."),
        Claim(2, "A nozzle drilled by laser.", True, (1,)),
        Claim(3, "A sensor measures humidity.", True, (1,)),
    ),
)
BRONZE = NeedPart("title", "valve body of cast bronze")
LASER = NeedPart("problem", "nozzle drilled by laser")
HUMIDITY = NeedPart("technique", "sensor measures humidity")
SPRING = NeedPart("goal", "spring closes the valve disc quickly")
FOREIGN = NeedPart("keywords", "poultry vaccine dosage")


def evidence_query(encoder: Encoder, *parts: NeedPart) -> EvidenceQuery:
    text = "\n".join(part.text for part in parts)
    (vectors,) = text_vectors(encoder, [(text, [part.text for part in parts])])
    return EvidenceQuery(
        text, parts, part_vectors([(part.text,) for part in parts], vectors), vectors[text]
    )


def show(
    patent: Patent,
    *parts: NeedPart,
    encoder: Encoder | None = None,
    others: Sequence[Patent] = (),
    indexed: Patent | None = None,
) -> MatchEvidence:
    """Evidence of a patent; `indexed` is the patent as it was when the index was built."""
    encoder = encoder or FakeEncoder()
    listed = enumerate((indexed or patent, *others), start=1)
    retriever = exact_retriever(encoder, ((PatentRow(row), record) for row, record in listed))
    (shown,) = find(encoder, retriever, evidence_query(encoder, *parts), [(ROW, patent)])
    return shown


def find(
    encoder: Encoder,
    retriever: Retriever,
    query: EvidenceQuery,
    patents: Sequence[tuple[PatentRow, Patent]],
) -> list[MatchEvidence]:
    """Evidence of these patents, which are the candidates."""
    rows = np.array(sorted(row for row, _ in patents), dtype=np.int64)
    candidates = retriever.score(NeedQuery(Query(query.text, query.pieces)), rows)
    return EvidenceFinder(encoder, retriever.index).find(query, candidates, patents)


def answered(shown: MatchEvidence) -> dict[str, tuple[NeedPartKind, ...]]:
    return {evidence.passage: evidence.parts for evidence in shown.evidence}


def marked(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_claims_come_first_and_each_passage_names_the_parts_that_it_answers() -> None:
    shown = show(VALVE, LASER, SPRING, FOREIGN)
    (first, answers), *others = answered(shown).items()
    assert (first, answers) == ("claim 2", ("problem",))
    assert others[-1] == ("abstract", ("goal",))
    texts = {evidence.passage: evidence.text for evidence in shown.evidence}
    assert texts["claim 2"] == VALVE.claims[1].text and texts["abstract"] == VALVE.abstract
    assert shown.unanswered == ("keywords",)


def test_the_two_best_of_many_answering_claims_are_shown() -> None:
    shown = show(VALVE, BRONZE, LASER, HUMIDITY)
    labels = [label for label in answered(shown) if label != "abstract"]
    assert len(labels) == MAX_CLAIMS == 2
    assert shown.unanswered == ()


def test_an_unanswered_need_shows_the_nearest_passage_without_a_part() -> None:
    shown = show(VALVE, FOREIGN)
    assert shown.evidence and not any(evidence.parts for evidence in shown.evidence)
    assert shown.unanswered == ("keywords",)


def test_nothing_of_a_need_that_cannot_be_judged_is_answered() -> None:
    shown = show(VALVE, NeedPart("text", "valve"))
    assert shown.fit.gap == "need_without_technique"
    assert shown.evidence and not any(evidence.parts for evidence in shown.evidence)
    assert shown.unanswered == ("text",)


def test_the_other_results_change_neither_parts_nor_label_of_a_patent() -> None:
    other = replace(VALVE, id=PatentId("local:other"), abstract="A spring closes a door.")
    encoder, rows = FakeEncoder(), [(ROW, VALVE), (PatentRow(2), other)]
    retriever, query = exact_retriever(encoder, rows), evidence_query(encoder, SPRING, BRONZE)
    together, _other = find(encoder, retriever, query, rows)
    (alone,) = find(encoder, retriever, query, rows[:1])
    assert together == alone


def test_a_sentence_lists_only_parts_that_it_answers_itself() -> None:
    """The claim answers; the abstract's best sentence is only shown beside it."""
    shown = show(replace(VALVE, abstract="Pipes leak under pressure."), LASER)
    assert answered(shown) == {"claim 2": ("problem",), "abstract": ()}


def test_the_focus_is_the_answering_sentence_among_several() -> None:
    claim, abstract = show(VALVE, BRONZE, SPRING).evidence
    assert claim.focus is None
    assert abstract.focus is not None
    assert VALVE.abstract[slice(*abstract.focus)] == "A spring closes the valve disc quickly."
    single = replace(VALVE, abstract="A spring closes the valve disc quickly.", claims=())
    (alone,) = show(single, SPRING).evidence
    assert alone.passage == "abstract" and alone.focus is None


def test_without_an_abstract_the_title_is_shown() -> None:
    (alone,) = show(replace(VALVE, abstract="", claims=()), SPRING).evidence
    assert (alone.passage, alone.text) == ("abstract", "Valve")


def test_a_patent_without_text_has_no_evidence() -> None:
    empty = Patent(id=PatentId("local:empty"), title="…")
    shown = show(empty, SPRING, others=[VALVE])
    assert shown.evidence == () and shown.unanswered == ("goal",)


def test_words_shared_with_the_need_are_highlighted_in_each_passage() -> None:
    claim, abstract = show(VALVE, BRONZE, SPRING).evidence
    assert marked(claim.text, claim.highlights) == ["valve", "body", "cast", "bronze"]
    assert "spring" in marked(abstract.text, abstract.highlights)
    assert "Pipes" not in marked(abstract.text, abstract.highlights)


def test_a_claim_newer_than_the_index_is_left_out() -> None:
    newer = Claim(4, "A gasket of graphite foil.")
    gasket = NeedPart("title", "gasket of graphite foil")
    changed = replace(VALVE, claims=(*VALVE.claims, newer))
    assert answered(show(changed, gasket))["claim 4"] == ("title",)
    shown = show(changed, gasket, indexed=VALVE)
    assert "claim 4" not in answered(shown) and shown.unanswered == ("title",)


def test_a_sentence_newer_than_the_index_is_left_out() -> None:
    changed = replace(VALVE, abstract=f"{VALVE.abstract} A gasket of graphite foil seals it.")
    gasket = NeedPart("title", "gasket of graphite foil")
    assert answered(show(changed, gasket))["abstract"] == ("title",)
    assert show(changed, gasket, indexed=VALVE).unanswered == ("title",)


def test_a_claim_that_left_the_patent_is_not_shown() -> None:
    shown = show(replace(VALVE, claims=VALVE.claims[:1]), LASER, indexed=VALVE)
    assert set(answered(shown)) <= {"claim 1", "abstract"}
    assert shown.unanswered == ("problem",)


@pytest.mark.parametrize(("vectors", "has_label"), [(29, False), (30, True)])
def test_an_index_too_small_for_a_background_gives_no_label(vectors: int, has_label: bool) -> None:
    others = [
        Patent(id=PatentId(f"local:{n}"), title=f"matter {n}", abstract=f"subject {n}")
        for n in range(vectors - 4)
    ]
    shown = show(VALVE, BRONZE, others=others)
    assert (shown.fit.label is not None) == has_label
    assert shown.fit.gap == (None if has_label else "catalogue_too_small")


def test_a_need_in_the_words_of_the_patent_fits_better_than_an_unrelated_one() -> None:
    others = [
        Patent(id=PatentId(f"local:{n}"), title=f"matter {n}", abstract=f"subject {n}")
        for n in range(40)
    ]
    assert show(VALVE, BRONZE, others=others).fit.label == "strong"
    assert show(VALVE, FOREIGN, others=others).fit.label == "weak"


def test_evidence_comes_in_the_order_of_the_patents() -> None:
    encoder = FakeEncoder()
    listed = [(PatentRow(n), patent) for n, patent in enumerate((SEPARATOR, GRIPPER, BEARING), 1)]
    retriever = exact_retriever(encoder, listed)
    query = evidence_query(encoder, BRONZE)
    evidence = find(encoder, retriever, query, listed[::-1])
    texts = [shown.evidence[0].text for shown in evidence]
    assert texts == [patent.claims[0].text for patent in (BEARING, GRIPPER, SEPARATOR)]
    assert find(encoder, retriever, query, []) == []


def test_an_encoder_without_word_vectors_marks_no_related_words() -> None:
    assert all(evidence.related == () for evidence in show(VALVE, BRONZE, SPRING).evidence)


class SynonymEncoder(FakeEncoder):
    """Encoder whose word vectors are equal for brass and bronze; optionally without vectors."""

    def __init__(self, has_vectors: bool = True) -> None:
        super().__init__()
        self._has_vectors = has_vectors

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        return [tuple(match.span() for match in re.finditer(r"\w+", text)) for text in texts]

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        plain = [word.lower().replace("brass", "bronze") for word in words]
        return self.encode(plain, "passage") if self._has_vectors else None


def test_words_near_in_meaning_are_marked_as_related_and_shared_words_are_not() -> None:
    claim = show(VALVE, NeedPart("title", "brass valve"), encoder=SynonymEncoder()).evidence[0]
    assert claim.passage == "claim 1"
    assert marked(claim.text, claim.highlights) == ["valve"]
    assert marked(claim.text, claim.related) == ["bronze"]


def test_a_model_without_word_vectors_marks_no_related_words() -> None:
    encoder = SynonymEncoder(has_vectors=False)
    claim = show(VALVE, NeedPart("title", "brass valve"), encoder=encoder).evidence[0]
    assert marked(claim.text, claim.highlights) == ["valve"] and claim.related == ()


@pytest.fixture(scope="module")
def builtin() -> Encoder:
    return load_encoder(BUILTIN, LoadOptions(compute_dtype="float32"))


def test_an_english_need_marks_chinese_words_of_like_meaning(builtin: Encoder) -> None:
    need = NeedPart("title", "a soft robot gripper that picks up fragile parts")
    shown = show(GRIPPER, need, encoder=builtin, others=[SEPARATOR, BEARING])
    assert shown.evidence[0].passage == "claim 1"
    related = {
        word
        for evidence in shown.evidence
        for word in marked(evidence.text, evidence.related)
        if not word.isascii()
    }
    assert any("机器人" in word or "夹爪" in word for word in related)
    assert not any("其特征" in word or "所述" in word for word in related)
    for evidence in shown.evidence:
        taken = np.zeros(len(evidence.text), dtype=int)
        for start, end in (*evidence.highlights, *evidence.related):
            taken[start:end] += 1
        assert taken.max(initial=0) <= 1
