"""`matcher programme proposals`, `accept` and `decline`; what is imported is accepted at once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matcher.access.roles import Caller, Role
from matcher.programme.kinds import POOL_PATENTS
from matcher.settings import Settings
from matcher.store import audit
from matcher.store import programme as stored
from matcher.wiring.open import open_store
from matcher.workflows import programme_records
from tests.support.command import PATENTS, run, run_json, write_csv

TTO = Caller("key", Role.TTO, institution="样例大学")
SEPARATOR, GRIPPER, _BEARING = (row["申请号"] for row in PATENTS)


@pytest.fixture(autouse=True)
def _pool(home: Path, tmp_path: Path) -> None:
    run_json("import", write_csv(tmp_path / "patents.csv", PATENTS))
    load(tmp_path, "pools", {"专利池名称": "样例池", "运营机构": "样例运营中心"})


def load(folder: Path, kind: str, *rows: dict[str, str]) -> Any:
    file = write_csv(folder / f"{kind}.csv", rows)
    return run_json("programme", "import", file, "--kind", kind)["files"][0]


def propose() -> str:
    given = {"pool": "样例池", "patent": SEPARATOR}
    with open_store(Settings()) as store, store.writing() as connection:
        record = programme_records.create(
            connection, POOL_PATENTS, given, by=TTO, own=TTO.institution
        )
    return record.id


def accepted(identity: str) -> object:
    with open_store(Settings()) as store, store.reading() as connection:
        record = stored.find(connection, POOL_PATENTS, identity)
    return record and record.values["accepted_on"]


def actions() -> list[str]:
    with open_store(Settings()) as store, store.reading() as connection:
        return [row.action for row in audit.page(connection)]


def test_a_proposal_is_listed_and_accepted() -> None:
    identity = propose()
    (waiting,) = run_json("programme", "proposals")["proposals"]
    assert (waiting["id"], waiting["kind"], waiting["waits_for"]) == (
        identity,
        "pool-patents",
        "样例运营中心",
    )
    said = run("programme", "proposals").stdout
    assert said == f"{identity}  样例池 {SEPARATOR} 样例大学  waits for 样例运营中心\n"
    assert run_json("programme", "accept", identity)["accepted_on"] == date.today().isoformat()
    assert accepted(identity) == date.today()
    assert "No proposal" in run("programme", "proposals").stderr
    assert actions()[-2:] == ["programme.proposed", "programme.accepted"]
    twice = run("programme", "decline", identity)
    assert twice.exit_code == 1 and "left_on" in twice.stderr


def test_a_declined_proposal_is_gone() -> None:
    identity = propose()
    assert run_json("programme", "decline", identity) == {"id": identity, "declined": True}
    assert accepted(identity) is None and run_json("programme", "proposals") == {"proposals": []}
    assert actions()[-1] == "programme.declined"
    unknown = run("programme", "accept", identity)
    assert unknown.exit_code == 3 and "programme proposals" in unknown.stderr


def test_what_is_imported_is_accepted_and_accepts_no_proposal_by_the_way(tmp_path: Path) -> None:
    identity = propose()
    rows = [{"专利池": "样例池", "申请号": number} for number in (SEPARATOR, GRIPPER)]
    assert load(tmp_path, "pool-patents", *rows)["new"] == 1
    assert accepted(identity) is None
    rows[0]["接受日期"] = "2026-03-01"
    assert load(tmp_path, "pool-patents", rows[0])["changed"] == 1
    assert accepted(identity) == date(2026, 3, 1)
    assert run_json("programme", "proposals") == {"proposals": []}
