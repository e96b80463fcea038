"""Time to answer keys that are wrong in different ways: does it tell how much of one is right?

    python -m scripts.bench.key_timing                # 3,000 of each, in random order
    python -m scripts.bench.key_timing --each 300

Asks the server's own authentication, over a new home with one key in SQLite, without the network,
which would hide differences. Prints a Markdown table of medians and quartiles.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from statistics import quantiles

from api.access.auth import Authenticator
from api.engine.live import LiveEngine
from matcher.access import api_keys
from matcher.access.api_keys import ApiKey
from matcher.access.roles import Role
from matcher.errors import UnauthenticatedError
from matcher.settings import Settings
from matcher.store import keys
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from scripts.bench.machine import describe_commit, describe_machine

WARM_UP = 20
"""Requests before the measured ones."""


def main() -> None:
    """Measure and print the table."""
    each = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    print("| key | median, µs | quartiles, µs |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="matcher keys ") as folder:
        for name, times in measure(Path(folder), each).items():
            low, middle, high = quantiles(times, n=4)
            print(f"| {name} | {middle:,.0f} | {low:,.0f}–{high:,.0f} |")


def measure(folder: Path, each: int) -> dict[str, list[float]]:
    """Return the times of refusals in microseconds, by the kind of key, in random order."""
    settings = Settings(model="fake", home=folder / "home", database_url=None)
    sent = wrong_keys(make_key(settings))
    engine = LiveEngine(settings)
    engine.open()
    try:
        authenticator = Authenticator(engine, settings)
        for key in [*sent.values()] * WARM_UP:
            refuse(authenticator, key)
        order = [name for name in sent for _ in range(each)]
        random.Random(1).shuffle(order)
        times: dict[str, list[float]] = {name: [] for name in sent}
        for name in order:
            times[name].append(refuse(authenticator, sent[name]))
    finally:
        engine.close()
    return times


def wrong_keys(valid: str) -> Mapping[str, str]:
    """Return keys that are wrong in one way each."""
    mark, identity, secret = valid.split("_", 2)
    return {
        "first character wrong": f"{mark}_{identity}_{_other(secret[0])}{secret[1:]}",
        "last character wrong": f"{mark}_{identity}_{secret[:-1]}{_other(secret[-1])}",
        "every character wrong": f"{mark}_{identity}_{''.join(map(_other, secret))}",
        "unknown id": f"{mark}_{'0' * len(identity)}_{secret}",
        "not in the form of a key": secret,
    }


def refuse(authenticator: Authenticator, key: str) -> float:
    """Have a key refused; return the time in microseconds."""
    began = time.perf_counter()
    with suppress(UnauthenticatedError):
        authenticator.authenticate(key)
        raise RuntimeError("the key was taken")
    return (time.perf_counter() - began) * 1e6


def make_key(settings: Settings) -> str:
    """Make the one key of a home, and return it as its holder sends it."""
    with open_store(settings) as store:  # the pepper comes after the database
        secret, identity = api_keys.new_secret(), api_keys.new_id()
        pepper = api_keys.make_pepper(settings.home, settings.pepper)
        hashed = api_keys.hash_secret(secret, pepper)
        with store.writing() as connection:
            keys.add(connection, ApiKey(identity, Role.STAFF, hashed, now()))
    return api_keys.format_key(identity, secret)


def _other(character: str) -> str:
    return "A" if character != "A" else "B"


def _options() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=3000, metavar="N", help="requests of each kind")
    each: int = parser.parse_args().each
    return each


if __name__ == "__main__":
    main()
