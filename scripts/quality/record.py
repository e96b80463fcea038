"""The table of record: every figure query by query, so that the next version can be compared."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from scripts.quality.figures import Figure

FORMAT = 1


@dataclass(frozen=True)
class Record:
    """What one run of the harness measured."""

    model: str
    """Its name and fingerprint: other weights are another model."""
    left_out: tuple[str, ...]
    """What could not be measured, in words."""
    figures: tuple[Figure, ...]


def write_record(file: Path, record: Record) -> None:
    """Write the table. The query ids that figures share are kept once."""
    sets: dict[tuple[str, ...], str] = {}
    listed = []
    for one in record.figures:
        queries = tuple(one.values)
        listed.append(
            {
                "on": one.on,
                "metric": one.metric,
                "run": one.run,
                "queries": sets.setdefault(queries, f"set {len(sets) + 1}"),
                "mean": round(one.mean, 4),
                "values": list(one.values.values()),
            }
        )
    head = {"format": FORMAT, "model": record.model, "left_out": record.left_out}
    # One line a figure: a change of one shows as one changed line.
    lines = [f'"{key}": {_dumped(value)}' for key, value in head.items()]
    named = ",\n".join(f'"{name}": {_dumped(queries)}' for queries, name in sets.items())
    lines.append(f'"queries": {{\n{named}\n}}')
    lines.append('"figures": [\n' + ",\n".join(map(_dumped, listed)) + "\n]")
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def parse_record(text: str, place: str) -> Record:
    """The record that `write_record` wrote. Raises InputError, with the place it came from."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise InputError(f"{place} has another format ({told['format']}); measure it anew")
        return Record(
            model=told["model"],
            left_out=tuple(told["left_out"]),
            figures=tuple(_figure(row, told["queries"]) for row in told["figures"]),
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{place} is no table of record; delete it or take another") from problem


def previous_record(file: Path) -> tuple[Record, str] | None:
    """The table to compare with and what it is: that of the last commit, else the file as it is.

    None where there is neither.
    """
    try:
        kept = _git(file.parent, "show", f"HEAD:./{file.name}")
        return parse_record(kept, f"{file.name} of HEAD"), f"commit {_commit(file.parent)}"
    except (OSError, subprocess.CalledProcessError):
        pass  # not a checkout, or a table that was never committed
    if not file.is_file():
        return None
    return parse_record(file.read_text("utf-8"), str(file)), f"{file.name} as it was"


def lost_by_writing(file: Path, record: Record) -> Sequence[str]:
    """What the table in place has figures on and this record could not measure."""
    if not record.left_out or not file.is_file():
        return ()
    kept = parse_record(file.read_text("utf-8"), str(file))
    measured = {one.on for one in record.figures}
    return sorted({one.on for one in kept.figures} - measured)


def _figure(row: dict[str, Any], sets: dict[str, list[str]]) -> Figure:
    values = dict(zip(sets[row["queries"]], row["values"], strict=True))
    return Figure(row["on"], row["metric"], row["run"], values)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _commit(folder: Path) -> str:
    return _git(folder, "rev-parse", "--short", "HEAD").strip()


def _git(folder: Path, *words: str) -> str:
    ran = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, check=True, encoding="utf-8"
    )
    return ran.stdout
