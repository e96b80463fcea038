"""Embedding on a Ray cluster of two workers: vectors, killed workers and drivers, errors."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from matcher.embedding import parts
from matcher.embedding.parts import Chunk, LocalPartEncoder, Part, PartEncoder, cut_parts
from matcher.embedding.vector_cache import Key
from matcher.errors import ClusterError, InputError
from matcher.ports import Encoder, Vectors
from matcher.settings import Settings
from matcher.wiring.build import build_index
from matcher.wiring.earlier_database import CACHE_FILE
from matcher.wiring.ray_embedding import part_encoder
from matcher.wiring.ray_embedding.cluster import ClusterOptions, check_ray
from matcher.wiring.ray_embedding.part_encoder import RayPartEncoder
from matcher.wiring.ray_embedding.part_files import ATTEMPTS, PartFiles
from models.fake import FakeEncoder
from tests.support.command import process_environment
from tests.support.engines import save, settings_for
from tests.support.journal import DEADLY, NotingEncoder, WideEncoder, noted, wait_until_quiet
from tests.support.samples import ALL

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # Ray's own
    pytest.mark.skipif(
        " " in sys.prefix, reason="ray start ends itself where the path of its Python has a space"
    ),
]

INDEX = """
import os, signal
from matcher.embedding import parts
from matcher.embedding.vector_cache import VectorCache
parts.PART_TEXTS = 2
put, left = VectorCache.put, [2]
def put_or_die(*arguments):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    put(*arguments)
VectorCache.put = put_or_die
from matcher.cli import main
main()
"""
"""`matcher` in a process that is killed when it stores its third part."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a cluster with two workers, in processes of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = "--head --block --num-cpus=2 --include-dashboard=false --disable-usage-stats"
    memory = "--object-store-memory=150000000"
    ray = Path(sys.executable).parent / "ray"
    folder = tmp_path_factory.mktemp("ray")
    log = folder / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [str(ray), "start", *options.split(), *memory.split(), f"--port={port}"],
            stdout=output,
            stderr=output,
            env=os.environ | {"RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "1"},
            start_new_session=True,
        ) as head,
    ):
        try:
            _wait_for_start(log, head)
            yield f"127.0.0.1:{port}"
        finally:
            head.terminate()
            head.wait(60)


def _wait_for_start(log: Path, head: "subprocess.Popen[bytes]") -> None:
    while "Ray runtime started" not in log.read_text("utf-8"):
        assert head.poll() is None, log.read_text("utf-8")
        time.sleep(0.2)


def _texts(count: int) -> list[str]:
    return [
        f"第{number}项：耐高温陶瓷涂覆隔膜及其制备方法。" * (number % 5 + 1)
        for number in range(count)
    ]


def _cut(monkeypatch: pytest.MonkeyPatch, texts: list[str], each: int) -> list[Part]:
    monkeypatch.setattr(parts, "PART_TEXTS", each)
    halves = [Chunk(text, (0, len(text) // 2)) for text in texts[::3]]
    return cut_parts([*map(Chunk, texts), *halves])


def _on_ray(
    load: Callable[[], Encoder], model: str, folder: Path, address: str, workers: int | None = None
) -> RayPartEncoder:
    return RayPartEncoder(load, PartFiles(str(folder), model), ClusterOptions(address, workers))


def _vectors(encoder: PartEncoder, work: list[Part]) -> dict[Key, Vectors]:
    with encoder.encode(work, lambda texts: None) as encoded:
        return {key: v for own in encoded for key, v in zip(own.keys, own.vectors, strict=True)}


def test_a_killed_worker_costs_its_part_alone_and_no_bit(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = _cut(monkeypatch, _texts(160), 10)
    local = NotingEncoder(tmp_path / "local")
    journal = tmp_path / "journal"
    encoder = _on_ray(partial(NotingEncoder, journal), local.fingerprint, tmp_path, address)
    killed: list[tuple[int, str]] = []
    vectors: dict[Key, Vectors] = {}
    texts = 0
    with (
        encoder.earlier(full=False) as earlier,
        encoder.encode(work, lambda texts: None) as encoded,
    ):
        assert list(earlier) == []
        for own in encoded:
            if not killed:
                killed.append(noted(journal)[-1])
                os.kill(killed[0][0], signal.SIGKILL)
            assert not vectors.keys() & set(own.keys)
            vectors |= zip(own.keys, own.vectors, strict=True)
            texts += own.texts
    expected = _vectors(LocalPartEncoder(local), work)
    assert texts == 160 and vectors.keys() == expected.keys()
    for key, vector in expected.items():
        np.testing.assert_array_equal(vectors[key], vector)
    begun = Counter(text for _process, text in noted(journal))
    assert begun.keys() == {part.texts[0] for part in work}
    assert {text for text, times in begun.items() if times > 1} <= {killed[0][1]}
    assert len({process for process, _text in noted(journal)}) >= 2
    assert not (tmp_path / "matcher-embedding").exists()


def test_workers_pause_while_vectors_wait_to_be_stored(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_encoder, "WAITING_BYTES", 8 * 2**20)
    journal = tmp_path / "journal"
    load = partial(WideEncoder, journal)  # a part has 4 texts, hence a megabyte
    work = _cut(monkeypatch, _texts(240), 4)
    encoder = _on_ray(load, load().fingerprint, tmp_path, address)
    with (
        encoder.earlier(full=False),
        encoder.encode(work, lambda texts: None) as encoded,
    ):
        next(encoded)
        assert wait_until_quiet(journal) < 30 < len(work)
        assert len(list(encoded)) == len(work) - 1


def test_a_killed_run_is_resumed_and_embeds_the_rest(address: str, tmp_path: Path) -> None:
    local, ray = (
        settings_for(tmp_path / name, model="builtin", compute_dtype="float32", ray_address=address)
        for name in ("local", "ray")
    )
    save(local, *ALL)
    save(ray, *ALL)
    dead = subprocess.run(
        [sys.executable, "-c", INDEX, "index", "--engine", "ray"],
        env=process_environment(
            ray.home,
            MATCHER_MODEL="builtin",
            MATCHER_COMPUTE_DTYPE="float32",
            MATCHER_RAY_ADDRESS=address,
        ),
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()[-2000:]
    assert dead.stderr == b""  # Ray writes nothing into the terminal
    finished = list((ray.home / "matcher-embedding").glob("*/vectors/*.parquet"))
    assert finished
    kept = build_index(local).embedded - build_index(ray, engine="ray").embedded
    assert kept >= 2 + len(finished)
    assert _cached(ray) == _cached(local)


def _cached(settings: Settings) -> dict[bytes, bytes]:
    """Vectors in the cache of a home, in bytes."""
    with closing(sqlite3.connect(settings.index_folder / CACHE_FILE)) as database:
        return dict(database.execute("SELECT text, vector FROM vectors"))


def test_a_text_that_kills_every_worker_ends_the_run(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal"
    load = partial(WideEncoder, journal, 64)
    work = _cut(monkeypatch, [DEADLY, *_texts(8)], 1)
    encoder = _on_ray(load, load().fingerprint, tmp_path, address)
    with encoder.earlier(full=False), pytest.raises(ClusterError, match="3 workers died"):
        _vectors(encoder, work)
    assert Counter(text for _process, text in noted(journal))[DEADLY] == ATTEMPTS


def test_a_worker_with_another_model_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = _on_ray(FakeEncoder, "another", tmp_path, address)
    with encoder.earlier(full=False), pytest.raises(ClusterError, match="other vectors"):
        _vectors(encoder, _cut(monkeypatch, ["隔膜"], 1))


def test_more_workers_than_cores_are_an_error(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = _on_ray(FakeEncoder, FakeEncoder().fingerprint, tmp_path, address, workers=3)
    with encoder.earlier(full=False), pytest.raises(InputError, match="for 2 workers, not for 3"):
        _vectors(encoder, _cut(monkeypatch, ["隔膜"], 1))


@pytest.mark.parametrize(
    ("address", "error", "named"),
    [
        ("127.0.0.1:1", ClusterError, "127.0.0.1:1 cannot be used"),
        ("somewhere", InputError, "give HOST:PORT"),
    ],
)
def test_an_address_without_a_cluster_is_named(
    address: str,
    error: type[Exception],
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = _on_ray(FakeEncoder, FakeEncoder().fingerprint, tmp_path, address)
    with encoder.earlier(full=False), pytest.raises(error, match=named):
        _vectors(encoder, _cut(monkeypatch, ["隔膜"], 1))


def test_without_ray_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with pytest.raises(InputError, match=r"matcher\[ray\]"):
        check_ray()
