"""The comparison of imports, with this build on both sides."""

from pathlib import Path

import pytest

from matcher.store import patents
from matcher.store.database import Store
from scripts.bench.builds import Spent, this_build
from scripts.bench.export_files import write_export
from scripts.bench.imports import comparison, measure


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_row_of_an_export_is_a_patent_with_its_own_text(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"export{suffix}"
    write_export(file, 30, claims=True)
    this_build({}).run(tmp_path / "home", "import", file)
    with Store(f"sqlite:///{tmp_path}/home/matcher.sqlite") as store, store.reading() as connection:
        records = [patent for _, patent in patents.each(connection)]
    assert len({record.abstract for record in records}) == 30
    assert all(len(record.claims) == 8 and record.ipc and record.inventors for record in records)


def test_both_builds_import_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    write_export(file, 30, claims=False)
    build = this_build({})
    older, now = measure((build, build), file, 1)
    assert len(older) == len(now) == 1
    assert min(older[0].processor, older[0].memory, now[0].wall) > 0


def test_a_line_of_the_table_has_the_medians_and_their_ratio() -> None:
    older = [Spent(2.0, 1.0, 50.0), Spent(4.0, 3.0, 70.0), Spent(9.0, 2.0, 60.0)]
    now = [Spent(1.0, 1.0, 30.0)]
    assert comparison(".csv", older, now) == [
        "| .csv: wall, s | 4.0 | 1.0 | 0.25 |",
        "| .csv: processor, s | 2.0 | 1.0 | 0.50 |",
        "| .csv: peak memory, MB | 60.0 | 30.0 | 0.50 |",
    ]
