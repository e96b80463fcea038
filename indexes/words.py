"""Word index (`ports.WordIndex`): the words of whole patents, in one file beside the generations.

SQLite's full-text search (FTS5) keeps the places of our own words, so that a search for several
words or a phrase is exact, and says how many patents there are. The file is brought up to date in
one transaction, which readers do not wait for; it needs no model. It holds no text.

SQLite's write-ahead log, by which readers do not wait, holds on one machine only. Where several
machines share the folder, the file is written aside, put in the place of the other as a whole, and
never changed: readers need no lock.

A patent that changed is written anew under the next number of its own; `numbers` holds those that
are not the first, and -1 for a patent that is gone.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np

from matcher.disk.errors import disk_error
from matcher.disk.sqlite import first_bytes, open_address, read_only_address
from matcher.errors import IndexUnavailableError
from matcher.language.messages import _
from matcher.ports import Rows, Scores
from matcher.text.tokens import TOKENS_VERSION, running_words
from matcher.types.words import Clause, PatentWords

FORMAT = f"2-{TOKENS_VERSION}"
"""Another one makes the file anew."""
READ_THROUGH_BYTES = 64 * 2**20
"""Size up to which the file is read through before each writing; matcher check always does."""
NUMBERS = 4096
"""Numbers of one patent; row times this plus the number is the document."""
MAX_DEAD_SHARE = 0.3
"""Share of documents that are no longer a patent's, from which the file is made anew."""
TITLE_WEIGHT, BODY_WEIGHT, NAMES_WEIGHT = 8.0, 1.0, 4.0
"""Weights of the texts in a score: a word of the title says most."""
_APART = "¶"
_CONTENT = (
    "SELECT id, block FROM words_data ORDER BY id",
    "SELECT segid, term, pgno FROM words_idx ORDER BY segid, term",
    "SELECT id, sz FROM words_docsize ORDER BY id",
    "SELECT row, number, hash FROM numbers ORDER BY row",
)
"""Queries of everything that the file holds, for its checksum."""
_LOG_BYTE = 18
"""Place of the write version in a SQLite header: 2 with a write-ahead log, else 1."""
_TABLES = (
    "CREATE TABLE about (format TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, "
    "checksum TEXT NOT NULL)",
    "CREATE TABLE numbers (row INTEGER PRIMARY KEY, number INTEGER NOT NULL, hash BLOB NOT NULL)",
    "CREATE INDEX later ON numbers (row, number) WHERE number <> 0",
    "CREATE VIRTUAL TABLE words USING fts5(title, body, names, content='', "
    "tokenize=\"ascii tokenchars '.-'\")",
)


class SqliteWordIndex:
    """Word index in a file; thread-safe, and always the newest that was written."""

    def __init__(self, file: Path) -> None:
        """Take the file, which may not be there yet."""
        self._file = file

    def version(self) -> str | None:
        """Version of its content, another one after each change; None as long as there is none."""
        about = self._about()
        return None if about is None else f"{about[1]}-{about[0]}"

    def state(self) -> str | None:
        """Id of the catalogue's state that it was made from; None as long as there is none."""
        about = self._about()
        return None if about is None else about[1]

    def find(self, clauses: Sequence[Clause]) -> tuple[Rows, Scores]:
        """Return the rows of the patents that match every clause, ascending, and their scores."""
        empty = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if not clauses or not all(clause.words for clause in clauses):
            return empty
        query = (
            f"SELECT rowid, bm25(words, {TITLE_WEIGHT}, {BODY_WEIGHT}, {NAMES_WEIGHT}) "
            "FROM words WHERE words MATCH ?"
        )
        with _reading(self._file) as connection:
            if connection is None:
                return empty
            hits = connection.execute(query, [_expression(clauses)]).fetchall()
            later = connection.execute("SELECT row, number FROM numbers WHERE number <> 0")
            numbers = dict(later.fetchall())
        pairs = np.array(hits, dtype=np.float64).reshape(-1, 2)
        documents, scores = pairs[:, 0].astype(np.int64), -pairs[:, 1].astype(np.float32)
        rows, own = documents // NUMBERS, documents % NUMBERS
        is_present = own == _numbers_of(rows, numbers)
        return rows[is_present], scores[is_present]

    def _about(self) -> tuple[int, str] | None:
        with _reading(self._file) as connection:
            if connection is None:
                return None
            revision, state = connection.execute("SELECT revision, state FROM about").fetchone()
            return int(revision), str(state)


Reader: TypeAlias = Callable[[Sequence[int]], Iterable[tuple[int, PatentWords]]]
"""Function that yields the words of the patents of some rows."""


def write(
    file: Path,
    hashes: Mapping[int, str],
    read: Reader,
    *,
    revision: int,
    state: str,
    aside: bool = False,
) -> int:
    """Bring the index up to date, in its place or aside; return the number of written patents.

    `hashes` is the hash of each patent's record by row, `read` gives the words of those asked for;
    revision and state are those of the database. A damaged file is made anew; a large one is not
    read through for that. Raises IndexUnavailableError while another process writes.
    """
    if file.exists():
        is_small = file.stat().st_size <= READ_THROUGH_BYTES
        if is_damaged(file) if is_small else not _is_database(file):
            delete(file)
    with (_writing_aside if aside else _writing)(file) as connection:
        known = _known(connection)
        if known is None or _is_worn(known, hashes):
            _make(connection)
            known = {}
        changed = _changed(known, hashes)
        # A patent that is gone never comes back under its row.
        gone = [
            (row,) for row, (number, _own) in known.items() if number >= 0 and row not in hashes
        ]
        connection.executemany("UPDATE numbers SET number = -1 WHERE row = ?", gone)
        for row, words in read(list(changed)):
            texts = map(_indexed, (words.title, words.body, words.names))
            document = row * NUMBERS + changed[row]
            connection.execute(
                "INSERT INTO words (rowid, title, body, names) VALUES (?, ?, ?, ?)",
                (document, *texts),
            )
            connection.execute(
                "INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)",
                (row, changed[row], _digest(hashes[row])),
            )
        connection.execute("SAVEPOINT written")  # by which FTS5 writes what it held back
        about = (FORMAT, revision, state, _checksum(connection))
        connection.execute("DELETE FROM about")
        connection.execute("INSERT INTO about VALUES (?, ?, ?, ?)", about)
    return len(changed)


def record_hashes(file: Path) -> Mapping[int, str]:
    """Return the hash of each patent's record that the file was written from, by row."""
    with _reading(file) as connection:
        known = {} if connection is None else _known(connection) or {}
    return {row: own.hex() for row, (number, own) in known.items() if number >= 0}


def is_damaged(file: Path) -> bool:
    """True if the file is not as it was written; reads all of it. One of another format is not."""
    if not file.exists():
        return False
    try:
        with _reading(file) as connection:
            if connection is None:
                return not _is_database(file)
            (expected,) = connection.execute("SELECT checksum FROM about").fetchone()
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                return True
            return bool(_checksum(connection) != expected)
    except IndexUnavailableError:
        return True


def delete(file: Path) -> None:
    """Delete the index with what belongs to it; the next writing begins it anew."""
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink(missing_ok=True)


def drafts(file: Path) -> list[Path]:
    """Return the files that are being written aside, or that a kill left."""
    return sorted(file.parent.glob(f"{file.name}.*.new*"))


_Known: TypeAlias = Mapping[int, tuple[int, bytes]]
"""Number and hash of each patent in the file, by row."""


def _connect(file: Path, seconds: float = 60) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=seconds, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


@contextmanager
def _writing(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a transaction. Raises IndexUnavailableError while another process writes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(_connect(file, 0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise IndexUnavailableError(
            _(
                "another process is building an index in {root}; wait until it is done",
                root=file.parent,
            )
        ) from None


@contextmanager
def _writing_aside(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a transaction in a copy, which takes the place of the file in the end."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            with _reading(file) as present:
                if present is not None:
                    present.backup(connection)
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        draft.replace(file)
        for ending in ("-wal", "-shm"):  # of a file that was written in its place
            file.with_name(file.name + ending).unlink(missing_ok=True)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the file for reading one state of it; None if there is none of this format."""
    if not file.exists():
        yield None
        return
    try:
        connection = _connect_to_read(file)
    except sqlite3.DatabaseError as problem:
        if (named := disk_error(problem, file.parent)) is not None:
            raise named from None
        yield None  # no database: the next writing begins it anew
        return
    with closing(connection), _named_errors(file):
        connection.execute("BEGIN")
        yield connection if _format(connection) == FORMAT else None


@contextmanager
def _named_errors(file: Path) -> Iterator[None]:
    """Name what SQLite finds while it reads. Raises IndexUnavailableError, DiskError."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        if (named := disk_error(problem, file.parent)) is not None:
            raise named from None
        if isinstance(problem, sqlite3.OperationalError):
            raise
        raise IndexUnavailableError(
            _("the words of the catalogue in {file} are damaged; run matcher index", file=file)
        ) from None


def _connect_to_read(file: Path) -> sqlite3.Connection:
    """Open a file for reading. Raises DatabaseError for one that is no database, ReadOnlyError."""
    if not _is_written_in_place(file):
        return _connect_whole(file)
    address = read_only_address(file)
    return _connect(file) if address is None else open_address(address)


def _is_written_in_place(file: Path) -> bool:
    """True for a file with a write-ahead log, by the byte of its header that says so."""
    return first_bytes(file, _LOG_BYTE + 1)[_LOG_BYTE:] == b"\x02"


def _connect_whole(file: Path) -> sqlite3.Connection:
    """Open a file that was written aside. Raises DatabaseError for one that is no database."""
    return open_address(f"{file.resolve().as_uri()}?mode=ro&immutable=1")


def _format(connection: sqlite3.Connection) -> str | None:
    """Format of the tables; None if there are none."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'about'").fetchone():
        return None
    written = connection.execute("SELECT format FROM about").fetchone()
    return None if written is None else str(written[0])


def _is_database(file: Path) -> bool:
    """True for a database, also for one that is locked or on a disk that fails."""
    try:
        with closing(_connect_to_read(file)):
            return True
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False


def _checksum(connection: sqlite3.Connection) -> str:
    """SHA-256 of everything that the file holds."""
    content = hashlib.sha256()
    for query in _CONTENT:
        for row in connection.execute(query):
            for value in row:
                content.update(value if isinstance(value, bytes) else f"{value}\0".encode())
    return content.hexdigest()


def _known(connection: sqlite3.Connection) -> _Known | None:
    if _format(connection) != FORMAT:
        return None
    rows = connection.execute("SELECT row, number, hash FROM numbers")
    return {row: (number, own) for row, number, own in rows}


def _is_worn(known: _Known, hashes: Mapping[int, str]) -> bool:
    """True if too much of the file is no longer a patent's, or a restored database has it again."""
    dead = sum(number if number > 0 else number < 0 for number, _own in known.values())
    return dead > MAX_DEAD_SHARE * max(1, len(known)) or any(
        (number < 0 and row in hashes) or number >= NUMBERS - 2
        for row, (number, _own) in known.items()
    )


def _make(connection: sqlite3.Connection) -> None:
    """Make empty tables in the place of any that there are."""
    for table in ("about", "numbers", "words"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _TABLES:
        connection.execute(statement)


def _changed(known: _Known, hashes: Mapping[int, str]) -> dict[int, int]:
    """Return the rows that are to be written, each with the number that it gets."""
    never = (-1, b"")
    written = {row: known.get(row, never) for row in hashes}
    return {
        row: number + 1 for row, (number, own) in written.items() if own != _digest(hashes[row])
    }


def _digest(record_hash: str) -> bytes:
    return bytes.fromhex(record_hash)


def _indexed(text: str) -> str:
    """Words of the texts in sequence, parted where the texts are."""
    return f" {_APART} ".join(" ".join(running_words(part)) for part in text.split(_APART))


def _expression(clauses: Sequence[Clause]) -> str:
    """Write the clauses in the language of FTS5; words have no quotation marks."""
    phrases = (f'"{" ".join(clause.words)}"{" *" if clause.is_open else ""}' for clause in clauses)
    return " AND ".join(phrases)


def _numbers_of(rows: Rows, later: Mapping[int, int]) -> Rows:
    """Return the number of the present document of each row: 0, but for those written anew."""
    numbers = np.zeros(len(rows), dtype=np.int64)
    if later:
        known = np.array(sorted(later), dtype=np.int64)
        values = np.array([later[row] for row in known.tolist()], dtype=np.int64)
        places = np.minimum(np.searchsorted(known, rows), len(known) - 1)
        numbers = np.where(known[places] == rows, values[places], 0)
    return numbers
