"""Records of one application become one, by kind and date of their publications (样例)."""

from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from matcher.patents.merging import merge
from matcher.patents.publication_order import (
    Publication,
    compare_publications,
    publication_of,
    read_publication,
)
from matcher.store.patent_json import from_record, to_record
from matcher.types import (
    Claim,
    ClaimsCoverage,
    LegalStatus,
    LicenceTerms,
    Patent,
    PatentId,
)

ID = PatentId("CN201919900001.1")


def record(number: str, day: date | None, **values: Any) -> Patent:
    """A record of one publication; its kind is the last letter of the number, with a digit."""
    kind = number[len("CN119900001") :] or None
    changes: dict[str, Any] = {
        "publication_number": number,
        "kind_code": kind,
        "publication_date": day,
    }
    if values.get("claims"):
        changes["claims_coverage"] = ClaimsCoverage.ALL
    return replace(Patent(id=ID, title=f"题名{kind}", application_number=ID), **(changes | values))


def claims(text: str) -> tuple[Claim, ...]:
    return (Claim(1, text),)


APPLIED = record(
    "CN119900001A",
    date(2019, 9, 1),
    abstract="公开文本。",
    applicants=("样例大学",),
    owners=("样例大学",),
    inventors=("样例甲", "样例乙", "样例丙"),
    ipc=("H01M10/0525",),
    industries=("NM",),
    claims=claims("公开的权利要求"),
    claims_coverage=ClaimsCoverage.ALL,
    legal_status=LegalStatus.PENDING,
    priority_numbers=("样例优先权",),
)
GRANTED = record(
    "CN119900001B",
    date(2021, 3, 1),
    applicants=("样例电池公司",),
    inventors=("样例甲", "样例乙"),
    ipc=("A01B1/00",),
    claims=claims("授权的权利要求"),
    claims_coverage=ClaimsCoverage.FIRST,
    grant_date=date(2021, 3, 1),
    legal_status=LegalStatus.IN_FORCE,
)
CORRECTED = record("CN119900001B8", date(2021, 9, 1), inventors=("样例甲",))


@pytest.mark.parametrize("one_file", [True, False])
def test_the_newest_publication_counts_in_either_order(one_file: bool) -> None:
    merged = merge(APPLIED, GRANTED, one_file=one_file)
    assert merged == merge(GRANTED, APPLIED, one_file=one_file)
    assert (merged.publication_number, merged.kind_code) == ("CN119900001B", "B")
    assert merged.publication_date == merged.grant_date == date(2021, 3, 1)
    assert merged.title == GRANTED.title
    assert merged.owner == "样例电池公司" and merged.inventors == ("样例甲", "样例乙")
    assert merged.ipc == ("A01B1/00",) and merged.industries == ()
    assert merged.claims == GRANTED.claims and merged.claims_coverage is ClaimsCoverage.FIRST
    assert merged.legal_status is LegalStatus.IN_FORCE
    assert (merged.abstract, merged.priority_numbers) == ("公开文本。", ("样例优先权",))


def test_every_order_of_three_publications_and_a_repetition_gives_one_record() -> None:
    rows = (APPLIED, GRANTED, CORRECTED, APPLIED)
    for one_file in (True, False):
        merged = {
            repr(reduce(lambda known, newer: merge(known, newer, one_file=one_file), order))
            for order in permutations(rows)
        }
        assert len(merged) == 1
    last = reduce(merge, rows)
    assert last.publication_number == "CN119900001B8"
    assert last.inventors == ("样例甲",) and last.applicants == ("样例电池公司",)
    assert last.claims == GRANTED.claims and last.abstract == APPLIED.abstract
    assert from_record(to_record(last)) == last


PHASES = [phase for phase in Phase if phase is not Phase.shrink]
TEXT = st.sampled_from(["甲", "乙", ""])
NAMES = st.lists(st.sampled_from("甲乙丙"), max_size=2).map(tuple)
ROWS = st.tuples(
    *(
        st.builds(
            record,
            st.just(f"CN119900001{kind}"),
            st.just(day),
            abstract=TEXT,
            applicants=NAMES,
            owners=NAMES,
            inventors=NAMES,
            ipc=st.sampled_from([(), ("A01B1/00",), ("H01M10/0525",)]),
            claims=st.sampled_from([(), claims(kind)]),
            filing_date=st.sampled_from([None, date(2019, 1, 1)]),
            transfer_count=st.sampled_from([None, 0, 1]),
            legal_status=st.sampled_from(LegalStatus),
        )
        for kind, day in (
            ("A", date(2019, 9, 1)),
            ("A8", date(2019, 12, 1)),
            ("B", date(2021, 3, 1)),
            ("C1", date(2023, 3, 1)),
        )
    )
)


@settings(max_examples=40, deadline=None, phases=PHASES)
@given(rows=ROWS, data=st.data())
def test_the_order_of_rows_and_of_imports_is_without_effect(
    rows: tuple[Patent, ...], data: st.DataObject
) -> None:
    first, second = (data.draw(st.permutations(rows)) for _ in range(2))
    one_file = [
        reduce(lambda known, newer: merge(known, newer, one_file=True), order)
        for order in (first, second)
    ]
    assert one_file[0] == one_file[1]
    # Facts of today follow the imports; all else follows the publications here, too.
    imports = [replace(reduce(merge, order), transfer_count=None) for order in (first, second)]
    unused = [replace(patent, unused_since=None) for patent in imports]
    assert unused[0] == unused[1]
    again = merge(one_file[0], one_file[1])
    assert again == one_file[0]


def test_facts_of_today_follow_the_imports_even_from_an_older_publication() -> None:
    known = merge(APPLIED, replace(GRANTED, readiness="通过小试", transfer_count=0))
    later = replace(APPLIED, readiness="通过中试", licence=LicenceTerms(fee="3 万元"))
    merged = merge(known, replace(later, transfer_count=1))
    assert (merged.readiness, merged.licence.fee) == ("通过中试", "3 万元")
    assert merged.transfer_count == 1 and merged.publication_number == "CN119900001B"


def test_a_later_export_of_the_same_publication_replaces_and_leaves_gaps_as_they_are() -> None:
    known = merge(APPLIED, GRANTED)
    sold = replace(GRANTED, applicants=("样例新材料公司",), inventors=())
    merged = merge(known, sold)
    assert merged.owner == "样例新材料公司" and merged.inventors == GRANTED.inventors
    undated = merge(known, replace(sold, publication_date=None))
    assert undated.owner == "样例新材料公司" and undated.publication_date == date(2021, 3, 1)


def test_a_record_without_a_publication_replaces_as_the_later_one() -> None:
    known = merge(APPLIED, GRANTED)
    listed = Patent(id=ID, title="清单中的名称", application_number=ID, inventors=("样例丁",))
    merged = merge(known, listed)
    assert merged.inventors == ("样例丁",) and merged.abstract == known.abstract
    assert merged.publication_number == "CN119900001B"


def test_a_lapse_that_is_newer_than_the_grant_holds_whichever_row_tells_it() -> None:
    lapsed = replace(APPLIED, legal_status=LegalStatus.LAPSED, status_as_of=date(2025, 5, 1))
    for first, second in ((lapsed, GRANTED), (GRANTED, lapsed)):
        merged = merge(first, second, one_file=True)
        assert (merged.legal_status, merged.status_as_of) == (
            LegalStatus.LAPSED,
            date(2025, 5, 1),
        )


def test_a_number_without_kind_or_that_nobody_can_read_replaces_no_better_one() -> None:
    for number in ("CN119900001", "X-12"):
        bare = replace(GRANTED, publication_number=number, kind_code=None, publication_date=None)
        merged = merge(GRANTED, bare)
        assert (merged.publication_number, merged.kind_code) == ("CN119900001B", "B")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CN119900001A 2021-09-01", "CN119900001B 2021-03-01"),
        ("CN119900001A 2019-09-01", "CN119900001A8 2019-12-01"),
        ("CN119900001A8", "CN119900001A9"),
        ("CN119900001B 2021-03-01", "CN119900001C1 2023-03-01"),
        ("CN219900001U 2020-03-01", "CN219900001Y1 2023-03-01"),
        ("EP1990001A1 2020-03-01", "EP1990001A3 2020-09-01"),
        ("EP1990001B1", "EP1990001B2"),
        ("JP2019500001T 2019-03-01", "JP2019500001A 2018-03-01"),
        ("US20190190001A1 2019-03-01", "US11990001B2 2021-03-01"),
        ("CN119900001 2019-03-01", "CN119900001 2021-03-01"),
        ("US20209942411 2020-07-30", "US10996303 2020-07-28"),
        ("KR1020219954949", "KR101999967"),
    ],
)
def test_the_order_of_publications(first: str, second: str) -> None:
    older, newer = read_publication(first), read_publication(second)
    assert (older.written, newer.written) == (first, second)
    assert compare_publications(older, newer) == -1
    assert compare_publications(newer, older) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("CN119900001B 2021-03-01", "CN119900001B 2022-03-01"),
        ("CN119900001B", "CN119900001"),
        ("- 2021-03-01", "CN119900001B"),
    ],
)
def test_publications_without_an_order(first: str, second: str) -> None:
    assert compare_publications(read_publication(first), read_publication(second)) == 0


def test_a_record_stands_for_its_publication() -> None:
    assert publication_of(GRANTED) == Publication("CN119900001B", "B", date(2021, 3, 1))
