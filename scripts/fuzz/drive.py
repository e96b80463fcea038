"""Inputs for one target in this process: guided by coverage (atheris), or by the seed alone."""

import logging
import sys
import warnings
from pathlib import Path
from random import Random

from scripts.fuzz.mutation import change_bytes
from scripts.fuzz.target import Prepared, Target
from scripts.fuzz.watch import Watch

_MAX_CHANGES = 3
_LIBRARY_SECONDS = 60
"""Seconds after which libFuzzer itself ends a run; the watching process does so before."""


def prepare(target: Target, folder: Path) -> Prepared:
    """Make a target ready in a new folder, with libraries silent."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    return target.prepare(work)


def drive_by_seed(target: Target, watch: Watch, prepared: Prepared, seed: int, inputs: int) -> None:
    """Run some of the first inputs, then mutations of them that only the seed decides."""
    random = Random(f"{seed} {target.name}")
    seeds = list(prepared.seeds)
    unchanged = random.sample(seeds, min(len(seeds), inputs // 2))
    for data in unchanged:
        watch(data)
    for _ in range(inputs - len(unchanged)):
        data = random.choice(seeds)
        for _change in range(random.randint(1, _MAX_CHANGES)):
            data = target.mutate(data, random, change_bytes)[: target.max_bytes]
        watch(data)


def drive_by_coverage(
    target: Target, watch: Watch, prepared: Prepared, seed: int, inputs: int, folder: Path
) -> None:
    """Let libFuzzer run the inputs, which keeps those that reach new code. It ends the process."""
    import atheris

    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate([*prepared.seeds, *prepared.more_seeds()]):
        (corpus / f"seed-{number:04}").write_bytes(data)

    def raw(data: bytes, random: Random) -> bytes:
        return bytes(atheris.Mutate(data, max(len(data) + 64, 64)))

    def mutate(data: bytes, max_size: int, number: int) -> bytes:
        return target.mutate(bytes(data), Random(number), raw)[:max_size]

    options = {
        "runs": inputs,
        "seed": seed or 1,
        "max_len": max(target.max_bytes, *map(len, prepared.seeds)),
        "len_control": 0,
        "timeout": _LIBRARY_SECONDS,
        "rss_limit_mb": 0,  # the watching process looks at it
        "reload": 0,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/",
    }
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup(
        [sys.argv[0], *flags, str(corpus)], watch, custom_mutator=mutate, internal_libfuzzer=True
    )
    atheris.Fuzz()
