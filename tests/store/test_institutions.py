"""Institutions, their TTO contacts and teams in the database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.store import institutions, patents
from matcher.store.database import Store
from matcher.types import Team, TeamRef, TtoContact
from tests.support.samples import INSTITUTION, SEPARATOR, TTO

TEAM = Team(INSTITUTION, "储能材料团队", "材料学院", "样例甲", ("样例甲", "样例乙"), "隔膜")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        yield opened


def tto(store: Store, institution: str | None) -> TtoContact | None:
    with store.reading() as connection:
        return institutions.tto_contact(connection, institution)


def test_a_detail_of_the_tto_that_is_not_given_keeps_its_value(store: Store) -> None:
    with store.writing() as connection:
        institutions.save_tto(connection, [TTO, TtoContact(INSTITUTION, phone="022-1111-1111")])
    assert tto(store, INSTITUTION) == replace(TTO, phone="022-1111-1111")


def test_an_institution_without_a_tto_has_no_contact(store: Store) -> None:
    with store.writing() as connection:
        institutions.save_tto(connection, [TtoContact("样例研究院")])
    for institution in ("样例研究院", "不在库中的机构", None):
        assert tto(store, institution) is None


def test_contacts_are_found_by_the_exact_name_and_then_by_any_spelling(store: Store) -> None:
    plain, wide = (TtoContact(name, "样例办公室") for name in ("样例大学A", "样例大学 Ａ"))
    other = TtoContact("样例研究院", phone="010-0000-0000")
    names = ["样例大学A", "样例大学 Ａ", "样例大学（a）", "樣例研究院", "不在库中的机构"]
    with store.writing() as connection:
        institutions.save_tto(connection, [wide, plain, other])
        found = institutions.tto_contacts(connection, names)
        assert institutions.tto_contacts(connection, []) == {}
    assert found == {names[0]: plain, names[1]: wide, names[2]: wide, names[3]: other}


def test_teams_are_new_unchanged_or_changed(store: Store) -> None:
    for team, outcome in (
        (TEAM, "new"),
        (TEAM, "unchanged"),
        (replace(TEAM, members=("样例甲",)), "changed"),
        (replace(TEAM, name="轴承团队"), "new"),
    ):
        with store.writing() as connection:
            assert institutions.save_teams(connection, [team]) == [outcome]
    with store.reading() as connection:
        assert institutions.counts(connection) == {
            "institutions": 1,
            "teams": 2,
            "personal_contacts": 0,
        }


def test_a_team_twice_in_one_file_is_new_once(store: Store) -> None:
    with store.writing() as connection:
        assert institutions.save_teams(connection, [TEAM, TEAM]) == ["new", "unchanged"]


def test_teams_that_only_patents_name_count_too(store: Store) -> None:
    of_patent = replace(SEPARATOR, team=TeamRef("样例研究院", "轴承团队"))
    with store.writing() as connection:
        institutions.save_teams(connection, [TEAM])
        patents.save(connection, [of_patent])
        counts = institutions.counts(connection)
    assert (counts["institutions"], counts["teams"]) == (2, 2)


def test_only_a_new_or_changed_contact_advances_the_revision(store: Store) -> None:
    revisions = [store.version().revision]
    changed = replace(TTO, phone="022-1111-1111")
    for contacts in ([TTO], [TTO], [TtoContact(INSTITUTION)], [changed], [changed, changed]):
        with store.writing() as connection:
            institutions.save_tto(connection, contacts)
        revisions.append(store.version().revision - revisions[0])
    assert revisions[1:] == [1, 1, 1, 2, 2]
