"""An index in Milvus: answers, increments, and what happens where rows are missing."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from indexes.milvus import conditions
from indexes.milvus.address import MilvusAddress
from indexes.milvus.client import MilvusCalls
from indexes.milvus.state import MilvusState
from matcher.errors import IndexUnavailableError, InputError
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Filters, Need
from matcher.types.filter_values import FilterValues
from matcher.wiring import milvus_channels
from matcher.wiring.build import build_index, index_state
from matcher.wiring.open import open_matcher, open_store
from matcher.wiring.open_channels import open_channels
from tests.support.engines import WordedEncoder, save, settings_for
from tests.support.growing_catalogue import (
    NEEDS,
    POOL,
    GrowingCatalogue,
    answers,
    counts,
    patent,
    published,
    sizes,
)
from tests.support.milvus import calls_of, lite, lite_setting, release
from tests.support.samples import TODAY

pytestmark = pytest.mark.usefixtures("real_clock")
ALL = 200
"""Candidates: all passages, as of those that tie with the last Milvus takes any."""


@pytest.fixture
def catalogue(real_clock: None, tmp_path: Path) -> Iterator[GrowingCatalogue]:
    """Forty patents in one segment, in a file of milvus-lite."""
    setting = lite_setting(tmp_path / "rows")
    catalogue = GrowingCatalogue(tmp_path / "a home", setting, ALL)
    catalogue.step(range(POOL))
    yield catalogue
    release(setting)


def state(settings: Settings) -> MilvusState:
    return MilvusState.read(published(settings)[0])


def index(settings: Settings) -> bool:
    """Bring the index up to date; True if one was published."""
    return build_index(settings, encoder=WordedEncoder()).built


def rows(settings: Settings, condition: str = "segment >= 0") -> int:
    """Rows of the published collection."""
    collection = state(settings).collection
    with calls_of(settings) as calls:
        calls.load(collection)
        return calls.count(collection, condition)


def row_of(settings: Settings, number: int) -> int:
    """Row of a patent of the pool."""
    with open_store(settings) as store, store.reading() as connection:
        (row,) = patents.rows_of(connection, [patent(number, 0).id]).values()
        return int(row)


def test_answers_from_rows_are_those_from_files_after_every_step(
    catalogue: GrowingCatalogue, tmp_path: Path
) -> None:
    steps: list[tuple[list[int], list[int]]] = [
        ([], []),
        ([3, 17], [7, 8]),
        ([7, 40, 41], [3]),
        ([], [0, 1, 2, 9]),
        (list(range(30, 46)), [20]),
    ]
    for number, (imported, deleted) in enumerate(steps):
        catalogue.step(imported, deleted)
        files = catalogue.built_at_once(tmp_path / f"files {number}")
        assert counts(catalogue.settings) == counts(files)
        assert rounded(answers(catalogue.settings)) == rounded(answers(files))
    assert len(sizes(catalogue.settings)) <= 4


def rounded(value: object) -> object:
    """A value with its numbers rounded: sums come in another order."""
    if isinstance(value, dict):
        return {key: rounded(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(own) for own in value]
    return round(value, 3) if isinstance(value, float) else value


def test_the_former_generation_stays_as_it_was(catalogue: GrowingCatalogue) -> None:
    with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
        search = matcher._retriever.index.lexical.search
        dense = matcher._retriever.index.dense
        first = search(NEEDS[0], 50, None)
        vectors = dense.vectors(np.arange(len(dense)))
        catalogue.step([3, 4, 5], [6])
        matcher._retriever.index.dense._published.rows._rows.clear()  # type: ignore[attr-defined]
        np.testing.assert_array_equal(search(NEEDS[0], 50, None), first)
        np.testing.assert_array_equal(dense.vectors(np.arange(len(dense))), vectors)


def test_rows_that_nobody_reads_any_more_are_deleted(catalogue: GrowingCatalogue) -> None:
    """Readers of the generation before go on for seconds, so its rows stay for one more."""
    of_six = f"patent == {row_of(catalogue.settings, 6)}"
    own = rows(catalogue.settings, of_six)
    assert own
    catalogue.step([50], [6])
    assert rows(catalogue.settings, of_six) == own
    for number in range(3):
        catalogue.step([51 + number])
    assert rows(catalogue.settings, of_six) == 0
    hidden = sum(len(entry.patents) for entry in state(catalogue.settings).hidden)
    retired = [number for number, _age in state(catalogue.settings).retired]
    visible = rows(catalogue.settings, f"not ({conditions.listed('segment', retired)})")
    assert (hidden, visible) == (0, counts(catalogue.settings)[2])


def test_the_alias_names_the_published_collection_and_no_other_stays(
    catalogue: GrowingCatalogue,
) -> None:
    settings = catalogue.settings
    collections = [state(settings).collection]
    for _ in range(3):
        build_index(settings, full=True, encoder=WordedEncoder())
        collections.append(state(settings).collection)
    with calls_of(settings) as calls:
        assert calls.pointed("matcher") == collections[-1]
        assert sorted(calls.collections()) == sorted(collections[-2:])


def test_a_build_that_was_killed_leaves_nothing_behind(
    catalogue: GrowingCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
        lexical = matcher._retriever.index.lexical
        before = lexical.search(NEEDS[0], 50, None)
        with monkeypatch.context() as patch:
            patch.setattr(MilvusState, "write", killed)
            with pytest.raises(KeyboardInterrupt):
                catalogue.step([3, 50, 51])
        assert rows(catalogue.settings) > counts(catalogue.settings)[2]
        np.testing.assert_array_equal(lexical.search(NEEDS[0], 50, None), before)
    catalogue.step([3])
    files = catalogue.built_at_once(tmp_path / "files")
    assert rounded(answers(catalogue.settings)) == rounded(answers(files))


def delete_some(calls: MilvusCalls, collection: str) -> None:
    calls.delete_where(collection, "patent in [3, 4]")


def change_one(calls: MilvusCalls, collection: str) -> None:
    """Change the terms of the first row, which is among those that are compared."""
    client = calls._client
    (row,) = client.query(collection, filter="segment == 1", limit=1, output_fields=["*"])
    row.pop("bm25", None)
    client.upsert(collection, [{**row, "terms": "AAAAAAE=", "tokens": "aaaaaaaa"}])


def drop_all(calls: MilvusCalls, collection: str) -> None:
    calls.drop(collection)


@pytest.mark.parametrize("change", [delete_some, change_one, drop_all])
def test_rows_that_were_changed_from_outside_are_never_used(
    catalogue: GrowingCatalogue,
    change: Callable[[MilvusCalls, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(milvus_channels, "SEEN_SECONDS", 0)
    before = answers(catalogue.settings)
    with calls_of(catalogue.settings) as calls:
        change(calls, state(catalogue.settings).collection)
    with pytest.raises(IndexUnavailableError, match="matcher index --full"):
        answers(catalogue.settings)
    assert index(catalogue.settings), "what is damaged is written anew"
    assert answers(catalogue.settings) == before


def test_an_index_of_another_place_is_built_anew(catalogue: GrowingCatalogue) -> None:
    files = catalogue.settings.model_copy(update={"index": "files"})
    with pytest.raises(IndexUnavailableError, match="kept in milvus, and the setting"):
        answers(files)
    state_of_files = index_state(files)
    assert state_of_files is not None and "kept in milvus" in (state_of_files.misfit or "")
    assert index(files) and not index(files)
    with pytest.raises(IndexUnavailableError, match="kept in files, and the setting"):
        answers(catalogue.settings)
    assert index(catalogue.settings) and not index(catalogue.settings)


def test_new_values_for_filters_are_written_and_until_then_told_by_rows(
    catalogue: GrowingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditions, "MAX_LISTED", 3)
    in_hebei = Filters(regions=("河北",))

    def found() -> tuple[set[str], list[bool]]:
        asked = []

        def noting(values: FilterValues) -> str:
            asked.append(True)
            return of_values(values)

        of_values = conditions.of_values
        with monkeypatch.context() as patch:
            patch.setattr(conditions, "of_values", noting)
            with open_matcher(catalogue.settings, encoder=WordedEncoder()) as matcher:
                options = SearchOptions(k=40, filters=in_hebei)
                answer = matcher.match(Need(NEEDS[0]), options, today=TODAY)
        return {match.patent.id for match in answer.results}, asked

    before, by_values = found()
    assert before and by_values
    moved = next(own for own in catalogue.held.values() if own.id not in before)
    assert moved.region != "河北"
    number = next(number for number, own in catalogue.held.items() if own is moved)
    catalogue.held[number] = replace(moved, region="河北")
    save(catalogue.settings, *catalogue.held.values())
    after, by_values = found()
    assert after == before | {moved.id} and not by_values
    assert index(catalogue.settings) and not index(catalogue.settings)
    assert sizes(catalogue.settings) == [(POOL, 1), (1, 0)]
    again, by_values = found()
    assert again == after and by_values


def test_many_deleted_patents_lead_to_a_new_collection(
    catalogue: GrowingCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(catalogue.settings).collection
    monkeypatch.setattr(milvus_channels, "MAX_HIDDEN", 2)
    catalogue.step([], [1, 2])
    assert state(catalogue.settings).collection == before
    catalogue.step([], [3, 4, 5])
    assert state(catalogue.settings).collection != before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"index": "milvus+http://user:secret@127.0.0.1:1"}, "MATCHER_INDEX_TOKEN"),
        ({"index": "milvus+http://127.0.0.1:port"}, "port is not a number"),
        ({"index": "milvus+file:rows"}, r"ends with \.db"),
        ({"index": "redis://127.0.0.1"}, "address cannot be read"),
        ({"index": "milvus+file:rows.db", "index_vectors": "diskann"}, "has no index diskann"),
        ({"index": "milvus+http://127.0.0.1:1", "index_name": "a-b"}, "MATCHER_INDEX_NAME"),
        (
            {"index": "milvus+https://127.0.0.1:1", "index_cert_file": Path("a.pem")},
            "MATCHER_INDEX_KEY_FILE, or neither",
        ),
    ],
)
def test_a_setting_that_names_no_place_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with (
        pytest.raises(InputError, match=said) as refused,
        open_channels(settings_for(tmp_path, **changes)),
    ):
        pass
    assert "secret" not in str(refused.value)


def test_an_idle_client_of_a_file_sends_no_pings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, object]] = []
    monkeypatch.setattr("pymilvus.MilvusClient", lambda *_address, **options: given.append(options))
    MilvusCalls(MilvusAddress(str(tmp_path / "rows.db"), "matcher"))
    MilvusCalls(MilvusAddress("http://127.0.0.1:19530", "matcher"))
    assert given[0]["grpc_options"] == {"grpc.keepalive_permit_without_calls": False}
    assert "grpc_options" not in given[1]


def test_a_call_that_is_not_finished_in_time_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import grpc

    class Late(grpc.RpcError):  # type: ignore[misc]
        def code(self) -> grpc.StatusCode:
            return grpc.StatusCode.DEADLINE_EXCEEDED

        def __str__(self) -> str:
            return "secret"

    with lite(tmp_path) as calls:
        monkeypatch.setattr(calls._client, "search", Mock(side_effect=Late))
        with pytest.raises(IndexUnavailableError, match="in time") as named:
            calls.search("rows", "vector", [[1.0]], 1, "")
    assert "secret" not in str(named.value) and "MATCHER_INDEX_SECONDS" in str(named.value)


def test_a_server_that_does_not_answer_is_named_without_its_token(tmp_path: Path) -> None:
    changes = {"index": "milvus+http://127.0.0.1:9", "index_token": "root:secret"}
    with (
        pytest.raises(IndexUnavailableError, match=r"Milvus at http://127\.0\.0\.1:9") as named,
        open_channels(settings_for(tmp_path, **changes, index_seconds=0.5)),
    ):
        pass
    assert "secret" not in str(named.value) and named.value.__cause__ is None


def test_a_file_that_another_process_uses_is_named(catalogue: GrowingCatalogue) -> None:
    code = "import sys; from tests.support.milvus import lite_of; lite_of(sys.argv[1])"
    other = subprocess.run(
        [sys.executable, "-c", code, catalogue.settings.index],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "one process at a time" in other.stderr, other.stderr


@pytest.mark.sqlite
def test_rows_are_whole_after_their_process_was_killed(tmp_path: Path) -> None:
    setting, home = lite_setting(tmp_path / "rows"), tmp_path / "home"
    code = (
        "import pathlib, sys; from tests.support import growing_catalogue as own; "
        "own.killed_in_the_middle(pathlib.Path(sys.argv[1]), sys.argv[2])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(home), setting], timeout=300, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    again = GrowingCatalogue(home, setting, ALL)
    again.held = {number: patent(number, 1) for number in range(POOL) if number not in (3, 7)}
    again.held |= {number: patent(number, 2) for number in (3, 50, 51)}
    try:
        assert rows(again.settings) > counts(again.settings)[2]
        again.step([60])
        files = again.built_at_once(tmp_path / "files")
        assert rounded(answers(again.settings)) == rounded(answers(files))
    finally:
        release(setting)
