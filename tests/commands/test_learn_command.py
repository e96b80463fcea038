"""`matcher learn`: from a judged collection to the file in the home folder."""

import json
from pathlib import Path

import pytest

from matcher.retrieval import learned_ranker
from tests.support.command import run, run_json

PARTS = ("valve", "seal", "gear", "pump", "rotor", "spring")


def collection(folder: Path, needs: int) -> Path:
    """Each need asks for a part; the documents that name it in the title answer it best."""
    documents = [
        {"_id": f"{part}-{number}", "title": title, "text": text}
        for part in PARTS
        for number, (title, text) in enumerate(
            (
                (f"A {part}", f"The {part} lasts."),
                ("A machine", f"It has a {part} and a frame."),
                ("A frame", f"It carries {number_word(part)} things."),
            )
        )
    ]
    queries = [
        {"_id": f"q{number}", "title": PARTS[number % len(PARTS)], "text": f"wanted, case {number}"}
        for number in range(needs)
    ]
    grades = [
        f"q{number}\t{part}-{place}\t{(2 - place) * (part == PARTS[number % len(PARTS)])}"
        for number in range(needs)
        for part in PARTS
        for place in range(3)
    ]
    (folder / "qrels").mkdir(parents=True)
    for name, records in (("corpus", documents), ("queries", queries)):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text("\n".join(grades) + "\n", encoding="utf-8")
    return folder


def number_word(part: str) -> str:
    """A word of its own for each part, so that no two documents say the same."""
    return f"{len(part)}{part[-1]}"


@pytest.fixture(autouse=True)
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that is wide enough for every line."""
    monkeypatch.setenv("COLUMNS", "120")


def test_learn_writes_a_ranker_into_the_home_folder(tmp_path: Path, home: Path) -> None:
    folder = collection(tmp_path / "parts", needs=24)
    printed = run_json("learn", folder, "--judged-only")
    file = home / learned_ranker.FILE
    assert printed.pop("file") == str(file)
    assert printed == json.loads(file.read_text("utf-8"))
    ranker = learned_ranker.load(file)
    assert ranker is not None
    assert (ranker.needs, ranker.model, ranker.sources) == (24, "fake", ("parts/dev",))
    # Two grades of answers, one each, above sixteen others and the worst of the part's own.
    assert ranker.pairs == 24 * (1 + 2 * 16)
    assert [entry.name for entry in home.iterdir()] == [learned_ranker.FILE]
    # What was learned from the others puts the right documents first.
    assert ranker.learned["mrr@10"] > 0.9
    assert ranker.active is (ranker.interval.low is not None and ranker.interval.low > 0)


def test_the_report_ends_with_the_state_of_the_ranker_and_its_reason(
    tmp_path: Path, home: Path
) -> None:
    first = collection(tmp_path / "parts", needs=3)
    second = collection(tmp_path / "more", needs=5)
    result = run("learn", first, second, "--split", "dev")
    assert result.exit_code == 0, result.output
    ranker = learned_ranker.load(home / learned_ranker.FILE)
    assert ranker is not None and not ranker.active and ranker.needs == 8
    lines = result.stdout.splitlines()
    assert lines[0] == f"8 needs of parts/dev, more/dev, {ranker.pairs:,} pairs"
    assert lines[-2] == f"The learned ranker is {ranker.reason}"
    assert ranker.reason.startswith("off: learned from 8 needs")
    assert lines[-1] == f"Kept in {home / learned_ranker.FILE}"
    assert any(line.startswith("fixed weights") for line in lines)
    for feature, weight in ranker.weights.items():
        assert any(line.split() == [*feature.split(), f"{weight:+.3f}"] for line in lines)


def test_no_ranker_is_written_where_nothing_can_be_learned(tmp_path: Path, home: Path) -> None:
    folder = collection(tmp_path / "parts", needs=1)
    result = run("learn", folder)
    assert result.exit_code == 2 and "at least two needs" in result.stderr
    assert run("learn", tmp_path / "nowhere").exit_code == 2
    assert not home.exists()
