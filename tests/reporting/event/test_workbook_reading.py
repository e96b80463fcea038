"""Files that are no workbook are refused in one line."""

from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.reporting.event.workbook_reading import read_book


@pytest.mark.parametrize("name", ["event.xlsx", "event.docx", "event"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read as an \.xlsx workbook"):
        read_book(path)


@pytest.mark.parametrize("name", ["冬季对接会", "gone.xlsx", "."])
def test_a_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"there is no file .*name the workbook"):
        read_book(tmp_path / name)
