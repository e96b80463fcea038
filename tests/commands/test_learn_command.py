"""`matcher learn`: from a judged collection to the file in the home folder."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from matcher.commands.learn import learn
from matcher.commands.options import Run
from matcher.errors import InputError
from matcher.retrieval import learned_ranker

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


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "home"


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(learn)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], obj=Run())


def test_a_collection_becomes_a_ranker_in_the_home_folder(tmp_path: Path, home: Path) -> None:
    folder = collection(tmp_path / "parts", needs=24)
    result = run(folder, "--judged-only", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    file = home / learned_ranker.FILE
    assert told.pop("file") == str(file)
    assert told == json.loads(file.read_text("utf-8"))
    kept = learned_ranker.load(file)
    assert kept is not None
    assert (kept.needs, kept.model, kept.sources) == (24, "fake", ("parts/dev",))
    # Two grades of answers, one each, above sixteen others and the worst of the part's own.
    assert kept.pairs == 24 * (1 + 2 * 16)
    assert [entry.name for entry in home.iterdir()] == [learned_ranker.FILE]
    # What was learned from the others puts the right documents first.
    assert kept.learned["mrr@10"] > 0.9
    assert kept.active is (kept.interval.low is not None and kept.interval.low > 0)


def test_the_report_ends_with_whether_it_is_on_and_why(tmp_path: Path, home: Path) -> None:
    first = collection(tmp_path / "parts", needs=3)
    second = collection(tmp_path / "more", needs=5)
    result = run(first, second, "--split", "dev")
    assert result.exit_code == 0, result.output
    kept = learned_ranker.load(home / learned_ranker.FILE)
    assert kept is not None and not kept.active and kept.needs == 8
    lines = result.stdout.splitlines()
    assert lines[0] == f"8 needs of parts/dev, more/dev, {kept.pairs:,} pairs"
    assert lines[-2] == f"The learned ranker is {kept.reason}"
    assert kept.reason.startswith("off: learned from 8 needs")
    assert lines[-1] == f"Kept in {home / learned_ranker.FILE}"
    assert any(line.startswith("fixed weights") for line in lines)
    for feature, weight in kept.weights.items():
        assert any(line.split() == [*feature.split(), f"{weight:+.3f}"] for line in lines)


def test_nothing_is_kept_where_nothing_can_be_learned(tmp_path: Path, home: Path) -> None:
    folder = collection(tmp_path / "parts", needs=1)
    result = run(folder)
    assert isinstance(result.exception, InputError)
    assert "at least two needs" in str(result.exception)
    assert isinstance(run(tmp_path / "nowhere").exception, InputError)
    assert not home.exists()
