"""A name longer than its database column refuses its row, not the file."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, String

from matcher.importing.rows.lengths import MAX_CHARACTERS, MAX_ORGANISATION_CHARACTERS
from matcher.store.schema import catalogue as schema
from matcher.store.schema import contacts as schema_contacts
from tests.support.import_files import read, titles, write_csv

GOOD = ("CN201919900001.1", "一种隔膜")
LONG = "样" * 201


@pytest.mark.parametrize(
    "heading", ["机构", "团队名称", "学院", "团队负责人", "申请人", "专利权人"]
)
def test_a_row_with_a_name_too_long_is_refused(tmp_path: Path, heading: str) -> None:
    headings = ("申请号", "发明名称", "机构", *({heading} - {"机构"}))
    bad = {"申请号": "CN202029900002.4", "发明名称": "一种夹爪", "机构": "样例大学", heading: LONG}
    rows = [
        headings,
        tuple(bad[name] for name in headings),
        (*GOOD, "样例大学", "")[: len(headings)],
    ]
    result = read(write_csv(tmp_path / "list.csv", rows))
    assert titles(result) == ["一种隔膜"]
    (problem,) = [problem for problem in result.problems if problem.refused]
    assert (problem.row, problem.column) == (2, heading)
    assert "longer than" in problem.fix


def test_a_list_of_names_has_no_limit(tmp_path: Path) -> None:
    owners = ";".join(f"样例研究院{n}" for n in range(60))
    path = write_csv(tmp_path / "list.csv", [("申请号", "发明名称", "专利权人"), (*GOOD, owners)])
    result = read(path)
    assert titles(result) == ["一种隔膜"] and len(result.patents[0].patent.owners) == 60


def test_a_persons_name_too_long_is_not_shown(tmp_path: Path) -> None:
    headings = ("机构", "团队名称", "联系人", "联系电话")
    rows = [headings, ("样例大学", "储能团队", "甲" * 101, "13800000000")]
    (problem,) = read(write_csv(tmp_path / "teams.csv", rows)).problems
    assert problem.refused and problem.value is None


def test_the_limits_fit_the_database_columns() -> None:
    teams, institutions = schema.teams.c, schema.institutions.c
    contacts = schema_contacts.personal_contacts.c
    columns = {
        "institution": [schema.patents.c.institution, institutions.name, contacts.institution],
        "team": [teams.name, contacts.team],
        "college": [teams.college],
        "team_lead": [teams.lead, contacts.person],
        "contact_name": [contacts.person],
        "tto_name": [institutions.tto_name],
        "tto_phone": [institutions.tto_phone],
        "tto_email": [institutions.tto_email],
    }
    assert columns.keys() == MAX_CHARACTERS.keys()
    for name, kept in columns.items():
        assert all(column_length(column) >= MAX_CHARACTERS[name] for column in kept), name
    assert column_length(schema.patents.c.institution) >= MAX_ORGANISATION_CHARACTERS


def column_length(column: Column[Any]) -> int:
    assert isinstance(column.type, String) and column.type.length is not None
    return column.type.length
