"""Institutions and teams of the catalogue: published facts, true numbers, no person's contact."""

from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from matcher.errors import NotFoundError
from matcher.search.catalogue import Catalogue
from matcher.search.institutions import (
    PatentNumbers,
    TeamEntry,
    all_institutions,
    institution_page,
    team_page,
)
from matcher.store import institutions, patents
from matcher.store.database import Store
from matcher.types import LegalStatus, LicenceTerms, Team, TeamRef, TtoContact
from tests.support.samples import ALL, GRIPPER, INSTITUTION, SEPARATOR, TODAY, TTO, sibling

SPELLED = "样例大学 "
SHARED = replace(
    sibling(SEPARATOR, "CN202119900005.5", publication_number=None),
    owners=(INSTITUTION, "样例新材料有限公司"),
    legal_status=LegalStatus.LAPSED,
    licence=LicenceTerms(),
    unused_since=None,
)
TEAMS = [
    Team(INSTITUTION, "储能材料团队", "材料科学与工程学院", "样例丙", ("样例丁",), "锂电池隔膜"),
    Team(INSTITUTION, "新团队"),
]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Store(f"sqlite:///{tmp_path / 'institutions.sqlite'}") as store:
        with store.writing() as connection:
            patents.save(connection, [*ALL, SHARED])
            institutions.save_tto(connection, [TTO])
            institutions.save_teams(connection, TEAMS)
        yield Catalogue(store, 24)


def test_institutions_are_listed_with_their_numbers(catalogue: Catalogue) -> None:
    listed = all_institutions(catalogue.search.snapshot(TODAY))
    assert [(entry.name, entry.numbers.patents) for entry in listed] == [
        (INSTITUTION, 3),
        ("样例研究院", 1),
    ]
    assert listed[0].numbers == PatentNumbers(3, {"in_force": 1, "lapsed": 2}, 1, 1)


def test_spellings_of_an_institution_are_one(catalogue: Catalogue) -> None:
    spelled = replace(
        sibling(GRIPPER, "CN202229900007.0", publication_number=None), owners=("样例 研究院",)
    )
    with catalogue.store.writing() as connection:
        patents.save(connection, [spelled])
    listed = all_institutions(catalogue.search.snapshot(TODAY))
    assert [entry.numbers.patents for entry in listed] == [3, 2]
    page = institution_page(catalogue.search.snapshot(TODAY), "样例研究院")
    assert page.numbers == listed[1].numbers


def test_an_institution_has_teams_of_patents_and_of_lists(catalogue: Catalogue) -> None:
    page = institution_page(catalogue.search.snapshot(TODAY), f" {INSTITUTION}")
    assert page.teams == (
        TeamEntry("储能材料团队", "材料科学与工程学院", "样例丙", 2),
        TeamEntry("新团队", None, None, 0),
    )
    assert page.contact == TTO
    assert page.numbers.patents == 3


def test_an_institution_without_patents_or_contact_is_known(catalogue: Catalogue) -> None:
    with catalogue.store.writing() as connection:
        institutions.save_tto(connection, [TtoContact("样例学院")])
    page = institution_page(catalogue.search.snapshot(TODAY), "样例学院")
    assert (page.numbers.patents, page.contact, page.teams) == (0, None, ())


def test_a_team_has_its_fields_and_partners(catalogue: Catalogue) -> None:
    page = team_page(catalogue.search.snapshot(TODAY), INSTITUTION, "储能材料团队")
    assert page.numbers == PatentNumbers(2, {"in_force": 1, "lapsed": 1}, 1, 1)
    assert (page.fields, page.industries, page.classes) == (
        "锂电池隔膜",
        (("NM", 2),),
        (("H01M", 2),),
    )
    assert page.partners == (("样例新材料有限公司", 1),)
    assert page.contact == TTO


def test_members_of_a_team_are_not_shown(catalogue: Catalogue) -> None:
    snapshot = catalogue.search.snapshot(TODAY)
    shown = repr(
        (
            astuple(institution_page(snapshot, INSTITUTION)),
            astuple(team_page(snapshot, INSTITUTION, "储能材料团队")),
        )
    )
    assert "样例丙" in shown and "样例丁" not in shown


def test_an_unknown_institution_or_team_is_named(catalogue: Catalogue) -> None:
    snapshot = catalogue.search.snapshot(TODAY)
    with pytest.raises(NotFoundError, match="样例大"):
        institution_page(snapshot, "样例大")
    with pytest.raises(NotFoundError, match="别的团队"):
        team_page(snapshot, INSTITUTION, "别的团队")


def test_a_change_shows_at_once(catalogue: Catalogue) -> None:
    assert institution_page(catalogue.search.snapshot(TODAY), "样例研究院").teams == ()
    with catalogue.store.writing() as connection:
        patents.save(connection, [replace(GRIPPER, team=TeamRef("样例研究院", "机器人团队"))])
    (team,) = institution_page(catalogue.search.snapshot(TODAY), "样例研究院").teams
    assert team == TeamEntry("机器人团队", None, None, 1)
