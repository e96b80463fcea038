"""Cases of catalogues that earlier versions imported, and of files with other ids (样例)."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from matcher.patents.ids import id_of_publication, is_local
from matcher.progress import silent
from matcher.store import patents
from matcher.store.database import Store
from matcher.types import Patent, PatentId
from matcher.workflows.import_patents import save_files
from tests.support.import_files import Table, read, write_csv

Counts = tuple[int, int, int]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}")


def hold(store: Store, *records: Patent) -> None:
    """Put records into the catalogue as an earlier version did."""
    with store.writing() as connection:
        patents.save(connection, records)


def bring_in(store: Store, path: Path, rows: Table) -> Counts:
    """Import rows; return the numbers of new, changed and unchanged ones."""
    files = [read(write_csv(path / "list.csv", rows))]
    (file,) = save_files(store, files, contact_key=None, replace=False, report=silent).files
    assert file.refused == 0
    return file.new, file.changed, file.unchanged


def held(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [(patent.id, patent.title) for _, patent in patents.each(connection)]


@pytest.mark.parametrize(
    ("known_as", "written"),
    [
        ("PCT/CN02/09123", "PCT/CN2002/009123"),
        ("WO2019CN99543", "PCT/CN2019/099543"),
        ("IB2016999015W", "IB 2016999015 W"),
        ("KR1020219901234A", "10-2021-9901234"),
    ],
)
def test_a_case_known_under_another_spelling_keeps_its_id(
    store: Store, tmp_path: Path, known_as: str, written: str
) -> None:
    identity = PatentId(known_as)
    hold(store, Patent(id=identity, title="甲", abstract="一种甲", application_number=known_as))
    rows = (("申请号", "发明名称", "摘要"), (written, "甲，改", "一种甲"))
    assert bring_in(store, tmp_path, rows) == (0, 1, 0)
    assert held(store) == [(known_as, "甲，改")]
    assert bring_in(store, tmp_path, rows) == (0, 0, 1)
    with store.reading() as connection:
        assert patents.by_identifier(connection, written).title == "甲，改"


@pytest.mark.parametrize(
    ("stem", "kind", "written"),
    [
        ("WO9898995", "A1", "WO 1998/098995 A1"),
        ("US2019998156", "A1", "US 2019/0998156 A1"),
        ("KR20219954949", "A", "KR10-2021-9954949A"),
        ("CN119900001", "A", "CN119900001B"),
    ],
)
def test_a_publication_in_another_spelling_is_the_known_case(
    store: Store, tmp_path: Path, stem: str, kind: str, written: str
) -> None:
    identity = id_of_publication(stem)
    known = Patent(id=identity, title="甲", publication_number=stem + kind, kind_code=kind)
    hold(store, known)
    rows = (("公开号", "发明名称", "摘要"), (written, "甲", "一种甲"))
    assert bring_in(store, tmp_path, rows) == (0, 1, 0)
    assert held(store) == [(identity, "甲")]
    assert bring_in(store, tmp_path, rows) == (0, 0, 1)
    numbered = (("申请号", "公开号", "发明名称"), ("US99123456", written, "甲"))
    assert bring_in(store, tmp_path, numbered) == (0, 1, 0)
    assert held(store) == [("US99123456", "甲")]


def test_an_application_number_once_taken_for_a_publication_becomes_the_number(
    store: Store, tmp_path: Path
) -> None:
    identity = id_of_publication("CN99225299")
    hold(store, Patent(id=identity, title="甲", publication_number="CN99225299U", kind_code="U"))
    rows = (("申请号", "公开号", "发明名称"), ("CN 99225299 U", "CN 2999294 U", "甲"))
    assert bring_in(store, tmp_path, rows) == (0, 1, 0)
    assert held(store) == [("CN99225299.7", "甲")]
    with store.reading() as connection:
        (patent,) = (patent for _, patent in patents.each(connection))
    assert patent.publication_number == "CN2999294U"


def test_a_publication_once_taken_for_an_application_number_keeps_its_id(
    store: Store, tmp_path: Path
) -> None:
    identity = PatentId("US9901762B2")
    hold(store, Patent(id=identity, title="甲", application_number=identity))
    rows = (("申请号", "发明名称"), ("US 9,901,762 B2", "甲"))
    bring_in(store, tmp_path, rows)
    assert held(store) == [(identity, "甲")]


def test_a_case_known_by_the_id_of_its_source_takes_its_number(
    store: Store, tmp_path: Path
) -> None:
    headings = ("Lens ID", "Application Number", "Title", "Abstract")
    row = ("Sample pump", "A pump.")
    assert bring_in(store, tmp_path, (headings, ("000-1", "", *row))) == (1, 0, 0)
    assert bring_in(store, tmp_path, (headings, ("000-1", "", *row))) == (0, 0, 1)
    ((identity, _),) = held(store)
    assert is_local(PatentId(identity))
    numbered: Sequence[str] = ("000-1", "US99123456", *row)
    assert bring_in(store, tmp_path, (headings, numbered)) == (0, 1, 0)
    assert held(store) == [("US99123456", "Sample pump")]


def test_a_number_that_is_both_kinds_is_one_case(store: Store, tmp_path: Path) -> None:
    rows = (("申请号", "公开号", "发明名称"), ("LT IP134 A", "LT IP134 A", "甲"))
    assert bring_in(store, tmp_path, rows) == (1, 0, 0)
    assert bring_in(store, tmp_path, rows) == (0, 0, 1)
    assert held(store) == [("LTIP134A", "甲")]


def test_patents_with_the_same_texts_stay_two_and_the_file_again_changes_nothing(
    store: Store, tmp_path: Path
) -> None:
    rows = (
        ("发明名称", "摘要", "申请人", "申请日"),
        ("甲", "一种甲", "样例大学", "2019-03-01"),
        ("甲", "一种甲", "样例大学", "2020-03-01"),
        ("甲", "一种甲", "样例大学", "2020-03-01"),
    )
    assert bring_in(store, tmp_path, rows) == (3, 0, 0)
    assert bring_in(store, tmp_path, rows) == (0, 0, 3)
    assert bring_in(store, tmp_path, (rows[0], *reversed(rows[1:]))) == (0, 0, 3)
    assert len(held(store)) == 3


def test_publications_merge_with_the_known_record_whatever_comes_first(tmp_path: Path) -> None:
    headings = ("申请号", "公开(公告)号", "公开(公告)日", "发明名称", "摘要", "申请人", "发明人",
                "IPC分类号", "首项权利要求")  # fmt: skip
    number = "CN201919900001.1"
    applied = (number, "CN119900001A", "2019-09-01", "膜", "公开摘要", "样例大学", "样例甲;样例乙",
               "H01M10/0525", "1.一种膜，其特征在于，有层。")  # fmt: skip
    granted = (number, "CN119900001B", "2021-03-01", "隔膜", "", "样例公司", "样例甲",
               "H01M50/449", "1.一种隔膜，其特征在于，有陶瓷层。")  # fmt: skip
    corrected = (number, "CN119900001B8", "2021-09-01", "隔膜", "", "", "样例甲;样例丙", "", "")
    records = []
    for order in ((applied, granted, corrected), (corrected, applied, granted),
                  (granted, corrected, applied), (corrected, granted, applied)):  # fmt: skip
        for split in (False, True):
            store = Store("sqlite://")
            for rows in ((row,) for row in order) if split else (order,):
                bring_in(store, tmp_path, (headings, *rows))
            bring_in(store, tmp_path, (headings, *order))
            with store.reading() as connection:
                (patent,) = (patent for _, patent in patents.each(connection))
            records.append(patent)
    assert all(record == records[0] for record in records)
    assert records[0].publication_number == "CN119900001B8"
    assert records[0].applicants == ("样例公司",) and records[0].inventors == ("样例甲", "样例丙")
    assert records[0].abstract == "公开摘要" and "陶瓷层" in records[0].claims[0].text


def test_cases_are_renamed_in_every_batch_of_one_import(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patents, "CHUNK", 1)
    headings = ("申请号", "公开(公告)号", "发明名称")
    published = (("", "CN109930501A", "甲"), ("", "CN109930502A", "乙"))
    assert bring_in(store, tmp_path, (headings, *published)) == (2, 0, 0)
    before = store.catalogue_state()
    rows = (
        ("CN201919930501.0", "CN109930501B", "甲"),
        ("CN201919930503.3", "", "丙"),
        ("CN201919930502.2", "CN109930502B", "乙"),
    )
    _, changed, _ = bring_in(store, tmp_path, (headings, *rows))
    assert changed == 2
    assert [identity for identity, _ in held(store)] == [
        "CN201919930501.0",
        "CN201919930502.2",
        "CN201919930503.3",
    ]
    assert store.catalogue_state().number > before.number


def test_two_known_cases_become_one_between_the_batches_of_an_import(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patents, "CHUNK", 1)
    headings = ("申请号", "公开(公告)号", "发明名称")
    number, publication = "CN201919930501.0", "CN109930501A"
    known = ((number, "", "甲"), ("", publication, "甲"))
    bring_in(store, tmp_path, (headings, known[0]))
    bring_in(store, tmp_path, (headings, known[1]))
    assert len(held(store)) == 2
    rows = (
        ("CN201919930503.3", "", "丙"),
        (number, publication, "甲"),
        ("CN201919930504.4", "", "丁"),
    )
    bring_in(store, tmp_path, (headings, *rows))
    assert sorted(title for _, title in held(store)) == ["丁", "丙", "甲"]
    with store.reading() as connection:
        states = [
            connection.exec_driver_sql("SELECT max(searchable_state) FROM patents").scalar_one(),
            store.catalogue_state().number,
        ]
    assert states[0] <= states[1]
