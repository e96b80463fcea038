"""Original files of export tools, not part of the project (MATCHER_DATA names their folder)."""

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.importing.read_file import ReadFile, read_file
from matcher.progress import silent
from matcher.store.database import Store
from matcher.types import ClaimsCoverage, LegalStatus, PatentType
from matcher.workflows.import_patents import save_files

DAY = date(2026, 11, 24)
TITLES_MAPPING = {"publication_number": "publication_numbers", "ipc_all": "ipc_subclasses"}


@pytest.fixture(scope="module")
def data() -> Path:
    folder = os.environ.get("MATCHER_DATA")
    if not folder:
        pytest.skip("MATCHER_DATA names no folder of real data")
    return Path(folder)


def read(path: Path, mapping: dict[str, str] | None = None) -> ReadFile:
    return read_file(path, mapping=mapping or {}, today=DAY)


def test_a_disc_of_the_patent_office(data: Path) -> None:
    file = read(data / "exports" / "cnipa_disc_199.xlsx")
    assert (file.format, file.rows, len(file.patents)) == ("cnipa-disc", 199, 199)
    assert file.problems == ()
    found = [record.patent for record in file.patents]
    assert {patent.patent_type for patent in found} == {PatentType.UTILITY_MODEL}
    assert {patent.legal_status for patent in found} == {LegalStatus.UNKNOWN}
    assert all(patent.id == patent.application_number for patent in found)
    assert all(patent.ipc and patent.owner for patent in found)
    # One of them says 不公告发明人, which is no name.
    assert sum(not patent.inventors for patent in found) == 1
    assert all(patent.filing_date and patent.grant_date for patent in found)
    assert sum(patent.region is not None for patent in found) > 190
    coverage = Counter(patent.claims_coverage for patent in found)
    assert coverage == {ClaimsCoverage.FIRST: 198, ClaimsCoverage.ALL: 1}


def test_claims_of_cnki(data: Path) -> None:
    file = read(data / "exports" / "cnki_claims_33.xlsx")
    assert (file.format, file.rows, len(file.patents)) == ("cnki", 33, 33)
    assert [problem.row for problem in file.problems] == [None]
    found = [record.patent for record in file.patents]
    assert all(patent.publication_number and patent.kind_code for patent in found)
    assert all(patent.claims and patent.filing_date for patent in found)
    assert all(patent.id.startswith("local:") for patent in found)


def test_legal_status_of_the_patent_office(data: Path) -> None:
    file = read(data / "exports" / "sipo_status_2.xls")
    assert (file.format, file.rows, len(file.patents)) == ("sipo-status", 744, 744)
    assert file.problems == ()
    found = [record.patent for record in file.patents]
    assert Counter(patent.legal_status for patent in found) == {
        LegalStatus.PENDING: 736,
        LegalStatus.IN_FORCE: 6,
        LegalStatus.LAPSED: 2,
    }
    assert all(patent.status_as_of and patent.filing_date for patent in found)
    assert all(patent.expiry_date and len(patent.inventors) >= 1 for patent in found)


def test_a_truncated_xls_gets_one_line(data: Path, tmp_path: Path) -> None:
    whole = (data / "exports" / "sipo_status_2.xls").read_bytes()
    for share in (0.1, 0.5, 0.9):
        path = tmp_path / "cut.xls"
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError, match="damaged or truncated"):
            read(path)


def test_many_patents_without_numbers_get_stable_ids(data: Path, tmp_path: Path) -> None:
    file = read(data / "patents" / "zh_patents.jsonl.gz")
    assert (file.rows, len(file.patents)) == (4527, 4527)
    assert not any(problem.refused for problem in file.problems)
    ids = [record.patent.id for record in file.patents]
    assert len(set(ids)) == len(ids)
    assert sum(identity.startswith("local:") for identity in ids) == 4328
    told = [problem.fix for problem in file.problems if problem.row is None]
    assert any(fix.startswith("4231 rows") for fix in told)
    again = read(data / "patents" / "zh_patents.jsonl.gz")
    assert [record.patent.id for record in again.patents] == ids
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as store:
        for expected in ((4527, 0, 0), (0, 0, 4527)):
            result = save_files(store, [file], contact_key=None, replace=False, report=silent)
            (saved,) = result.files
            assert (saved.new, saved.changed, saved.unchanged) == expected


def test_unknown_headings_are_mapped(data: Path) -> None:
    path = data / "patents" / "titles_ipc.csv.gz"
    (unread, *_) = read(path).problems
    assert unread.column == "ipc_subclasses" and '--map "ipc_all=ipc_subclasses"' in unread.fix
    file = read(path, TITLES_MAPPING)
    assert (file.format, file.rows, len(file.patents)) == ("custom", 9740, 9740)
    assert all(record.patent.ipc for record in file.patents)
