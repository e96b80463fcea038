"""Files into the database: what changed, all or nothing, and the file of problems."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from matcher.errors import InputError
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.problem_file import HEADINGS as PROBLEM_HEADINGS
from matcher.importing.rows.problem_file import write_problems
from matcher.patents.ids import is_local
from matcher.progress import silent
from matcher.store import consents, institutions, patents, personal_contacts
from matcher.store.database import Store
from matcher.types import ClaimsCoverage, LegalStatus, Patent
from matcher.workflows.import_patents import ImportResult, save_files
from tests.support import databases
from tests.support.import_files import (
    BOTH,
    GRIPPER,
    HEADINGS,
    SEPARATOR,
    read,
    write_csv,
    write_xlsx,
)

Counts = tuple[int, int, int, int]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}")


def bring_in(
    store: Store, *paths: Path, key: SecretStr | None = None, replace: bool = False
) -> ImportResult:
    """Import the files."""
    files = [read(path) for path in paths]
    return save_files(store, files, contact_key=key, replace=replace, report=silent)


def counts(result: ImportResult) -> list[Counts]:
    """New, changed, unchanged, refused of each file, which must make up its rows."""
    by_file = [(f.new, f.changed, f.unchanged, f.refused) for f in result.files]
    assert [sum(numbers) for numbers in by_file] == [file.rows for file in result.files]
    return by_file


def known(store: Store) -> dict[str, Patent]:
    """Every patent by its id."""
    with store.reading() as connection:
        return {patent.id: patent for _, patent in patents.each(connection)}


def test_the_same_file_again_changes_nothing_and_a_newer_one_updates(
    store: Store, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", BOTH)
    assert counts(bring_in(store, path)) == [(2, 0, 0, 0)]
    before, state = known(store), (store.catalogue_state(), store.version().revision)
    assert counts(bring_in(store, path)) == [(0, 0, 2, 0)]
    assert known(store) == before
    assert (store.catalogue_state(), store.version().revision) == state

    newer = write_csv(tmp_path / "newer.csv", (HEADINGS, (*SEPARATOR[:7], "未缴年费终止"), GRIPPER))
    assert counts(bring_in(store, newer)) == [(0, 1, 1, 0)]
    assert known(store)[SEPARATOR[0]].legal_status is LegalStatus.LAPSED
    assert store.catalogue_state() == state[0], "a status needs no new index"


def test_an_older_status_does_not_replace_a_newer_one(store: Store, tmp_path: Path) -> None:
    headings = ("申请号", "发明名称", "法律状态", "法律状态公告日")
    row = SEPARATOR[0], SEPARATOR[2]
    newer = write_csv(tmp_path / "a.csv", (headings, (*row, "未缴年费终止", "2025-05-01")))
    older = write_csv(tmp_path / "b.csv", (headings, (*row, "授权", "2021-03-01")))
    assert counts(bring_in(store, newer, older)) == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert known(store)[SEPARATOR[0]].legal_status is LegalStatus.LAPSED


def test_a_later_status_without_a_date_counts_without_a_date(store: Store, tmp_path: Path) -> None:
    headings = ("申请号", "发明名称", "法律状态", "法律状态公告日")
    row = SEPARATOR[0], SEPARATOR[2]
    dated = write_csv(tmp_path / "a.csv", (headings, (*row, "授权", "2021-03-01")))
    undated = write_csv(tmp_path / "b.csv", (headings, (*row, "失效", "")))
    same = write_csv(tmp_path / "c.csv", (headings, (*row, "有效", "")))
    bring_in(store, dated)
    assert counts(bring_in(store, same)) == [(0, 0, 1, 0)]
    assert counts(bring_in(store, undated)) == [(0, 1, 0, 0)]
    patent = known(store)[SEPARATOR[0]]
    assert (patent.legal_status, patent.status_as_of) == (LegalStatus.LAPSED, None)


def test_the_a_and_b_publications_are_one_case_in_either_order(tmp_path: Path) -> None:
    headings = ("申请号", "公开(公告)号", "公开(公告)日", "发明名称", "权利要求书", "法律状态")
    claims = "1. 一种{0}，其特征在于，有层。\n2. 根据权利要求1所述的{0}，其特征在于，厚。"
    applied = (SEPARATOR[0], "CN119900001A", "2019-09-01", "膜", claims.format("膜"), "公开")
    granted = (SEPARATOR[0], "CN119900001B", "2021-03-01", "隔膜", claims.format("隔膜"), "授权")
    cases = []
    for name, rows in (("ab", (applied, granted)), ("ba", (granted, applied))):
        store = Store(f"sqlite:///{tmp_path / name}.sqlite")
        path = write_csv(tmp_path / f"{name}.csv", (headings, *rows))
        assert counts(bring_in(store, path)) == [(1, 1, 0, 0)]
        assert counts(bring_in(store, path)) == [(0, 0, 2, 0)]
        (case,) = known(store).values()
        cases.append(case)
    for case in cases:
        assert (case.title, case.publication_number) == ("隔膜", "CN119900001B")
        assert case.claims_coverage is ClaimsCoverage.ALL and "隔膜" in case.claims[0].text
        assert case.legal_status is LegalStatus.IN_FORCE


def test_a_case_known_by_its_publication_takes_its_application_number(
    store: Store, tmp_path: Path
) -> None:
    published = write_csv(
        tmp_path / "a.csv", (("公开号", "发明名称", "摘要"), ("CN119900001A", "膜", "旧的摘要"))
    )
    full = write_csv(tmp_path / "b.csv", (HEADINGS, SEPARATOR))
    assert counts(bring_in(store, published)) == [(1, 0, 0, 0)]
    (identity,) = known(store)
    assert is_local(identity)  # type: ignore[arg-type]
    with store.reading() as connection:
        rows = [row for row, _ in patents.each(connection)]

    assert counts(bring_in(store, full)) == [(0, 1, 0, 0)]
    assert list(known(store)) == [SEPARATOR[0]]
    with store.reading() as connection:
        assert [row for row, _ in patents.each(connection)] == rows
    assert counts(bring_in(store, published)) == [(0, 0, 1, 0)]
    assert counts(bring_in(store, full)) == [(0, 0, 1, 0)]
    # It also counts as a patent of the file when the file replaces the catalogue.
    assert bring_in(store, published, replace=True).deleted == 0


def test_a_case_known_under_either_number_becomes_one(store: Store, tmp_path: Path) -> None:
    published = write_csv(
        tmp_path / "a.csv",
        (("公开号", "发明名称", "技术成熟度"), ("CN119900001A", "膜", "通过中试")),
    )
    applied = write_csv(tmp_path / "b.csv", (("申请号", "发明名称"), (SEPARATOR[0], "膜")))
    bring_in(store, published, applied)
    assert len(known(store)) == 2
    state = store.catalogue_state()
    bring_in(store, write_csv(tmp_path / "c.csv", (HEADINGS, SEPARATOR)))
    (case,) = known(store).values()
    assert (case.id, case.readiness, case.title) == (SEPARATOR[0], "通过中试", SEPARATOR[2])
    assert store.catalogue_state().number > state.number


def test_rows_of_one_file_that_give_either_number_are_one_case(tmp_path: Path) -> None:
    by_publication = ("", "CN119900001A", "膜", "", "", "", "", "")
    for name, rows in (("a", (by_publication, SEPARATOR)), ("b", (SEPARATOR, by_publication))):
        store = Store(f"sqlite:///{tmp_path / name}.sqlite")
        path = write_csv(tmp_path / f"{name}.csv", (HEADINGS, *rows))
        bring_in(store, path)
        (case,) = known(store).values()
        assert (case.id, case.title) == (SEPARATOR[0], SEPARATOR[2])
        assert counts(bring_in(store, path)) == [(0, 0, 2, 0)]


def test_one_publication_number_under_two_applications_stays_two_cases(
    store: Store, tmp_path: Path
) -> None:
    mistyped = ("CN201919900009.7", *SEPARATOR[1:])
    path = write_csv(tmp_path / "list.csv", (HEADINGS, SEPARATOR, mistyped))
    assert counts(bring_in(store, path)) == [(2, 0, 0, 0)]


def test_an_error_in_the_second_file_leaves_nothing_of_the_first(
    store: Store, tmp_path: Path
) -> None:
    first = write_csv(tmp_path / "a.csv", BOTH)
    second = write_csv(tmp_path / "b.csv", (("需求名称", "主要问题"), ("隔膜", "热收缩")))
    with pytest.raises(InputError, match="holds needs"):
        bring_in(store, first, second)
    assert known(store) == {}


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from matcher.importing.read_file import read_file
from matcher.store.database import Store
from matcher.workflows.import_patents import save_files

files = [read_file(Path(name), mapping={}, today=date(2026, 6, 1)) for name in sys.argv[2:]]

def die(step):
    if step.stage.endswith("b.csv") and step.done:
        os.kill(os.getpid(), signal.SIGKILL)

with Store(sys.argv[1]) as store:
    save_files(store, files, contact_key=None, replace=True, report=die)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_import_leaves_the_database_as_it_was(store: Store, tmp_path: Path) -> None:
    bring_in(store, write_csv(tmp_path / "list.csv", BOTH))
    before, state = known(store), (store.catalogue_state(), store.version().revision)
    # So many rows that some have left the cache for the disk before the process dies.
    many = [
        (f"CN2018199{n:05}", "", f"隔膜{n}", "层" * 2000, "", "", "", "授权") for n in range(3000)
    ]
    first = write_csv(tmp_path / "a.csv", (HEADINGS, *many))
    second = write_csv(tmp_path / "b.csv", (HEADINGS, (*SEPARATOR[:2], "改了名称", *SEPARATOR[3:])))
    database = databases.url_of(tmp_path)
    store.close()
    root = Path(__file__).parents[2]
    died = subprocess.run(
        [sys.executable, "-c", KILLED, database, str(first), str(second)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert known(store) == before
    assert (store.catalogue_state(), store.version().revision) == state
    if databases.server is None:
        with closing(sqlite3.connect(tmp_path / "matcher.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_teams_and_their_contacts(store: Store, tmp_path: Path) -> None:
    rows = (
        ("机构", "团队名称", "团队负责人", "成员", "技术转移机构", "联系人", "联系电话",
         "同意公开范围", "同意凭证"),
        ("样例大学", "储能材料团队", "样例甲", "", "样例大学技术转移中心", "样例甲", "13800000000",
         "本次活动", "签字"),
        ("样例大学", "储能材料团队", "", "样例甲;样例乙", "", "样例乙", "13800000001",
         "本次活动", "签字"),
        ("样例大学", "", "", "", "", "", "", "", "签字"),
    )  # fmt: skip
    path = write_xlsx(tmp_path / "teams.xlsx", {"团队": rows})
    result = bring_in(store, path)
    assert counts(result) == [(1, 1, 0, 1)]
    problems = "\n".join(map(repr, result.files[0].problems))
    assert "2 personal contacts were not stored" in problems and "1380000" not in problems

    key = SecretStr(Fernet.generate_key().decode())
    assert counts(bring_in(store, path, key=key)) == [(0, 0, 2, 1)]
    with store.reading() as connection:
        assert institutions.counts(connection) == {
            "institutions": 1,
            "teams": 1,
            "personal_contacts": 2,
        }
        tto = institutions.tto_contact(connection, "样例大学")
    assert tto is not None and tto.name == "样例大学技术转移中心"
    if databases.server is None:
        assert b"13800000000" not in (tmp_path / "matcher.sqlite").read_bytes()


def test_a_refused_consent_ends_that_of_an_earlier_import(store: Store, tmp_path: Path) -> None:
    key = SecretStr(Fernet.generate_key().decode())
    held = []
    for scope in ("公开", "不公开"):
        path = write_xlsx(
            tmp_path / f"{scope}.xlsx",
            {"团队": (
                ("机构", "团队名称", "联系人", "联系电话", "同意公开范围", "同意凭证"),
                ("样例大学", "储能材料团队", "样例甲", "13800000000", scope, "签字"),
            )},
        )  # fmt: skip
        bring_in(store, path, key=key)
        with store.reading() as connection:
            contact = personal_contacts.find(connection, "样例大学", "储能材料团队", "样例甲")
            assert contact is not None
            consent = consents.of_contact(connection, contact.id)
            held.append([each.withdrawn_at is None for each in consent])
    assert held == [[True], [False]]


def test_replacing_the_catalogue_deletes_what_no_file_holds(store: Store, tmp_path: Path) -> None:
    bring_in(store, write_csv(tmp_path / "list.csv", BOTH))
    path = write_csv(tmp_path / "one.csv", (HEADINGS, GRIPPER))
    assert bring_in(store, path, replace=True).deleted == 1
    assert list(known(store)) == [GRIPPER[0]]


ROW = st.tuples(
    st.sampled_from(["CN201919900001.1", "CN202029900002.4", "2.0192E+12", "", "待定"]),
    st.sampled_from(["CN119900001A", "CN119900001B", "CN219900002U", "", "无"]),
    st.sampled_from(["一种隔膜", "一种夹爪", ""]),
    st.sampled_from(["有层。", "有腔。", ""]),
    st.just("样例大学"),
    st.just("样例甲"),
    st.sampled_from(["2019-03-01", "2019-02-30", ""]),
    st.sampled_from(["授权", "公开", "甲乙", ""]),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_the_counts_make_up_the_rows_and_a_second_import_changes_nothing(
    tmp_path: Path, rows: Sequence[tuple[str, ...]]
) -> None:
    path = write_csv(tmp_path / "rows.csv", (HEADINGS, *rows))
    with Store("sqlite://") as store:
        first = bring_in(store, path)
        refused = counts(first)[0][3]
        held = known(store)
        assert len(held) == first.files[0].new <= len(rows) - refused
        generation = store.catalogue_state()
        assert counts(bring_in(store, path)) == [(0, 0, len(rows) - refused, refused)]
        assert known(store) == held and store.catalogue_state() == generation


def test_the_problems_file_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    rows = (HEADINGS, ("=1+1", "", "=cmd|' /C calc'!A0", "", "", "", "+2019", "@甲"))
    problems = read(write_csv(tmp_path / "list.csv", rows)).problems
    dangerous = Problem("list.csv", "-表", 3, "=列", '=HYPERLINK("x")', "改\n两行", refused=True)
    path = tmp_path / "problems.csv"
    assert write_problems(path, [*problems, dangerous]) == len(problems) + 1
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, *written = csv.reader(file)
    assert tuple(headings) == PROBLEM_HEADINGS
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in written for cell in row)
    assert written[-1] == [
        "list.csv", "'-表", "3", "'=列", "'=HYPERLINK(\"x\")", "改\n两行", "否",
    ]  # fmt: skip
    with pytest.raises(InputError, match="cannot be written"):
        write_problems(tmp_path / "no" / "folder.csv", problems)
