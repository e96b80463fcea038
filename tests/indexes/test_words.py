"""The word index finds what stands in the texts, after any changes."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import words
from indexes.words import SqliteWordIndex
from matcher.errors import IndexUnavailableError
from matcher.text.clauses import read_clauses
from matcher.text.tokens import folded
from matcher.types.words import PatentWords

ALPHABET = "陶瓷涂层膜a1，"
TEXTS = st.text(ALPHABET, max_size=12)
CHANGES = st.lists(
    st.tuples(st.booleans(), st.dictionaries(st.integers(1, 5), TEXTS, max_size=5)),
    min_size=1,
    max_size=6,
)
"""States of a catalogue, one after the other: whether it is written aside, and text by row."""


def write(file: Path, texts: Mapping[int, str], revision: int = 1, *, aside: bool = False) -> int:
    def read(rows: Sequence[int]) -> list[tuple[int, PatentWords]]:
        return [(row, PatentWords(texts[row], "", "")) for row in rows]

    hashes = {row: sha256(text.encode()).hexdigest() for row, text in texts.items()}
    state = f"state {revision}"
    return words.write(file, hashes, read, revision=revision, state=state, aside=aside)


def found(file: Path, query: str) -> list[int]:
    rows: list[int] = SqliteWordIndex(file).find(read_clauses(query))[0].tolist()
    return rows


@given(changes=CHANGES, phrase=st.text("陶瓷涂层膜", min_size=1, max_size=3))
@settings(max_examples=60)
def test_a_run_of_characters_is_found_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[bool, dict[int, str]]],
    phrase: str,
) -> None:
    file = tmp_path_factory.mktemp("words") / "words.sqlite"
    for revision, (aside, texts) in enumerate(changes):
        write(file, texts, revision, aside=aside)
        assert [path.name for path in file.parent.glob("*.new")] == []
        expected = [row for row in sorted(texts) if phrase in folded(texts[row])]
        assert found(file, phrase) == expected


def test_several_words_are_found_in_any_text_of_the_patent(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    own = PatentWords("陶瓷涂层", "用于刀具\n¶\n硬度高", "样例大学")
    words.write(file, {7: "aa"}, lambda rows: [(row, own) for row in rows], revision=1, state="x")
    assert found(file, "样例大学 涂层 硬度") == [7]
    assert found(file, '"刀具硬度"') == found(file, '"刀具 硬度"') == []  # of two passages


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    texts = dict.fromkeys(range(1, 6), "陶瓷")
    assert write(file, texts) == 5
    assert write(file, texts | {2: "膜"}) == 1
    assert write(file, texts | {2: "膜"}) == 0
    assert found(file, "膜") == [2]


def test_a_file_of_which_much_is_out_of_date_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    write(file, {1: "陶瓷", 2: "膜"})
    assert write(file, {1: "陶瓷", 2: "涂层"}) == 1
    assert write(file, {1: "陶瓷", 2: "刀具"}) == 2
    assert found(file, "刀具") == [2] and found(file, "膜") == found(file, "涂层") == []


def test_each_writing_is_another_version_and_names_the_state(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    index = SqliteWordIndex(file)
    assert index.version() is None and index.state() is None and found(file, "膜") == []
    write(file, {1: "膜"}, 1)
    before = index.version()
    write(file, {1: "膜"}, 2)
    assert index.version() not in (before, None) and index.state() == "state 2"


def test_a_file_of_another_format_counts_as_none_until_it_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    write(file, {1: "膜"})
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE about SET format = 'older'")
    connection.close()
    assert SqliteWordIndex(file).version() is None and found(file, "膜") == []
    assert write(file, {1: "膜"}) == 1
    assert found(file, "膜") == [1]


def test_a_failure_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    write(file, {1: "膜"})

    def broken(rows: Sequence[int]) -> list[tuple[int, PatentWords]]:
        raise KeyError(rows[0])

    with pytest.raises(KeyError):
        words.write(file, {2: "aa"}, broken, revision=2, state="y")
    assert found(file, "膜") == [1]
    assert SqliteWordIndex(file).state() == "state 1"


def test_the_file_holds_no_text(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    write(file, {1: "氧化铝陶瓷涂层"})
    content = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    assert "氧化铝陶瓷".encode() not in content


def test_a_file_that_is_no_database_counts_as_none_and_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    file.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    assert SqliteWordIndex(file).version() is None and found(file, "膜") == []
    assert write(file, {1: "膜"}) == 1
    assert found(file, "膜") == [1]


def test_a_file_that_another_process_keeps_to_itself_is_not_taken_for_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, connect = tmp_path / "words.sqlite", words._connect
    write(file, {1: "膜"})
    monkeypatch.setattr(words, "_connect", lambda file, _seconds=0: connect(file, 0))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(IndexUnavailableError, match="another process"):
            write(file, {1: "膜", 2: "阀"})
    assert found(file, "膜") == [1]


def test_only_one_process_writes(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"

    def meanwhile(rows: Sequence[int]) -> list[tuple[int, PatentWords]]:
        with pytest.raises(IndexUnavailableError, match="another process"):
            write(file, {1: "陶瓷"})
        return [(row, PatentWords("膜", "", "")) for row in rows]

    words.write(file, {1: "aa"}, meanwhile, revision=1, state="x")
    assert found(file, "膜") == [1]


def test_a_file_that_is_written_aside_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    write(file, {1: "陶瓷"}, 1)
    assert write(file, {1: "陶瓷", 2: "膜"}, 2, aside=True) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["words.sqlite"]
    before = file.read_bytes()
    with words._reading(file) as reading:
        assert reading is not None
        write(file, {1: "涂层", 2: "膜"}, 3, aside=True)
        assert reading.execute("SELECT revision FROM about").fetchone() == (2,)
    assert (found(file, "涂层"), found(file, "陶瓷")) == ([1], [])
    file.write_bytes(before)
    file.chmod(0o400)  # nobody who reads it writes or locks
    assert found(file, "陶瓷") == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["words.sqlite"]


def test_a_failure_aside_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite"
    write(file, {1: "陶瓷"}, aside=True)

    def fail(rows: Sequence[int]) -> list[tuple[int, PatentWords]]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        words.write(file, {2: "aa"}, fail, revision=2, state="x", aside=True)
    assert found(file, "陶瓷") == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["words.sqlite"]
