"""Connection with a Ray cluster: one of this machine that lives as long as it is used, or another.

Ray reports nothing to its makers, shows no dashboard and writes nothing into the terminal.
"""

import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from matcher.cores import available_cores
from matcher.errors import ClusterError, InputError
from matcher.language.messages import _

CONNECT_SECONDS = 10.0
ATTEMPTS = "1"
"""Attempts of Ray to connect; by default it makes twenty, each 40 s long with a mute server."""
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",  # its C++ part writes to stderr
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns of a future change
}
_TOKEN = "RAY_AUTH_TOKEN"
"""Beginning of the variables with the token that clusters ask for, or the path of its file."""
_TOKEN_FILE = Path.home() / ".ray" / "auth_token"
OBJECT_STORE_BYTES = 256 * 2**20
"""Shared memory of a cluster of this machine; parts of the work fill a little of it."""


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Options of the cluster, as in the settings."""

    address: str | None = None
    """`HOST:PORT` of a cluster that this machine belongs to; None is one of this machine alone."""
    workers: int | None = None
    """Number of workers; None takes one for each core, or for each share of the GPUs."""
    gpus: float = 0
    """GPUs of a worker."""


def check_ray() -> None:
    """Raise InputError if Ray is not installed."""
    for name, text in _QUIET.items():
        os.environ.setdefault(name, text)
    if any(name.startswith(_TOKEN) for name in os.environ) or _TOKEN_FILE.exists():
        # Ray looks for a token of its own accord only where it is given no address.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    try:
        import_module("ray.data")
    except ImportError as problem:
        raise InputError(
            _('embedding on a cluster needs Ray: pip install "matcher[ray]"')
        ) from problem


@contextmanager
def connected(options: ClusterOptions) -> Iterator[int]:
    """Connect with the cluster while the block runs; yields the number of workers.

    Raises InputError if Ray is missing or the cluster is too small, ClusterError for a cluster
    that does not answer.
    """
    check_ray()
    import ray

    if options.address is not None:
        _check_answer(options.address)
        os.environ.setdefault("RAY_gcs_server_port_wait_time_s", ATTEMPTS)
    cores = options.workers or available_cores()
    own = {"num_cpus": cores, "object_store_memory": OBJECT_STORE_BYTES, "include_dashboard": False}
    try:
        with _silent_stderr():
            ray.init(
                address=options.address or "local",
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                **({} if options.address else own),
            )
    except (ConnectionError, RuntimeError, ValueError, TimeoutError, OSError) as problem:
        raise _unreachable(options.address or "local", type(problem).__name__) from problem
    try:
        yield _workers(options, ray.cluster_resources())
    finally:
        ray.shutdown()


def _check_answer(address: str) -> None:
    """Raise ClusterError if nothing listens there: Ray itself would try for minutes."""
    host, _colon, port = address.rpartition("//")[2].rpartition(":")
    if not host or not port.isdecimal():
        raise InputError(
            _(
                "{address} is not the address of a Ray cluster: give HOST:PORT "
                "(MATCHER_RAY_ADDRESS)",
                address=address,
            )
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as problem:
        raise _unreachable(address, type(problem).__name__) from problem


def _unreachable(address: str, name: str) -> ClusterError:
    return ClusterError(
        _(
            "the Ray cluster {address} cannot be used ({name}): it must run, with the same "
            "versions of Ray and Python, this machine must be one of its nodes (ray start "
            "--address={address}) and know its token (~/.ray/auth_token)",
            address=address,
            name=name,
        )
    )


def _workers(options: ClusterOptions, resources: dict[str, float]) -> int:
    """Number of workers. Raises InputError if the cluster has not the cores or GPUs for them."""
    places = int(resources.get("CPU", 0))
    if options.gpus:
        places = min(places, int(resources.get("GPU", 0) / options.gpus))
    wanted = options.workers or places
    if wanted < 1 or wanted > places:
        raise InputError(
            _(
                "the cluster has cores and GPUs for {places} workers, not for {wanted} "
                "(MATCHER_RAY_WORKERS, MATCHER_RAY_GPUS)",
                places=places,
                wanted=max(1, wanted),
            )
        )
    return wanted


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Drop what the C++ part of Ray writes while it starts, past Python."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
