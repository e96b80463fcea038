"""Features of a label: nearness above the background, coverage of a title."""

from collections.abc import Sequence

import numpy as np
import pytest

from matcher.evidence.labelling import Labelled, Labeller, nearness
from matcher.evidence.parts import Background, PartEvidence, ScoredStatement
from matcher.patents.statements import Statement
from matcher.types import NeedPart, Patent, PatentId, PatentRow
from models.fake import FakeEncoder
from tests.support.exact_retriever import exact_retriever

ENCODER = FakeEncoder()
NEED = "球阀的密封圈在高温下泄漏，需要耐热的密封"


def labelled(patent: Patent, score: float = 3.0) -> Labelled:
    vectors = ENCODER.encode([f"{patent.title}\n{patent.abstract}"], "passage")
    statement = ScoredStatement(Statement("abstract", "甲", (0, 1)), score, score)
    return Labelled(patent, vectors, [PartEvidence(NeedPart("text", "甲"), None, statement)])


def titles(count: int) -> list[Patent]:
    return [Patent(PatentId(f"local:{n}"), f"水泵叶轮{n}") for n in range(count)]


def labeller(patents: Sequence[Patent]) -> Labeller:
    listed = ((PatentRow(row), patent) for row, patent in enumerate(patents, start=1))
    return Labeller(exact_retriever(ENCODER, listed).index)


def test_nearness_takes_the_best_passage_of_each_piece() -> None:
    pieces = np.eye(2, dtype=np.float32)
    passages = np.array([[0.6, 0.8], [0.8, 0.6]], dtype=np.float32)
    random = Background(np.array([0.2, 0.4]), np.array([0.1, 0.2]))
    assert nearness(pieces, passages, random) == pytest.approx((6.0 + 2.0) / 2, abs=1e-5)


def test_coverage_is_the_share_of_a_titles_terms_and_only_of_a_title_in_the_language() -> None:
    seal = Patent(PatentId("local:a"), "密封圈")
    half = Patent(PatentId("local:b"), "密封圈叶轮水泵")
    english = Patent(PatentId("local:c"), "Sealing ring")
    abstract = Patent(PatentId("local:d"), "密封圈", "一种密封圈，耐热。")
    chosen = [seal, half, english, abstract]
    found = labeller([*titles(40), *chosen]).features(
        NEED, ENCODER.encode([NEED], "query"), list(map(labelled, chosen))
    )
    coverage = [own and own.coverage for own in found]
    assert coverage[0] == 1.0 and 0 < (coverage[1] or 0) < 1
    assert coverage[2:] == [None, None]


def test_a_label_does_not_depend_on_the_other_results() -> None:
    patents = titles(40)
    pieces = ENCODER.encode([NEED], "query")
    own = labeller(patents)
    together = own.labels(NEED, pieces, list(map(labelled, patents)))
    alone = [own.labels(NEED, pieces, [labelled(patent)])[0] for patent in patents]
    assert together == alone and {label.basis for label in alone} == {"title"}


@pytest.mark.parametrize("need", ["123", "隔膜", "希望与高校合作"])
def test_a_need_without_technique_has_no_label(need: str) -> None:
    patents = titles(40)
    pieces = ENCODER.encode([need], "query")
    (label,) = labeller(patents).labels(need, pieces, [labelled(patents[0])])
    assert (label.label, label.gap) == (None, "need_without_technique")


def test_a_patent_without_text_has_no_label() -> None:
    empty = Labelled(Patent(PatentId("local:x"), ""), np.empty((0, 0), np.float32), [])
    (label,) = labeller(titles(40)).labels(NEED, ENCODER.encode([NEED], "query"), [empty])
    assert (label.label, label.gap) == (None, "patent_without_text")
