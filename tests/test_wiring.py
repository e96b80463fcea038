import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexes import generations, manifest
from matcher import wiring
from matcher.errors import IndexUnavailableError, InputError, StoreError
from matcher.settings import Settings
from matcher.types import LegalStatus, Need, Patent
from tests.engines import CountingEncoder, keep_only, save, settings_for
from tests.samples import ALL, BEARING, GRIPPER, SEPARATOR, TODAY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for(tmp_path / "a home")
    save(made, *ALL)
    return made


def first_answer(settings: Settings, need: str = "夹爪") -> Patent:
    with wiring.open_matcher(settings) as matcher:
        return matcher.match(Need(need), today=TODAY).results[0].patent


def test_without_an_index_the_error_says_what_to_do(settings: Settings) -> None:
    with (
        pytest.raises(IndexUnavailableError, match=r"import patents.*matcher index"),
        wiring.open_matcher(settings),
    ):
        pass


def test_an_empty_catalogue_cannot_be_indexed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="import patents first"):
        wiring.build_index(settings_for(tmp_path))
    assert wiring.current_generation(settings_for(tmp_path)) is None


def test_an_index_is_built_published_and_used(settings: Settings) -> None:
    result = wiring.build_index(settings)
    assert result.built and result.generation == wiring.current_generation(settings)
    assert (result.patents, result.passages, result.vectors) == (3, 7, 7)
    assert (result.embedded, result.reused) == (7, 0)
    assert first_answer(settings) == GRIPPER


def test_an_index_that_is_up_to_date_is_left_alone(settings: Settings) -> None:
    first = wiring.build_index(settings)
    encoder = CountingEncoder()
    again = wiring.build_index(settings, encoder=encoder)
    assert not again.built and again.generation == first.generation
    assert (again.embedded, again.reused, encoder.encoded) == (0, 7, [])
    newer = replace(SEPARATOR, legal_status=LegalStatus.LAPSED, status_as_of=date(2026, 5, 20))
    save(settings, newer)
    assert not wiring.build_index(settings).built


def test_a_changed_catalogue_embeds_only_what_changed(settings: Settings) -> None:
    first = wiring.build_index(settings)
    save(settings, replace(GRIPPER, abstract="夹爪由钢制成。"))
    encoder = CountingEncoder()
    again = wiring.build_index(settings, encoder=encoder)
    assert again.built and again.generation > first.generation
    assert (again.embedded, again.reused) == (1, 6)
    assert encoder.encoded == [f"{GRIPPER.title}\n夹爪由钢制成。"]


def test_full_embeds_all_of_it(settings: Settings) -> None:
    wiring.build_index(settings)
    result = wiring.build_index(settings, full=True)
    assert result.built and (result.embedded, result.reused) == (7, 0)


@pytest.mark.parametrize("change", ["imported", "changed", "deleted"])
def test_an_index_that_does_not_fit_the_database_is_never_used(
    settings: Settings, change: str
) -> None:
    wiring.build_index(settings)
    if change == "deleted":
        keep_only(settings, SEPARATOR, GRIPPER)
    elif change == "changed":
        save(settings, replace(GRIPPER, title="吸盘"))
    else:
        save(settings, replace(GRIPPER, id=BEARING.id, title="吸盘"))
    with (
        pytest.raises(IndexUnavailableError, match=r"imported, changed or deleted.*matcher index"),
        wiring.open_matcher(settings),
    ):
        pass
    wiring.build_index(settings)
    first_answer(settings)


def test_an_index_of_another_model_is_never_used(settings: Settings) -> None:
    wiring.build_index(settings)
    other = CountingEncoder(dimension=32)
    with (
        pytest.raises(IndexUnavailableError, match=r"made by the model fake.*matcher index"),
        wiring.open_matcher(settings, encoder=other),
    ):
        pass
    result = wiring.build_index(settings, encoder=other)
    assert result.built and result.embedded == 7


def test_an_index_of_other_words_is_never_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.build_index(settings)
    monkeypatch.setattr(wiring, "TOKENS_VERSION", "another")
    with (
        pytest.raises(IndexUnavailableError, match="another way of finding words"),
        wiring.open_matcher(settings),
    ):
        pass
    assert wiring.build_index(settings).embedded == 0


def test_a_damaged_manifest_is_an_error_and_indexing_mends_it(settings: Settings) -> None:
    wiring.build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    (folder / manifest.FILE).write_text("{", encoding="utf-8")
    with pytest.raises(IndexUnavailableError, match="matcher index"), wiring.open_matcher(settings):
        pass
    assert wiring.build_index(settings).built
    first_answer(settings)


def test_a_lost_index_folder_is_an_error_and_indexing_mends_it(settings: Settings) -> None:
    wiring.build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    shutil.rmtree(folder)
    with pytest.raises(IndexUnavailableError, match="is gone"), wiring.open_matcher(settings):
        pass
    assert wiring.build_index(settings).built
    first_answer(settings)


def test_the_manifest_tells_what_the_index_is(settings: Settings) -> None:
    wiring.build_index(settings)
    folder = generations.current(settings.index_folder)
    assert folder is not None
    told = json.loads((folder / manifest.FILE).read_text("utf-8"))
    assert (told["model"], told["dimension"], told["dense_kind"]) == ("fake", 64, "flat")
    assert (told["patents"], told["passages"], told["vectors"]) == (3, 7, 7)


def test_above_the_limit_the_dense_index_is_approximate_and_answers_alike(
    settings: Settings,
) -> None:
    wiring.build_index(settings)
    exact = first_answer(settings)
    approximate = settings.model_copy(update={"approximate_above": 2})
    wiring.build_index(approximate, full=True)
    folder = generations.current(settings.index_folder)
    assert folder is not None and manifest.read(folder).dense_kind == "hnsw"
    assert first_answer(approximate) == exact == GRIPPER


KILLED = """
import os, sys
from pathlib import Path
from matcher import wiring
from matcher.settings import Settings
def die(step):
    if step.stage == sys.argv[2] and step.done:
        os.kill(os.getpid(), 9)
settings = Settings(home=Path(sys.argv[1]), database_url=None, model="fake")
wiring.build_index(settings, full=True, report=die)
"""


@pytest.mark.parametrize("stage", ["embedding", "building the dense index"])
def test_a_killed_indexing_run_leaves_the_old_index(settings: Settings, stage: str) -> None:
    before = wiring.build_index(settings).generation
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), stage], check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr
    assert wiring.current_generation(settings) == before
    assert first_answer(settings) == GRIPPER
    assert wiring.build_index(settings, full=True).generation > before
    assert first_answer(settings) == GRIPPER


def test_an_open_engine_outlives_a_new_index(settings: Settings) -> None:
    wiring.build_index(settings)
    with wiring.open_matcher(settings) as matcher:
        wiring.build_index(settings, full=True)
        assert matcher.match(Need("夹爪"), today=TODAY).results[0].patent == GRIPPER


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "matcher.sqlite").write_text("this is no database, only a text of some length" * 9)
    with (
        pytest.raises(StoreError, match="MATCHER_HOME") as caught,
        wiring.open_store(settings_for(tmp_path)),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_throwaway_engine_leaves_nothing_and_touches_nothing(settings: Settings) -> None:
    with wiring.throwaway_engine([GRIPPER, BEARING], settings) as engine:
        home = Path(str(engine.matcher.catalogue.store.engine.url.database)).parent
        assert set(engine.rows) == {GRIPPER.id, BEARING.id}
        ranked = engine.matcher.rank(Need("夹爪"), mode="engine", k=5, allowed=None)
        assert ranked[0][0] == engine.rows[GRIPPER.id]
        assert home != settings.home and home.is_dir()
    assert not home.exists()
    assert wiring.current_generation(settings) is None
    with pytest.raises(InputError, match="no document"), wiring.throwaway_engine([], settings):
        pass
