"""Measure writers of one PostgreSQL database: writes a second, and bytes a row.

    .ci/with-postgresql python -m scripts.bench.writers
    .ci/with-postgresql python -m scripts.bench.writers --seconds 10 --patents 20000

Each writer is a process with connections of its own, which steps a match of its own (one write) or
adds a row to the audit trail (one write). "One lock" is the rule of the versions before 0006, in
the same run and in turns: every writer holds the row of the revision from its beginning. The
database has to be empty. Prints Markdown tables with the commit and the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, func, make_url, select, text

from matcher.access.roles import COMMAND_CALLER, Caller, Role
from matcher.ids import new_id
from matcher.importing.read_file import read_file
from matcher.needs.record import NeedDetails, NeedRecord, NeedState, PublishScope
from matcher.progress import silent
from matcher.store import audit, endings, match_history, matches, needs
from matcher.store.database import Store
from matcher.store.schema.all import metadata
from matcher.store.schema.times import now
from matcher.workflows.import_patents import save_files, save_patents
from scripts.bench.export_files import write_export
from scripts.bench.machine import describe_commit, describe_machine

WRITERS = (1, 16)
SIZED = ("patents", "patent_ipc", "patent_industries", "arrivals", "match_events", "audit_trail")
BY = Caller("000000000000", Role.STAFF)


class OneLockStore(Store):
    """A store all of whose writers wait for one another from their beginning."""

    @contextmanager
    def _transaction(self, lock: Callable[[Connection], None]) -> Iterator[Connection]:
        def lock_revision(connection: Connection) -> None:
            endings.advance_revision(connection, 0)

        with super()._transaction(lock_revision) as connection:
            yield connection


def main() -> None:
    """Run one writer (`--write`), or measure them all and print the tables."""
    options = _options()
    url = os.environ["MATCHER_DATABASE_URL"]
    if options.write:
        _write(url, options)
        return
    with Store(url) as store, tempfile.TemporaryDirectory(prefix="matcher writers ") as folder:
        print(f"Commit {describe_commit()}; {describe_machine()}\n")
        print("| | one lock, a second | now, a second | longest wait, ms: one lock | now |")
        print("|---|---:|---:|---:|---:|")
        for count in WRITERS:
            _compare(f"{count} at once", url, count, options, lambda _rule: _nothing())
        file = Path(folder) / "export.csv"

        def importing(rule: str) -> AbstractContextManager[None]:
            write_export(file, options.patents, claims=True)
            return _importing(OneLockStore if rule == "one lock" else Store, url, file)

        _compare("16 while an import is open", url, 16, options, importing)
        read = read_file(file, mapping={}, today=now().date(), sample=False)
        save_files(store, [read], contact_key=None, replace=False, report=silent)
        _print_sizes(store)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _importing(kind: type[Store], url: str, file: Path) -> Iterator[None]:
    """Hold a trial import open, all of whose patents are saved and then undone."""
    read = read_file(file, mapping={}, today=now().date(), sample=False)
    with kind(url) as store, store.changing_catalogue(is_trial=True) as connection:
        save_patents(connection, [read], ids=None, report=silent)
        yield


def _compare(
    name: str,
    url: str,
    count: int,
    options: argparse.Namespace,
    beside: Callable[[str], AbstractContextManager[None]],
) -> None:
    """Measure both rules in turns and print a line."""
    rates: dict[str, list[float]] = {"one lock": [], "now": []}
    waits: dict[str, list[float]] = {"one lock": [], "now": []}
    for _ in range(options.runs):
        for rule in rates:
            with beside(rule):
                done = _run(url, count, rule, options.seconds)
            rates[rule].append(sum(len(times) for times, _longest in done) / options.seconds)
            waits[rule].append(1000 * max(longest for _times, longest in done))
    rate = [f"{median(rates[rule]):,.0f}" for rule in rates]
    wait = [f"{median(waits[rule]):,.0f}" for rule in waits]
    print(f"| {name} | {' | '.join((*rate, *wait))} |", flush=True)


def _run(url: str, count: int, rule: str, seconds: float) -> list[tuple[list[float], float]]:
    """Let writers write for some seconds; return for each its times and its longest wait."""
    command = [sys.executable, "-m", "scripts.bench.writers", "--write", rule]
    command += ["--seconds", str(seconds)]
    with ExitStack() as stack:
        writers = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env={**os.environ, "MATCHER_DATABASE_URL": url},
                    text=True,
                )
            )
            for _ in range(count)
        ]
        for writer in writers:
            assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        return [json.loads(writer.communicate()[0]) for writer in writers]


def _write(url: str, options: argparse.Namespace) -> None:
    """Write for some seconds; print the time of each write and the longest wait as JSON."""
    kind = OneLockStore if options.write == "one lock" else Store
    times: list[float] = []
    gave_up = 0.0
    with Store(url) as preparing:
        match = _make_match(preparing)
    # A writer that is kept waiting as long as the measurement gives up.
    limit = f"-cstatement_timeout={int(options.seconds * 1000)}"
    limited = make_url(url).update_query_dict({"options": limit})
    with kind(limited.render_as_string(hide_password=False)) as store:
        with store.reading() as connection:
            connection.execute(select(func.now()))
        print("ready", flush=True)
        sys.stdin.readline()
        end = time.time() + options.seconds
        while (start := time.time()) < end:
            try:
                if len(times) % 2:
                    with store.adding() as connection:
                        audit.append(connection, by=BY, action="bench", subject="bench")
                else:
                    with store.writing(f"match {match}") as connection:
                        before = matches.visible_match(connection, BY, match)
                        match_history.add_follow_up(connection, before, BY, step=None)
            except Exception:
                gave_up = time.time() - start
                break
            times.append(time.time() - start)
    print(json.dumps([times, max([gave_up, *times])]))


def _make_match(store: Store) -> str:
    moment = now()
    need = NeedRecord(
        id=new_id("need"),
        created_by=COMMAND_CALLER.key,
        details=NeedDetails(text="需要耐热的电池隔膜（样例）"),
        contact=None,
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    with store.writing() as connection:
        needs.add(connection, need)
        match = matches.add(
            connection,
            need=need.id,
            patent="CN201910000001.1",
            institution=None,
            industry=None,
            moment=moment,
        )
        match_history.add_recommendation(connection, match.id, COMMAND_CALLER)
    return match.id


def _print_sizes(store: Store) -> None:
    print("\n| table | rows | bytes a row | of them indexes |\n|---|---:|---:|---:|")
    for name in SIZED:
        with store.reading() as connection:
            rows = connection.execute(
                select(func.count()).select_from(metadata.tables[name])
            ).scalar_one()
            query = text("SELECT pg_total_relation_size(:t), pg_indexes_size(:t)")
            total, indexes = connection.execute(query, {"t": name}).one()
        if rows:
            print(f"| {name} | {rows:,} | {total / rows:,.0f} | {indexes / rows:,.0f} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.writers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement")
    parser.add_argument("--runs", type=int, default=3, help="of each rule, in turns")
    parser.add_argument("--patents", type=int, default=5_000, help="of the import")
    parser.add_argument("--write", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
