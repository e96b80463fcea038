from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.embedding import embed_catalogue as embedding
from matcher.embedding import parts
from matcher.embedding.embed_catalogue import EmbeddedCatalogue, embed_catalogue
from matcher.embedding.vector_cache import VectorCache
from matcher.errors import InputError
from matcher.progress import Step, silent
from matcher.types import Claim, ClaimsCoverage, Patent, PatentRow
from models.fake import FakeEncoder
from tests.support.engines import ContextEncoder, CountingEncoder, WordedEncoder
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    SEPARATOR,
)

TEXTS = {
    f"{SEPARATOR.title}\n{SEPARATOR.abstract}",
    SEPARATOR.abstract,  # each abstract is one sentence
    *(claim.text for claim in SEPARATOR.claims),
    f"{GRIPPER.title}\n{GRIPPER.abstract}",
    GRIPPER.abstract,
    GRIPPER.claims[0].text,
    f"{BEARING.title}\n{BEARING.abstract}",
    BEARING.abstract,
    BEARING.claims[0].text,
}


def embed(
    file: Path, patents: Sequence[Patent], encoder: FakeEncoder, *, full: bool = False
) -> EmbeddedCatalogue:
    rows = [(PatentRow(10 * n), patent) for n, patent in enumerate(patents, start=1)]
    with VectorCache(file, encoder.fingerprint, encoder.dimension) as cache:
        return embed_catalogue(rows, encoder, cache, full=full, report=silent)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_every_passage_has_its_own_vector(file: Path) -> None:
    encoder = CountingEncoder()
    embedded = embed(file, ALL, encoder)
    assert (embedded.patents, len(embedded.passages), embedded.embedded) == (3, 7, 10)
    assert set(encoder.encoded) == TEXTS
    assert embedded.table.patent.tolist() == [10, 10, 10, 20, 20, 30, 30]
    assert embedded.table.claim.tolist() == [0, 1, 2, 0, 1, 0, 1]
    expected = encoder.encode([passage.text for passage in embedded.passages], "passage")
    np.testing.assert_array_equal(embedded.vectors, expected.astype(np.float16))


def test_every_sentence_of_an_abstract_has_its_own_vector(file: Path) -> None:
    encoder = CountingEncoder(window=20)
    long = "夹爪由钢制成，" * 5 + "用于机器人。"
    embedded = embed(file, [SEPARATOR, replace(GRIPPER, abstract=f"夹爪柔软。{long}")], encoder)
    assert len(embedded.sentences) == 3
    expected = encoder.encode(["夹爪柔软。", long[:20]], "passage")  # a long one by its beginning
    held = embedded.sentences.of_patent(PatentRow(20))
    np.testing.assert_allclose(held, expected, atol=1e-3)


def test_only_what_changed_is_embedded(file: Path) -> None:
    embed(file, ALL, CountingEncoder())
    again = CountingEncoder()
    assert embed(file, ALL, again).embedded == 0
    assert again.encoded == []
    changed = replace(GRIPPER, claims=(Claim(1, "一种夹爪，手指为金属。"),))
    assert embed(file, [SEPARATOR, changed, BEARING], again).embedded == 1
    assert again.encoded == ["一种夹爪，手指为金属。"]


def test_an_update_gives_the_same_vectors_as_a_full_run(file: Path, tmp_path: Path) -> None:
    embed(file, ALL, CountingEncoder())
    changed = replace(GRIPPER, title="一种真空吸盘")
    later = embed(file, [BEARING, changed], CountingEncoder())
    fresh = embed(tmp_path / "other.sqlite", [BEARING, changed], CountingEncoder())
    np.testing.assert_array_equal(later.vectors, fresh.vectors)
    assert later.passages == fresh.passages


def test_a_claim_is_encoded_behind_its_title_and_a_sentence_within_its_abstract(
    file: Path,
) -> None:
    encoder = ContextEncoder()
    embedded = embed(file, [GRIPPER], encoder)
    title, abstract, claim = GRIPPER.title, GRIPPER.abstract, GRIPPER.claims[0].text
    whole, behind = f"{title}\n{abstract}", f"{title}\n{claim}"
    assert sorted(encoder.read) == sorted([whole, behind])
    inside = (len(title) + 1, len(whole))
    (passage, sentence), (of_claim,) = encoder.encode_spans(
        [whole, behind], [[None, inside], [(len(title) + 1, len(behind))]], "passage"
    )
    np.testing.assert_allclose(embedded.vectors, [passage, of_claim], atol=1e-3)
    np.testing.assert_allclose(embedded.sentences.of_patent(PatentRow(10)), [sentence], atol=1e-3)


def test_a_changed_title_embeds_claims_and_sentences_anew(file: Path) -> None:
    assert embed(file, [GRIPPER], ContextEncoder()).embedded == 3
    assert embed(file, [GRIPPER], ContextEncoder()).embedded == 0
    renamed = replace(GRIPPER, title="一种真空吸盘")
    assert embed(file, [renamed], ContextEncoder()).embedded == 3


def test_a_sentence_across_two_pieces_is_encoded_alone(file: Path) -> None:
    encoder = ContextEncoder(window=20)
    abstract = "夹爪柔软。夹爪的手指由钢和橡胶制成，用于机器人。"
    embed(file, [replace(GRIPPER, abstract=abstract, claims=())], encoder)
    assert "夹爪的手指由钢和橡胶制成，用于机器人。" in encoder.read
    assert "夹爪柔软。" not in encoder.read


def test_a_full_run_embeds_everything_anew(file: Path) -> None:
    embed(file, ALL, CountingEncoder())
    again = CountingEncoder()
    assert embed(file, ALL, again, full=True).embedded == 10
    assert set(again.encoded) == TEXTS


def test_equal_texts_are_embedded_once_and_stay_separate_passages(file: Path) -> None:
    twin = replace(SEPARATOR, title=SEPARATOR.title)
    encoder = CountingEncoder()
    embedded = embed(file, [SEPARATOR, twin], encoder)
    assert embedded.embedded == len(encoder.encoded) == 4
    assert len(embedded.passages) == len(embedded.vectors) == 6
    np.testing.assert_array_equal(embedded.vectors[:3], embedded.vectors[3:])


def test_a_long_passage_has_several_vectors(file: Path) -> None:
    long = replace(GRIPPER, claims=(Claim(1, "夹爪" * 250),))
    embedded = embed(file, [long, BEARING], CountingEncoder(window=200))
    assert embedded.table.vector_passage.tolist() == [0, 1, 1, 1, 2, 3]
    assert len(embedded.vectors) == 6


def test_another_model_shares_no_cached_vector(file: Path) -> None:
    embed(file, ALL, CountingEncoder(dimension=64))
    assert embed(file, ALL, CountingEncoder(dimension=32)).embedded == 10
    assert embed(file, ALL, CountingEncoder(dimension=64)).embedded == 0


WORDY = replace(SEPARATOR, title="pump", abstract="steel pump valve", claims=())
WORDIER = replace(GRIPPER, title="pump", abstract="the steel gripper", claims=())


def test_common_words_are_embedded_once_and_cached(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = WordedEncoder()
    embedded = embed(file, [WORDY, WORDIER], encoder)
    assert set(encoder.read) == {"pump", "steel", "valve", "gripper"}
    vector = encoder.encode(["steel"], "passage")[0]
    row = embedded.words.row("steel")
    assert row is not None
    np.testing.assert_allclose(embedded.words.vectors(np.array([row]))[0], vector, atol=1e-3)
    monkeypatch.setattr(embedding, "MAX_WORDS", 2)
    again = WordedEncoder()
    words = embed(file, [WORDY, WORDIER], again).words
    assert [words.row(word) for word in ("pump", "steel", "valve")] == [0, 1, None]
    assert again.read == ["pump"], "only the first word, for the dimension"


@pytest.mark.parametrize(
    "encoder", [WordedEncoder(has_spans=False), WordedEncoder(has_vectors=False)]
)
def test_an_encoder_without_word_vectors_gives_an_empty_word_table(
    file: Path, encoder: WordedEncoder
) -> None:
    assert len(embed(file, [WORDY], encoder).words) == 0


def test_vectors_of_removed_patents_leave_the_cache(file: Path) -> None:
    embed(file, ALL, CountingEncoder())
    embed(file, [SEPARATOR], CountingEncoder())
    assert embed(file, ALL, CountingEncoder()).embedded == 6


def test_a_killed_run_keeps_the_vectors_of_finished_batches(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_TEXTS", 2)

    class Dying(CountingEncoder):
        def encode(self, texts, kind, progress=None):  # type: ignore[no-untyped-def]
            if len(self.encoded) >= 4:
                raise KeyboardInterrupt
            return super().encode(texts, kind, progress)

    with pytest.raises(KeyboardInterrupt):
        embed(file, ALL, Dying())
    again = CountingEncoder()
    # Batches have two texts, and a sentence comes with its abstract.
    assert embed(file, ALL, again).embedded == 5
    assert len(again.encoded) == 5


def test_a_patent_without_text_has_no_passage(file: Path) -> None:
    empty = Patent(id=SEPARATOR.id, title="", claims=(Claim(1, " "),))
    embedded = embed(
        file, [empty, replace(GRIPPER, claims_coverage=ClaimsCoverage.ALL)], CountingEncoder()
    )
    assert embedded.patents == 2 and embedded.table.patent.tolist() == [20, 20]


@pytest.mark.parametrize("patents", [[], [Patent(id=SEPARATOR.id, title="")]])
def test_an_empty_catalogue_is_an_error_with_the_remedy(file: Path, patents: list[Patent]) -> None:
    with pytest.raises(InputError, match="import patents first"):
        embed(file, patents, CountingEncoder())


def test_progress_counts_to_the_end(file: Path) -> None:
    steps: list[Step] = []
    encoder = CountingEncoder()
    with VectorCache(file, encoder.fingerprint, encoder.dimension) as cache:
        embed_catalogue(
            [(PatentRow(1), SEPARATOR)], encoder, cache, full=False, report=steps.append
        )
    counts = [step.done for step in steps if step.stage == "embedding"]
    # The abstract and two claims: a sentence is encoded within its abstract.
    assert counts == sorted(counts) and counts[-1] == 3
    assert all(step.total == 3 for step in steps if step.stage == "embedding")


def test_progress_of_the_reading_counts_to_the_patents_expected(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.embedding.embed_catalogue.REPORT_EVERY", 1)
    steps: list[Step] = []
    encoder = CountingEncoder()
    rows = [(PatentRow(1), SEPARATOR), (PatentRow(2), GRIPPER)]
    with VectorCache(file, encoder.fingerprint, encoder.dimension) as cache:
        embed_catalogue(rows, encoder, cache, full=False, report=steps.append, expected=2)
    read = [(step.done, step.total) for step in steps if step.stage == "reading the catalogue"]
    assert read == [(1, 2), (2, 2)]
