import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models.loading
from indexes import generations, manifest
from matcher.errors import IndexUnavailableError, InputError, ModelError, StoreError
from matcher.ports import Scores
from matcher.retrieval import learned_ranker
from matcher.retrieval.learned_ranker import Ranker
from matcher.retrieval.scoring import FEATURES
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.types import Answer, Filters, LegalStatus, Need, Patent
from matcher.wiring.build import (
    build_index,
    current_generation,
    index_state,
)
from matcher.wiring.open import open_matcher, open_store
from matcher.wiring.temporary import temporary_engine
from models.pretrained import LoadOptions
from tests.support import databases
from tests.support.engines import (
    CountingEncoder,
    keep_only,
    save,
    settings_for,
)
from tests.support.rankers import learned
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    SEPARATOR,
    TODAY,
    sibling,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "a home")
    save(settings, *ALL)
    return settings


def first_answer(settings: Settings, need: str = "夹爪") -> Patent:
    with open_matcher(settings) as matcher:
        return matcher.match(Need(need), today=TODAY).results[0].patent


def test_opening_without_an_index_is_an_error_with_the_remedy(settings: Settings) -> None:
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


def test_an_index_that_is_up_to_date_is_not_rebuilt(settings: Settings) -> None:
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


def test_a_full_run_embeds_everything(settings: Settings) -> None:
    build_index(settings)
    result = build_index(settings, full=True)
    assert result.built and (result.embedded, result.reused) == (10, 0)


@pytest.mark.parametrize("change", ["imported", "changed", "deleted"])
def test_an_index_older_than_the_database_is_refused(settings: Settings, change: str) -> None:
    build_index(settings)
    if change == "deleted":
        keep_only(settings, SEPARATOR, GRIPPER)
    elif change == "changed":
        save(settings, replace(GRIPPER, title="吸盘"))
    else:
        save(settings, sibling(GRIPPER, "CN202119900004.0", title="吸盘"))
    with (
        pytest.raises(IndexUnavailableError, match=r"imported, changed or deleted.*matcher index"),
        open_matcher(settings),
    ):
        pass
    build_index(settings)
    first_answer(settings)


def test_an_index_of_another_model_is_refused(settings: Settings) -> None:
    build_index(settings)
    other = CountingEncoder(dimension=32)
    with (
        pytest.raises(IndexUnavailableError, match=r"model fake computes otherwise.*matcher index"),
        open_matcher(settings, encoder=other),
    ):
        pass
    other.name = "another"
    with (
        pytest.raises(IndexUnavailableError, match=r"made by the model fake, not by another"),
        open_matcher(settings, encoder=other),
    ):
        pass
    result = build_index(settings, encoder=other)
    assert result.built and result.embedded == 10


def test_an_index_with_another_tokenizer_version_is_refused(
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


def test_a_damaged_manifest_is_an_error_until_the_index_is_rebuilt(settings: Settings) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    (folder / manifest.FILE).write_text("{", encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match="matcher index"), open_matcher(settings):
        pass
    assert build_index(settings).built
    first_answer(settings)


def test_a_lost_index_folder_is_an_error_until_the_index_is_rebuilt(settings: Settings) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    shutil.rmtree(folder)
    with pytest.raises(IndexUnavailableError, match="is gone"), open_matcher(settings):
        pass
    assert build_index(settings).built
    first_answer(settings)


def index_files() -> list[str]:
    """Names of all files of an index with the fake model but the manifest, lexical ones by kind."""
    arrays = ("vocabulary", "passages_with", "lengths", "starts", "terms", "counts")
    return [
        *(f"segments/*/forward/{name}.npy" for name in arrays),
        *(f"segments/*/{name}" for name in ("passages.npz", "vectors.faiss", "words.npy")),
        *(f"segments/*/{name}.npy" for name in ("sentence_patents", "sentences")),
        *(f"segments/*/text_words/{name}.npy" for name in ("keys", "starts", "spans", "rows")),
        *(f"segments/*/cards/{name}.npy" for name in ("keys", "starts", "content")),
        *("lexical/meta.json", "lexical/*.store", "lexical/*.idx"),
    ]


@pytest.mark.parametrize("name", index_files())
def test_a_flipped_bit_in_any_file_is_named_and_the_index_is_built_anew(
    settings: Settings, name: str
) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    file = next(folder.glob(name))
    content = bytearray(file.read_bytes())
    assert content, "an empty file has no bit"
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with (
        pytest.raises(IndexUnavailableError, match=rf"{re.escape(file.name)}.*matcher index"),
        open_matcher(settings),
    ):
        pass
    rebuilt = build_index(settings)
    assert rebuilt.built and rebuilt.embedded == 0
    assert first_answer(settings) == GRIPPER


@pytest.mark.sqlite
def test_a_restored_database_that_went_on_otherwise_does_not_fit_the_index(
    settings: Settings, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    build_index(settings)
    with closing(sqlite3.connect(settings.home / "matcher.sqlite")) as database:
        database.execute("VACUUM INTO ?", (str(backup),))
    save(settings, replace(GRIPPER, abstract="夹爪由钢制成。"))
    indexed = build_index(settings)
    for end in ("", "-wal", "-shm"):
        (settings.home / f"matcher.sqlite{end}").unlink(missing_ok=True)
    shutil.copy(backup, settings.home / "matcher.sqlite")
    save(settings, replace(SEPARATOR, abstract="隔膜由纸制成。"))
    with open_store(settings) as store:  # as many changes as the index knows, but others
        number = store.catalogue_state().number
    state = index_state(settings)
    assert state is not None and state.misfit and number == 2
    with pytest.raises(IndexUnavailableError, match="run matcher index"), open_matcher(settings):
        pass
    again = build_index(settings)
    assert again.built and again.generation > indexed.generation
    assert first_answer(settings).abstract == GRIPPER.abstract


def test_the_manifest_describes_the_index(settings: Settings) -> None:
    build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    content = json.loads((folder / manifest.FILE).read_text("utf-8"))
    assert (content["model"], content["dimension"]) == ("fake", 64)
    (segment,) = content["segments"]
    assert (segment["dense_kind"], segment["patents"], segment["deleted"]) == ("flat", 3, 0)
    assert (content["patents"], content["passages"], content["vectors"]) == (3, 7, 7)


def test_above_the_limit_the_dense_index_is_approximate_with_the_same_answers(
    settings: Settings,
) -> None:
    build_index(settings)
    exact = first_answer(settings)
    approximate = settings.model_copy(update={"approximate_above": 2})
    build_index(approximate, full=True)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    assert [segment.dense_kind for segment in manifest.read(folder).segments] == ["ivf"]
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
def test_a_killed_indexing_run_keeps_the_published_index(settings: Settings, stage: str) -> None:
    before = build_index(settings).generation
    arguments = [str(settings.home), stage, databases.url_of(settings.home)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr
    assert current_generation(settings) == before
    assert first_answer(settings) == GRIPPER
    assert build_index(settings, full=True).generation > before
    assert first_answer(settings) == GRIPPER


def test_an_open_engine_keeps_working_after_a_new_index(settings: Settings) -> None:
    build_index(settings)
    with open_matcher(settings) as matcher:
        build_index(settings, full=True)
        assert matcher.match(Need("夹爪"), today=TODAY).results[0].patent == GRIPPER


@pytest.mark.sqlite
def test_a_database_that_cannot_be_opened_is_a_one_line_error(tmp_path: Path) -> None:
    (tmp_path / "matcher.sqlite").write_text("this is no database, only a text of some length" * 9)
    with (
        pytest.raises(StoreError, match="matcher restore FILE") as caught,
        open_store(settings_for(tmp_path)),
    ):
        pass
    assert "\n" not in str(caught.value)


@pytest.mark.sqlite
def test_a_temporary_engine_leaves_no_files_and_changes_no_data(settings: Settings) -> None:
    with temporary_engine([GRIPPER, BEARING], settings) as engine:
        home = Path(str(engine.matcher.catalogue.store.engine.url.database)).parent
        assert set(engine.rows) == {GRIPPER.id, BEARING.id}
        ranked = engine.matcher.rankings(Need("夹爪"), k=5, allowed=None)["engine"]
        assert ranked[0][0] == engine.rows[GRIPPER.id]
        assert home != settings.home and home.is_dir()
    assert not home.exists()
    assert current_generation(settings) is None
    with (
        pytest.raises(InputError, match="no document"),
        temporary_engine([], settings),
    ):
        pass


def contrary(**changes: Any) -> Ranker:
    """Learned ranker that puts the best answer last."""
    return learned(**{"weights": dict.fromkeys(FEATURES, -1.0), **changes})


def whole_answer(settings: Settings) -> Answer:
    need = Need("陶瓷涂覆的电池隔膜，抓取零件")
    every = Filters(legal_status=frozenset(LegalStatus))
    with open_matcher(settings) as matcher:
        return matcher.match(need, SearchOptions(every, 3), today=TODAY)


def ids(answer: Answer) -> list[str]:
    return [match.patent.id for match in answer.results]


def test_the_active_ranker_of_the_home_is_used(settings: Settings) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    learned_ranker.save(contrary(), settings.home / learned_ranker.FILE)
    learned = whole_answer(settings)
    assert ids(plain)[0] == ids(learned)[-1] == SEPARATOR.id
    assert learned.notes == plain.notes


def test_an_inactive_ranker_is_not_used(settings: Settings) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    learned_ranker.save(contrary(active=False), settings.home / learned_ranker.FILE)
    assert ids(whole_answer(settings)) == ids(plain)
    assert whole_answer(settings).notes == plain.notes


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"fingerprint": "another"}, "made for another model and is not used"),
        ({"weights": {"dense whole": -1.0}}, "weighs other features and is not used"),
    ],
)
def test_a_ranker_that_does_not_fit_is_not_used_and_noted_in_every_answer(
    settings: Settings, changes: dict[str, Any], text: str
) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    learned_ranker.save(contrary(**changes), settings.home / learned_ranker.FILE)
    answer = whole_answer(settings)
    assert ids(answer) == ids(plain)
    (note,) = set(answer.notes) - set(plain.notes)
    assert text in note and "matcher learn" in note


def test_a_damaged_ranker_is_an_error_with_the_remedy(settings: Settings) -> None:
    build_index(settings)
    (settings.home / learned_ranker.FILE).write_text("{", encoding="utf-8")
    with (
        pytest.raises(ModelError, match=r"ranker\.json.*matcher learn, or delete") as caught,
        open_matcher(settings),
    ):
        pass
    assert "\n" not in str(caught.value)


class WordReranker:
    """Reranker that prefers texts with a word, and records its calls."""

    name = "reader"

    def __init__(self, word: str) -> None:
        self._word = word
        self.calls: list[tuple[str, list[str]]] = []

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        self.calls.append((need, list(passages)))
        return np.array([float(self._word in text) for text in passages], dtype=np.float32)


@pytest.fixture
def reranker(monkeypatch: pytest.MonkeyPatch) -> WordReranker:
    """Reranker in place of the cross-encoder of the settings."""
    made = WordReranker("bearing")

    def load(name: str, options: LoadOptions) -> WordReranker:
        assert name == "some/cross-encoder"
        assert (options.compute_dtype, options.batch_size) == ("float32", 7)
        return made

    monkeypatch.setattr(models.loading, "load_reranker", load)
    return made


def test_the_reranker_of_the_settings_reranks_the_first_results(
    settings: Settings, reranker: WordReranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(settings)
    plain = whole_answer(settings)
    assert reranker.calls == []
    monkeypatch.setenv("MATCHER_RERANKER", "some/cross-encoder")
    monkeypatch.setenv("MATCHER_RERANK_WEIGHT", "1")
    named = settings_for(settings.home, compute_dtype="float32", batch_size=7)
    assert (named.reranker, named.rerank_weight) == ("some/cross-encoder", 1.0)
    reranked = whole_answer(named)
    ((need, texts),) = reranker.calls
    assert need == plain.need.text
    assert [text.split("\n")[0] for text in texts] == [m.patent.title for m in plain.results]
    first, *others = ids(reranked)
    assert first == BEARING.id != ids(plain)[0]
    assert others == [id for id in ids(plain) if id != BEARING.id]
    # The engine's scores are dealt out along the new order.
    assert [m.score for m in reranked.results] == [m.score for m in plain.results]


def test_a_reranker_without_weight_changes_nothing(
    settings: Settings, reranker: WordReranker
) -> None:
    build_index(settings)
    changes = {"compute_dtype": "float32", "batch_size": 7, "reranker": "some/cross-encoder"}
    weightless = settings_for(settings.home, rerank_weight=0.0, **changes)
    assert ids(whole_answer(weightless)) == ids(whole_answer(settings))
    assert len(reranker.calls) == 1


def test_a_missing_reranker_is_a_one_line_error(settings: Settings, tmp_path: Path) -> None:
    build_index(settings)
    missing = settings_for(settings.home, reranker=str(tmp_path / "none"))
    (tmp_path / "none").mkdir()
    with pytest.raises(ModelError, match="none") as caught, open_matcher(missing):
        pass
    assert "\n" not in str(caught.value)
