"""Malicious files are refused in one line and within a memory limit."""

import gzip
import io
import json
import resource
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.importing.files import html_tables, unpack_limits
from matcher.importing.read_file import read_file
from matcher.importing.read_need_document import read_need_document
from tests.support.import_files import BOTH, HEADINGS, write_xlsx
from tests.support.samples import TODAY

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
FILE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    """Hold each test, whose files are small, to a limit of memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000  # KiB


def changed(book: Path, parts: Mapping[str, bytes]) -> Path:
    """Replace parts of the archive, packed at the highest level."""
    with zipfile.ZipFile(book) as old:
        unchanged = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, content in {**unchanged, **parts}.items():
            new.writestr(name, content)
    return book


def workbook(tmp_path: Path, parts: Mapping[str, bytes]) -> Path:
    return changed(write_xlsx(tmp_path / "a.xlsx", {"Sheet": BOTH}), parts)


def sheet(rows: str) -> dict[str, bytes]:
    rows = f'<row r="1">{HEADING_ROW}</row>{rows}'
    data = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    return {SHEET: f'<?xml version="1.0"?>{data}'.encode()}


HEADING_ROW = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADINGS)
"""Heading row, without which no later row is read."""


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path, mapping={}, today=TODAY)
    assert "\n" not in str(caught.value) and path.name in str(caught.value)
    return str(caught.value)


def test_an_honest_workbook_is_read(tmp_path: Path) -> None:
    assert len(read_file(workbook(tmp_path, {}), mapping={}, today=TODAY).patents) == 2


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/a.xml"]
)
def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, part: str) -> None:
    bomb = workbook(tmp_path, {part: b"<a>" + b" " * 60_000_000})
    assert bomb.stat().st_size < 200_000
    assert "would unpack to" in refused(bomb)


def test_a_part_is_not_read_beyond_its_stated_size(tmp_path: Path) -> None:
    """The sum of the stated sizes is a limit only because the library holds parts to them."""
    name = "xl/sharedStrings.xml"
    book = workbook(tmp_path, {name: b"<a>" + b" " * 1_000_000})
    raw = bytearray(book.read_bytes())
    entry = raw.rfind(b"PK\x01\x02", 0, raw.rfind(name.encode()))
    assert raw[entry + 46 : entry + 46 + len(name)] == name.encode()
    raw[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(name) as part:
        read = 0
        with suppress(zipfile.BadZipFile):
            while chunk := part.read(50):
                read += len(chunk)
    assert read <= 100


def test_a_file_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    parts = {f"xl/media/{number}": b"" for number in range(unpack_limits.MAX_PARTS + 1)}
    assert "would unpack to" in refused(workbook(tmp_path, parts))


@pytest.mark.parametrize("declared", [LAUGHS, FILE])
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_document_type_is_refused_in_any_part(tmp_path: Path, part: str, declared: str) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", {"Sheet": BOTH})
    with zipfile.ZipFile(book) as archive:
        xml = archive.read(part).decode() if part in archive.namelist() else "<sst>&a9;</sst>"
    head, mark, body = xml.rpartition("?>")
    padding = f"<!--{' ' * 100_000}-->"
    refusal = refused(changed(book, {part: f"{head}{mark}{padding}{declared}{body}".encode()}))
    assert "document type" in refusal


def test_a_document_type_in_another_encoding_is_found(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<worksheet/>'
    assert "document type" in refused(workbook(tmp_path, {SHEET: text.encode("utf-16")}))


@pytest.mark.parametrize("row", ["99999999999", "1048577"])
def test_a_far_row_number_is_refused(tmp_path: Path, row: str) -> None:
    far = f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>x</t></is></c></row>'
    assert "more cells than any table" in refused(workbook(tmp_path, sheet(far)))


def test_cells_in_far_columns_are_refused(tmp_path: Path) -> None:
    far = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 100))
    assert "more cells than any table" in refused(workbook(tmp_path, sheet(far)))


def test_one_stray_cell_in_the_last_column_is_accepted(tmp_path: Path) -> None:
    stray = '<row r="2"><c r="XFD2" t="inlineStr"><is><t> </t></is></c></row>'
    read = read_file(workbook(tmp_path, sheet(stray)), mapping={}, today=TODAY)
    assert not read.patents


def test_a_stated_size_of_a_sheet_is_ignored(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", {"Sheet": BOTH})
    with zipfile.ZipFile(book) as archive:
        xml = archive.read(SHEET).decode()
    start, end = xml.index('<dimension ref="'), xml.index("/>", xml.index("<dimension"))
    huge = xml[:start] + '<dimension ref="A1:XFD1048576"' + xml[end:]
    read = read_file(changed(book, {SHEET: huge.encode()}), mapping={}, today=TODAY)
    assert len(read.patents) == 2


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack_limits, "MAX_UNPACKED_BYTES", 5_000_000)
    for name, content in {
        "a.csv.gz": b"a,b\n" * 5_000_000,
        "a.jsonl.gz": b'{"a": 1}\n' * 2_000_000,
        "a.xlsx.gz": b"PK\x03\x04" + b"\0" * 20_000_000,
    }.items():
        path = tmp_path / name
        path.write_bytes(gzip.compress(content))
        assert "once unpacked" in refused(path)
    text = tmp_path / "need.txt"
    text.write_bytes(gzip.compress("需".encode() * 5_000_000))
    with pytest.raises(InputError):
        read_need_document(text, TODAY)


def test_a_page_with_too_many_spanned_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_tables, "MAX_CELLS", 1_000_000)
    page = tmp_path / "a.xls"
    page.write_text("<table><tr>" + "<td colspan=1000>" * 2_000, encoding="utf-8")
    with pytest.raises(InputError, match="more cells than any table"):
        read_file(page, mapping={}, today=TODAY)


def test_objects_with_too_many_field_names_are_refused(tmp_path: Path) -> None:
    lines = [json.dumps({f"f{number}": 1}) for number in range(20_000)]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "field names" in refused(path)


def test_deeply_nested_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("[" * 1_000_000 + "\n", encoding="utf-8")
    assert "cannot be read" in refused(path)


def document(tmp_path: Path, parts: Mapping[str, bytes]) -> Path:
    import docx

    buffer = io.BytesIO()
    form = docx.Document()
    form.add_paragraph("电池隔膜在高温下收缩，需要耐热的涂层。")
    form.save(buffer)
    path = tmp_path / "need.docx"
    path.write_bytes(buffer.getvalue())
    return changed(path, parts)


def test_word_documents_have_the_same_limits(tmp_path: Path) -> None:
    assert "隔膜" in read_need_document(document(tmp_path, {}), TODAY)[0][0].full_text
    bomb = {"word/document.xml": b"<a>" + b" " * 60_000_000}
    with pytest.raises(InputError, match="would unpack to"):
        read_need_document(document(tmp_path, bomb), TODAY)
    for declared in (LAUGHS, FILE):
        parts = {"word/document.xml": f"{declared}<document>&e;</document>".encode()}
        with pytest.raises(InputError, match="document type"):
            read_need_document(document(tmp_path, parts), TODAY)


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd.csv", "=cmd|'A'!A1.csv", "a\nb.csv"])
def test_a_file_name_is_not_interpreted(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(InputError):
        read_file(path, mapping={}, today=TODAY)
    assert [file.name for file in tmp_path.iterdir()] == [name]
