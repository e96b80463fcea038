"""Many requests at once, while the model is slow and while indexes are published."""

import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.engine.live import LiveEngine
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.types import Need
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from models.fake import FakeEncoder
from tests.api.conftest import save
from tests.support.samples import GRIPPER, SEPARATOR, sibling
from tests.support.slow_model import SlowEncoder
from tests.support.waiting import wait_for

NEED = {"need": "锂电池隔膜在高温下收缩"}


def test_everything_else_answers_while_the_model_encodes(
    settings: Settings, slow: SlowEncoder
) -> None:
    with TestClient(create_app(settings)) as client, ThreadPoolExecutor(50) as threads:
        asked = [threads.submit(client.post, "/v1/match", json=NEED) for _ in range(50)]
        try:
            assert slow.encoding.acquire(timeout=120)
            assert client.get("/healthz").json() == {"status": "alive"}
            assert client.get("/readyz").status_code == 200
            assert client.get("/v1/patents").status_code == 200
            assert not any(answer.done() for answer in asked)
        finally:
            slow.go_on.set()
        assert [answer.result().status_code for answer in asked] == [200] * 50


def test_a_request_under_way_keeps_its_index_until_it_is_done(
    settings: Settings, slow: SlowEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    matchers: list[weakref.ref[Matcher]] = []

    @contextmanager
    def open_and_note(settings: Settings, **options: Any) -> Iterator[Matcher]:
        with open_matcher(settings, **options) as matcher:
            matchers.append(weakref.ref(matcher))
            yield matcher

    monkeypatch.setattr("api.engine.live.open_matcher", open_and_note)
    engine = LiveEngine(settings)
    engine.open()
    need, today = Need(text=NEED["need"]), date.today()
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(engine.match, need, SearchOptions(k=3), today)
        assert slow.encoding.acquire(timeout=120)
        (old,) = matchers
        save(settings, sibling(GRIPPER, "local:0000000000000001"))
        published = build_index(settings, encoder=FakeEncoder()).generation
        assert engine.readiness().index == published
        assert old() is not None
        slow.go_on.set()
        assert under_way.result().index != published
    gc.disable()  # the engine itself lets go of the memory
    try:
        assert old() is None
    finally:
        gc.enable()
    assert engine.match(need, SearchOptions(k=3), today).index == published
    engine.close()


def test_no_request_fails_while_indexes_are_published(settings: Settings) -> None:
    done = threading.Event()
    answered_by: set[str] = set()
    with TestClient(create_app(settings)) as client, ThreadPoolExecutor(7) as threads:

        def ask(number: int) -> list[tuple[int, str, str]]:
            answers = []
            while not done.is_set():
                body = NEED if number % 2 else NEED | {"filters": {"patent_types": ["发明"]}}
                response = client.post("/v1/match", json=body)
                best = response.json()["results"][0]["id"] if response.is_success else ""
                index = response.json().get("index", "")
                answered_by.add(index)
                answers.append((response.status_code, index, best))
            return answers

        def browse() -> list[tuple[int, str, str]]:
            answers: list[tuple[int, str, str]] = []
            while not done.is_set():
                for path in ("/v1/patents?limit=2", f"/v1/patents/{SEPARATOR.id}", "/readyz"):
                    answers.append((client.get(path).status_code, "", SEPARATOR.id))
            return answers

        asking = [threads.submit(ask, number) for number in range(5)]
        browsing = threads.submit(browse)
        published = []
        try:
            for number in range(4):
                save(settings, sibling(GRIPPER, f"local:{number:016x}"))
                published.append(build_index(settings).generation)
                wait_for(lambda: published[-1] in answered_by)
        finally:
            done.set()
        answers = [answer for future in [*asking, browsing] for answer in future.result()]
        last = client.post("/v1/match", json=NEED).json()["index"]
    assert {status for status, _, _ in answers} == {200}
    assert {best for _, _, best in answers} == {SEPARATOR.id}
    assert set(published) <= answered_by
    assert last == published[-1]


def test_old_indexes_leave_no_thread_and_no_open_file(settings: Settings) -> None:
    engine = LiveEngine(settings)
    engine.open()
    for number in range(5):
        save(settings, sibling(GRIPPER, f"local:{number:016x}"))
        build_index(settings, full=True)  # one segment: each keeps files of its own open
        engine.match(Need(text="夹爪"), SearchOptions(k=3), date.today())
        if number == 0:
            at_first = _threads_and_files()
    # A thread of the index before may still be about to end.
    wait_for(lambda: _threads_and_files() < at_first + 3)
    engine.close()


def _threads_and_files() -> int:
    process = Path("/proc/self")
    if not process.exists():
        pytest.skip("needs /proc")
    return len(list((process / "task").iterdir())) + len(list((process / "fd").iterdir()))
