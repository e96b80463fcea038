"""Table of record: every figure query by query, with which the next version is compared."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from scripts.quality.figures import DIGITS, Figure

FORMAT = 1


@dataclass(frozen=True)
class Record:
    """Result of one run."""

    model: str
    """Name and fingerprint of the model: other weights are another model."""
    left_out: tuple[str, ...]
    """Names of the test data that were not measured."""
    figures: tuple[Figure, ...]


def write_record(file: Path, record: Record) -> None:
    """Write the table. Query ids that several figures share are written once."""
    query_sets: dict[tuple[str, ...], str] = {}
    rows = []
    for one in record.figures:
        queries = tuple(one.values)
        rows.append(
            {
                "on": one.on,
                "metric": one.metric,
                "run": one.run,
                "queries": query_sets.setdefault(queries, f"set {len(query_sets) + 1}"),
                "mean": round(one.mean, DIGITS),
                "values": list(one.values.values()),
            }
        )
    head = {"format": FORMAT, "model": record.model, "left_out": record.left_out}
    # One line per figure, so that a diff shows which figures changed.
    lines = [f'"{key}": {_dumped(value)}' for key, value in head.items()]
    sets = ",\n".join(f'"{name}": {_dumped(queries)}' for queries, name in query_sets.items())
    lines.append(f'"queries": {{\n{sets}\n}}')
    lines.append('"figures": [\n' + ",\n".join(map(_dumped, rows)) + "\n]")
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def parse_record(text: str, origin: str) -> Record:
    """Parse the record that `write_record` wrote. Raises InputError that names the origin."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise InputError(f"{origin} has another format ({content['format']}); measure it anew")
        return Record(
            model=content["model"],
            left_out=tuple(content["left_out"]),
            figures=tuple(_figure(row, content["queries"]) for row in content["figures"]),
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{origin} is no table of record; delete it or take another") from problem


def previous_record(file: Path) -> tuple[Record, str] | None:
    """Return the table to compare with and its name: the last commit's, else the file itself.

    None if there is neither.
    """
    try:
        committed = _git(file.parent, "show", f"HEAD:./{file.name}")
        return parse_record(committed, f"{file.name} of HEAD"), f"commit {_commit(file.parent)}"
    except (OSError, subprocess.CalledProcessError):
        pass  # no repository, or a table that was never committed
    if not file.is_file():
        return None
    return parse_record(file.read_text("utf-8"), str(file)), f"{file.name} as it was"


def lost_by_writing(file: Path, record: Record) -> Sequence[str]:
    """Test data that the table in the file has and an incomplete record has not."""
    if not record.left_out or not file.is_file():
        return ()
    current = parse_record(file.read_text("utf-8"), str(file))
    measured = {one.on for one in record.figures}
    return sorted({one.on for one in current.figures} - measured)


def _figure(row: dict[str, Any], query_sets: dict[str, list[str]]) -> Figure:
    values = dict(zip(query_sets[row["queries"]], row["values"], strict=True))
    return Figure(row["on"], row["metric"], row["run"], values)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _commit(folder: Path) -> str:
    return _git(folder, "rev-parse", "--short", "HEAD").strip()


def _git(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, check=True, encoding="utf-8"
    )
    return ran.stdout
