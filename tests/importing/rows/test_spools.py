"""Rows and records that an import keeps on disk."""

from dataclasses import replace
from datetime import date

import pytest

from matcher.importing.files.sheet import SheetRow
from matcher.importing.rows import row_spool
from matcher.importing.rows.record import PatentRecord
from matcher.importing.rows.record_spool import RecordSpool
from matcher.importing.rows.row_spool import RowSpool
from matcher.types import (
    Claim,
    ClaimsCoverage,
    LegalStatus,
    LicenceTerms,
    Patent,
    PatentId,
    PatentType,
    TeamRef,
    TtoContact,
)

FULL = Patent(
    id=PatentId("CN201919930101.5"),
    title="一种样例隔膜",
    abstract="样例。",
    patent_type=PatentType.INVENTION,
    claims=(Claim(1, "一种隔膜。"), Claim(2, "如权利要求1所述的隔膜。", True, (1,), True)),
    claims_coverage=ClaimsCoverage.ALL,
    owners=("样例大学",),
    ipc=("H01M50/403",),
    filing_date=date(2019, 3, 1),
    legal_status=LegalStatus.IN_FORCE,
    unused_since=date.min,
    wipo_fields=(1, 19),
    team=TeamRef("样例大学", "样例团队"),
    licence=LicenceTerms(open_licence=True, kinds=("普通许可",)),
)


def record(identity: str, *further: str, title: str = "甲") -> PatentRecord:
    return PatentRecord(
        Patent(id=PatentId(identity), title=title),
        tto=None,
        personal=(),
        file_row=2,
        sheet=None,
        further_ids=tuple(map(PatentId, further)),
    )


@pytest.fixture(params=["in memory", "on disk"])
def spool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> RecordSpool:
    if request.param == "on disk":
        monkeypatch.setattr(row_spool, "MEMORY_BYTES", 10)
    return RecordSpool()


def test_records_come_back_as_they_were_added(spool: RecordSpool) -> None:
    full = PatentRecord(
        FULL, TtoContact("样例大学", "样例中心", None, None), (), 7, "表", repeats=2
    )
    records = [full, record("a", "b"), replace(full, file_row=8)]
    for each in records:
        spool.append(each)
    assert list(spool) == records
    assert (spool[2], spool[-1], spool[:2]) == (records[2], records[2], records[:2])
    assert len(spool) == 3


def test_records_are_replaced_in_their_places(spool: RecordSpool) -> None:
    for name in "abcd":
        spool.append(record(name))
    spool.replace([(0, record("a", title="乙")), (2, None)])
    assert [(each.patent.id, each.patent.title) for each in spool] == [
        ("a", "乙"),
        ("b", "甲"),
        ("d", "甲"),
    ]


def test_only_records_that_share_an_id_are_compared(spool: RecordSpool) -> None:
    for each in (record("a", "x", "a"), record("b"), record("x"), record("c", "y")):
        spool.append(each)
    assert spool.indices_of_shared_ids() == [0, 2]
    assert RecordSpool().indices_of_shared_ids() == []


def test_rows_are_read_as_often_as_needed() -> None:
    rows = [SheetRow(number, [f"甲{number}", ""]) for number in range(1, 500)]
    rows.append(SheetRow(500, fault="damaged"))
    spool = RowSpool()
    assert list(spool.keep(rows)) == rows
    assert [list(spool), list(spool)] == [
        [replace(row, cells=list(row.cells)) for row in rows] for _ in range(2)
    ]
