"""The sample catalogue is what its README says, and nothing in it can be taken for real."""

import csv
import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from matcher.evaluation.collection import Collection, read_collection
from matcher.importing.read_file import ReadFile, read_file
from matcher.patents.application_numbers import ApplicationNumber, parse_application_number
from matcher.patents.licence_terms import doubts
from matcher.patents.sleeping import sleeping
from matcher.types import ClaimsCoverage, LegalStatus, Patent, PatentType
from scripts.docs.sample_corpus import SAMPLES, documents

TODAY = date(2026, 11, 1)
STATUS_DAY = date(2026, 10, 31)
SAMPLE = "样例"


@cache
def read(name: str) -> ReadFile:
    return read_file(SAMPLES / name, mapping={}, today=TODAY, sample=True)


@cache
def catalogue() -> dict[str, Patent]:
    return {record.patent.id: record.patent for record in read("patents.jsonl").patents}


@cache
def collection() -> Collection:
    return read_collection(SAMPLES, "dev")


def records(name: str) -> list[dict[str, Any]]:
    lines = (SAMPLES / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def is_english(text: str) -> bool:
    return re.search("[一-鿿]", text) is None


def claims_named() -> dict[tuple[str, str], list[int]]:
    with (SAMPLES / "evidence.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        (row["query-id"], row["corpus-id"]): [int(n) for n in row["claims"].split(",")]
        for row in rows
    }


@pytest.mark.parametrize("name", ["patents.jsonl", "teams.csv", "queries.jsonl"])
def test_the_importer_finds_nothing_to_mend(name: str) -> None:
    assert read(name).problems == ()


def test_there_are_patents_of_every_sort() -> None:
    patents = list(catalogue().values())
    assert len(patents) == 84
    assert sum(is_english(patent.title + patent.abstract) for patent in patents) == 20
    industries = Counter(patent.industries[0] for patent in patents)
    assert min(industries[code] for code in ("NGIT", "NM", "HEM", "BIO")) >= 10
    types = Counter(patent.patent_type for patent in patents)
    assert types == {PatentType.INVENTION: 60, PatentType.UTILITY_MODEL: 24}
    statuses = Counter(patent.legal_status for patent in patents)
    lively = (LegalStatus.IN_FORCE, LegalStatus.PENDING, LegalStatus.LAPSED)
    assert set(statuses) == set(lively)
    assert min(statuses.values()) >= 10
    assert 10 <= sum(patent.licence.open_licence is True for patent in patents) <= 40
    asleep = sum(sleeping(patent, TODAY, 24).is_sleeping for patent in patents)
    assert 10 <= asleep < statuses[LegalStatus.IN_FORCE]


def test_every_number_has_its_check_digit_and_kind() -> None:
    for row in records("patents.jsonl"):
        number = parse_application_number(row["application_number"])
        assert isinstance(number, ApplicationNumber)
        assert number.canonical == row["application_number"]
        assert not number.check_digit_is_wrong, number
        assert row["application_number"][2:6] == row["filing_date"][:4]
        kinds = "U" if number.patent_type is PatentType.UTILITY_MODEL else "AB"
        assert row["publication_number"][-1] in kinds
        assert ("grant_date" in row) == (row["publication_number"][-1] != "A")


def test_every_claim_set_is_split_whole() -> None:
    for row in records("patents.jsonl"):
        patent = catalogue()[row["application_number"]]
        assert patent.claims_coverage is ClaimsCoverage.ALL
        assert all(claim.reference_understood for claim in patent.claims), patent.id
        if row["publication_number"] != patent.publication_number:
            continue  # the A publication of a granted case
        written = [f"{claim.number}. {claim.text}" for claim in patent.claims]
        assert written == row["claims_all"].split("\n"), patent.id
        assert [claim.number for claim in patent.claims] == list(range(1, len(written) + 1))
        assert len(written) >= 5
        assert not patent.claims[0].refers_to


def test_dates_and_status_fit_the_law() -> None:
    for patent in catalogue().values():
        assert patent.filing_date and patent.publication_date and patent.expiry_date
        assert patent.filing_date < patent.publication_date <= STATUS_DAY
        if patent.grant_date:
            assert patent.publication_date <= patent.grant_date
        if patent.legal_status is LegalStatus.PENDING:
            assert patent.grant_date is None
        if patent.legal_status_text == "届满终止":
            assert patent.expiry_date <= STATUS_DAY
        elif patent.legal_status is not LegalStatus.LAPSED:
            assert patent.expiry_date > TODAY
        if patent.licence.open_licence:
            assert patent.legal_status is LegalStatus.IN_FORCE
            assert doubts(patent.licence) == []


def test_publications_of_one_case_are_folded_and_families_are_told() -> None:
    rows = Counter(row["application_number"] for row in records("patents.jsonl"))
    assert [number for number, count in rows.items() if count > 1] == ["CN202019930105.X"]
    assert catalogue()["CN202019930105.X"].kind_code == "B"
    families = Counter(p.family_id for p in catalogue().values() if p.family_id)
    assert list(families.values()) == [2, 2, 2]
    priorities = Counter(p.priority_numbers for p in catalogue().values() if p.priority_numbers)
    assert list(priorities.values()) == [2]


def test_institutions_have_offices_and_their_teams_have_the_patents() -> None:
    teams = {(r.team.institution, r.team.name): r for r in read("teams.csv").teams}
    assert len({institution for institution, _ in teams}) == 8
    for record in teams.values():
        assert record.tto and record.tto.name and record.tto.phone and record.tto.email
        assert record.team.lead in record.team.members
    for found in read("patents.jsonl").patents:
        team = found.patent.team
        assert team is not None and team.name is not None
        known = teams[team.institution, team.name]
        assert (team.lead, team.college) == (known.team.lead, known.team.college)
        assert found.tto == known.tto
        named = [name for name in found.patent.inventors if not is_english(name)]
        assert set(named) <= set(known.team.members), found.patent.id


def test_nothing_can_be_taken_for_real() -> None:
    for record in read("teams.csv").teams:
        assert record.personal == () and record.tto is not None
        assert SAMPLE in record.team.institution and SAMPLE in record.team.name
        assert str(record.tto.email).endswith(".example")
        assert "-0000-" in str(record.tto.phone)
    for found in read("patents.jsonl").patents:
        assert found.personal == () and found.patent.is_sample
        assert all(SAMPLE in name for name in found.patent.applicants + found.patent.owners)
    assert all(SAMPLE in row["enterprise"] for row in records("queries.jsonl"))
    everything = "".join(path.read_text("utf-8") for path in files())
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", everything)


def files() -> list[Path]:
    return [path for path in SAMPLES.rglob("*") if path.is_file()]


def test_there_are_needs_of_every_sort() -> None:
    rows = records("queries.jsonl")
    assert len(rows) == 30
    assert sum(row["language"] == "en" for row in rows) == 7
    assert all(is_english(row["title"] + row["text"]) == (row["language"] == "en") for row in rows)
    assert sum(len(row["title"] + row["text"]) < 60 for row in rows) >= 4
    assert sum({"problem", "indicators", "goal"} <= row.keys() for row in rows) >= 5


def test_needs_are_judged_with_care() -> None:
    qrels = collection().qrels
    unanswerable = {r["_id"] for r in records("queries.jsonl") if r.get("answerable") is False}
    assert len(unanswerable) == 2
    assert len(qrels) == 30
    for need, grades in qrels.items():
        assert len(grades) >= 8, need
        assert set(grades.values()) <= {0, 1, 2, 3}
        assert (max(grades.values()) == 3) == (need not in unanswerable), need


def test_some_needs_are_answered_in_the_other_language() -> None:
    crossings: Counter[bool] = Counter()
    for need, grades in collection().qrels.items():
        english = is_english(collection().needs[need].text)
        strong = [patent for patent, grade in grades.items() if grade == 3]
        if any(is_english(catalogue()[patent].abstract) != english for patent in strong):
            crossings[english] += 1
    assert crossings[True] >= 4 and crossings[False] >= 4


def test_every_strong_answer_names_its_claims() -> None:
    strong = {
        (need, patent)
        for need, grades in collection().qrels.items()
        for patent, grade in grades.items()
        if grade == 3
    }
    named = claims_named()
    assert named.keys() == strong
    for (_, patent), numbers in named.items():
        assert set(numbers) <= {claim.number for claim in catalogue()[patent].claims}


def test_the_corpus_agrees_with_the_catalogue() -> None:
    assert records("corpus.jsonl") == list(documents(SAMPLES / "patents.jsonl")), (
        "run python -m scripts.docs.sample_corpus"
    )
