import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models.loading
from indexes import generations, manifest
from matcher.errors import IndexUnavailableError, InputError, ModelError, StoreError
from matcher.measures import METRICS, Interval
from matcher.ports import Scores
from matcher.retrieval import learned_ranker
from matcher.retrieval.learned_ranker import Ranker
from matcher.retrieval.scoring import FEATURES
from matcher.settings import Settings
from matcher.types import Answer, Filters, LegalStatus, Need, Patent
from matcher.wiring.build import (
    build_index,
    current_generation,
)
from matcher.wiring.open import open_matcher, open_store
from matcher.wiring.temporary import throwaway_engine
from models.fake import FakeEncoder
from tests.support import databases
from tests.support.engines import (
    CountingEncoder,
    keep_only,
    save,
    settings_for,
)
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    SEPARATOR,
    TODAY,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path / "a home")
    save(made, *ALL)
    return made


def first_answer(settings: Settings, need: str = "夹爪") -> Patent:
    with open_matcher(settings) as matcher:
        return matcher.match(Need(need), today=TODAY).results[0].patent


def test_without_an_index_the_error_says_what_to_do(settings: Settings) -> None:
    with (
        pytest.raises(IndexUnavailableError, match=r"import patents.*matcher index"),
        open_matcher(settings),
    ):
        pass


def test_an_empty_catalogue_cannot_be_indexed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="import patents first"):
        build_index(settings_for(tmp_path))
    assert current_generation(settings_for(tmp_path)) is None


def test_an_index_is_built_published_and_used(settings: Settings) -> None:
    result = build_index(settings)
    assert result.built and result.generation == current_generation(settings)
    assert (result.patents, result.passages, result.vectors) == (3, 7, 7)
    assert (result.embedded, result.reused) == (10, 0)
    assert first_answer(settings) == GRIPPER


def test_an_index_that_is_up_to_date_is_left_alone(settings: Settings) -> None:
    first = build_index(settings)
    encoder = CountingEncoder()
    again = build_index(settings, encoder=encoder)
    assert not again.built and again.generation == first.generation
    assert (again.embedded, again.reused, encoder.encoded) == (0, 10, [])
    newer = replace(SEPARATOR, legal_status=LegalStatus.LAPSED, status_as_of=date(2026, 5, 20))
    save(settings, newer)
    assert not build_index(settings).built


def test_a_changed_catalogue_embeds_only_what_changed(settings: Settings) -> None:
    first = build_index(settings)
    save(settings, replace(GRIPPER, abstract="夹爪由钢制成。"))
    encoder = CountingEncoder()
    again = build_index(settings, encoder=encoder)
    assert again.built and again.generation > first.generation
    assert (again.embedded, again.reused) == (2, 8)
    assert sorted(encoder.encoded) == [f"{GRIPPER.title}\n夹爪由钢制成。", "夹爪由钢制成。"]


def test_full_embeds_all_of_it(settings: Settings) -> None:
    build_index(settings)
    result = build_index(settings, full=True)
    assert result.built and (result.embedded, result.reused) == (10, 0)


@pytest.mark.parametrize("change", ["imported", "changed", "deleted"])
def test_an_index_that_does_not_fit_the_database_is_never_used(
    settings: Settings, change: str
) -> None:
    build_index(settings)
    if change == "deleted":
        keep_only(settings, SEPARATOR, GRIPPER)
    elif change == "changed":
        save(settings, replace(GRIPPER, title="吸盘"))
    else:
        save(settings, replace(GRIPPER, id=BEARING.id, title="吸盘"))
    with (
        pytest.raises(IndexUnavailableError, match=r"imported, changed or deleted.*matcher index"),
        open_matcher(settings),
    ):
        pass
    build_index(settings)
    first_answer(settings)


def test_an_index_of_another_model_is_never_used(settings: Settings) -> None:
    build_index(settings)
    other = CountingEncoder(dimension=32)
    with (
        pytest.raises(IndexUnavailableError, match=r"made by the model fake.*matcher index"),
        open_matcher(settings, encoder=other),
    ):
        pass
    result = build_index(settings, encoder=other)
    assert result.built and result.embedded == 10


def test_an_index_of_other_words_is_never_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(settings)
    monkeypatch.setattr("matcher.wiring.open.TOKENS_VERSION", "another")
    with (
        pytest.raises(IndexUnavailableError, match="another way of finding words"),
        open_matcher(settings),
    ):
        pass
    assert build_index(settings).embedded == 0


def test_a_damaged_manifest_is_an_error_and_indexing_mends_it(settings: Settings) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    (folder / manifest.FILE).write_text("{", encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match="matcher index"), open_matcher(settings):
        pass
    assert build_index(settings).built
    first_answer(settings)


def test_a_lost_index_folder_is_an_error_and_indexing_mends_it(settings: Settings) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    shutil.rmtree(folder)
    with pytest.raises(IndexUnavailableError, match="is gone"), open_matcher(settings):
        pass
    assert build_index(settings).built
    first_answer(settings)


def test_the_manifest_tells_what_the_index_is(settings: Settings) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    told = json.loads((folder / manifest.FILE).read_text("utf-8"))
    assert (told["model"], told["dimension"], told["dense_kind"]) == ("fake", 64, "flat")
    assert (told["patents"], told["passages"], told["vectors"]) == (3, 7, 7)


def test_above_the_limit_the_dense_index_is_approximate_and_answers_alike(
    settings: Settings,
) -> None:
    build_index(settings)
    exact = first_answer(settings)
    approximate = settings.model_copy(update={"approximate_above": 2})
    build_index(approximate, full=True)
    folder = generations.current(settings.index_folder)
    assert folder is not None and manifest.read(folder).dense_kind == "hnsw"
    assert first_answer(approximate) == exact == GRIPPER


KILLED = """
import os, sys
from pathlib import Path
from matcher.wiring.build import build_index
from matcher.settings import Settings
def die(step):
    if step.stage == sys.argv[2] and step.done:
        os.kill(os.getpid(), 9)
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[3], model="fake")
build_index(settings, full=True, report=die)
"""


@pytest.mark.parametrize("stage", ["embedding", "building the dense index"])
def test_a_killed_indexing_run_leaves_the_old_index(settings: Settings, stage: str) -> None:
    before = build_index(settings).generation
    words = [str(settings.home), stage, databases.url_of(settings.home)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *words], check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr
    assert current_generation(settings) == before
    assert first_answer(settings) == GRIPPER
    assert build_index(settings, full=True).generation > before
    assert first_answer(settings) == GRIPPER


def test_an_open_engine_outlives_a_new_index(settings: Settings) -> None:
    build_index(settings)
    with open_matcher(settings) as matcher:
        build_index(settings, full=True)
        assert matcher.match(Need("夹爪"), today=TODAY).results[0].patent == GRIPPER


@pytest.mark.sqlite
def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "matcher.sqlite").write_text("this is no database, only a text of some length" * 9)
    with (
        pytest.raises(StoreError, match="MATCHER_HOME") as caught,
        open_store(settings_for(tmp_path)),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_throwaway_engine_leaves_nothing_and_touches_nothing(settings: Settings) -> None:
    with throwaway_engine([GRIPPER, BEARING], settings) as engine:
        home = Path(str(engine.matcher.catalogue.store.engine.url.database)).parent
        assert set(engine.rows) == {GRIPPER.id, BEARING.id}
        ranked = engine.matcher.rank(Need("夹爪"), mode="engine", k=5, allowed=None)
        assert ranked[0][0] == engine.rows[GRIPPER.id]
        assert home != settings.home and home.is_dir()
    assert not home.exists()
    assert current_generation(settings) is None
    with (
        pytest.raises(InputError, match="no document"),
        throwaway_engine([], settings),
    ):
        pass


def contrary(**changes: Any) -> Ranker:
    """A learned ranker that puts last whatever answers best."""
    figures = dict.fromkeys(METRICS, 0.5)
    values: dict[str, Any] = {
        "active": True,
        "reason": "for a test",
        "created": "2026-06-01T00:00:00+00:00",
        "model": "fake",
        "fingerprint": FakeEncoder().fingerprint,
        "sources": ("sample/dev",),
        "needs": 30,
        "pairs": 60,
        "weights": dict.fromkeys(FEATURES, -1.0),
        "fixed": figures,
        "learned": figures,
        "interval": Interval(0.1, 0.05, 0.15),
    }
    return Ranker(**{**values, **changes})


def whole_answer(settings: Settings) -> Answer:
    need = Need("陶瓷涂覆的电池隔膜，抓取零件")
    every = Filters(legal_status=frozenset(LegalStatus))
    with open_matcher(settings) as matcher:
        return matcher.match(need, every, 3, today=TODAY)


def ids(answer: Answer) -> list[str]:
    return [match.patent.id for match in answer.results]


def test_the_active_ranker_of_the_home_ranks(settings: Settings) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    learned_ranker.save(contrary(), settings.home / learned_ranker.FILE)
    learned = whole_answer(settings)
    assert ids(plain)[0] == ids(learned)[-1] == SEPARATOR.id
    assert learned.notes == plain.notes


def test_a_ranker_that_is_off_ranks_nothing(settings: Settings) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    learned_ranker.save(contrary(active=False), settings.home / learned_ranker.FILE)
    assert ids(whole_answer(settings)) == ids(plain)
    assert whole_answer(settings).notes == plain.notes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fingerprint": "another"}, "made for another model and is not used"),
        ({"weights": {"meaning whole": -1.0}}, "weighs other features and is not used"),
    ],
)
def test_a_ranker_that_does_not_fit_ranks_nothing_and_every_answer_says_so(
    settings: Settings, changes: dict[str, Any], said: str
) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    learned_ranker.save(contrary(**changes), settings.home / learned_ranker.FILE)
    found = whole_answer(settings)
    assert ids(found) == ids(plain)
    (note,) = set(found.notes) - set(plain.notes)
    assert said in note and "matcher learn" in note


def test_a_damaged_ranker_is_an_error_that_says_what_to_do(settings: Settings) -> None:
    build_index(settings)
    (settings.home / learned_ranker.FILE).write_text("{", encoding="utf-8")
    with (
        pytest.raises(ModelError, match=r"ranker\.json.*matcher learn, or delete") as caught,
        open_matcher(settings),
    ):
        pass
    assert "\n" not in str(caught.value)


class ReaderOf:
    """A reranker to whom texts with one word answer the need, and that keeps what it read."""

    name = "reader"

    def __init__(self, word: str) -> None:
        self._word = word
        self.read: list[tuple[str, list[str]]] = []

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        self.read.append((need, list(passages)))
        return np.array([float(self._word in text) for text in passages], dtype=np.float32)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ReaderOf:
    """Stands for whatever cross-encoder the settings name, if they ask as they should."""
    made = ReaderOf("bearing")

    def load(name: str, **options: object) -> ReaderOf:
        assert name == "some/cross-encoder"
        assert options == {
            "device": None,
            "compute_dtype": "float32",
            "batch_size": 7,
            "trust_remote_code": False,
        }
        return made

    monkeypatch.setattr(models.loading, "load_reranker", load)
    return made


def test_the_reranker_that_the_settings_name_reads_the_first_results(
    settings: Settings, reader: ReaderOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    assert reader.read == []
    monkeypatch.setenv("MATCHER_RERANKER", "some/cross-encoder")
    monkeypatch.setenv("MATCHER_RERANK_WEIGHT", "1")
    named = settings_for(settings.home, compute_dtype="float32", batch_size=7)
    assert (named.reranker, named.rerank_weight) == ("some/cross-encoder", 1.0)
    read = whole_answer(named)
    ((need, texts),) = reader.read
    assert need == plain.need.text
    assert [text.split("\n")[0] for text in texts] == [m.patent.title for m in plain.results]
    first, *others = ids(read)
    assert first == BEARING.id != ids(plain)[0]
    assert others == [one for one in ids(plain) if one != BEARING.id]
    # The engine's scores are dealt out along the new order.
    assert [m.score for m in read.results] == [m.score for m in plain.results]


def test_a_reranker_without_weight_changes_nothing(settings: Settings, reader: ReaderOf) -> None:
    build_index(settings)
    changes = {"compute_dtype": "float32", "batch_size": 7, "reranker": "some/cross-encoder"}
    weightless = settings_for(settings.home, rerank_weight=0.0, **changes)
    assert ids(whole_answer(weightless)) == ids(whole_answer(settings))
    assert len(reader.read) == 1


def test_a_reranker_that_is_not_there_is_one_line(settings: Settings, tmp_path: Path) -> None:
    build_index(settings)
    missing = settings_for(settings.home, reranker=str(tmp_path / "none"))
    (tmp_path / "none").mkdir()
    with pytest.raises(ModelError, match="none") as caught, open_matcher(missing):
        pass
    assert "\n" not in str(caught.value)
