"""Import every real export and compare what the store holds with the raw cells of the file.

    python -m scripts.quality.real_exports --data FOLDER [--differences]

Each file of FOLDER/exports and below (by default of MATCHER_DATA) goes into an empty temporary
home. Prints a Markdown table; with --differences also the cells that differ.
"""

import argparse
import html
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from matcher.errors import MatcherError
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Patent
from matcher.wiring import open as wiring
from scripts.quality.options import add_data_option
from scripts.quality.raw_tables import RawTable, read_raw

_DATE_FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%Y%m%d", "%d %b %Y")
_DATE = re.compile(
    r"\d{4}[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2} \w{3} \d{4}"
    r"|(?<![A-Z\d])\d{8}(?!\d)"
)
_HEADINGS = ("file", "format", "rows in the file", "rows in", "refused", "problems",
             "fields compared", "differences")  # fmt: skip


@dataclass
class Comparison:
    """Fields of the rows of a file that agree with the store, and those that do not."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, name: str, raw: str, stored: str, agrees: bool) -> None:
        """Count a field."""
        self.compared += 1
        if not agrees:
            self.differences.append(f"{name}: {raw[:70]!r} is stored as {stored[:70]!r}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add_data_option(parser, "exports")
    parser.add_argument("--differences", action="store_true")
    options = parser.parse_args()
    if options.data is None:
        sys.exit("name the folder of real data with --data or MATCHER_DATA")
    files = sorted(path for path in (options.data / "exports").rglob("*") if path.is_file())
    print("| " + " | ".join(_HEADINGS) + " |\n|" + "---|" * len(_HEADINGS))
    for path in files:
        cells, differences = _import(path)
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        if options.differences:
            print("".join(f"  - {text}\n" for text in differences), end="")


def _import(path: Path) -> tuple[list[object], list[str]]:
    """Return the cells of a file's line, and its differences."""
    raw = read_raw(path)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), language="en")
        try:
            (result,) = wiring.import_files(settings, [path], today=date.today()).files
        except MatcherError as refusal:
            return [path.name, "-", len(raw.rows), 0, "file", 1, 0, 0], [str(refusal)]
        with wiring.open_store(settings) as store, store.reading() as connection:
            stored = [patent for _, patent in patents.each(connection)]
    comparison = compare(raw, stored)
    rows_in = result.rows - result.refused
    return [
        *(path.name, result.format, len(raw.rows), rows_in, result.refused),
        *(len(result.problems), comparison.compared, len(comparison.differences)),
    ], comparison.differences


def compare(raw: RawTable, stored: Sequence[Patent]) -> Comparison:
    """Compare title, number, first applicant and filing date of each row with its patent.

    A row whose publication was merged into a newer one of its case counts with its number only.
    """
    comparison = Comparison()
    by_number = {
        **{_unpadded(key): patent for patent in stored for key in _keys_of(patent)},
        **{_stem(key): patent for patent in stored for key in _keys_of(patent)},
        **{key: patent for patent in stored for key in _keys_of(patent)},
    }
    by_title = {_letters(patent.title): patent for patent in stored}
    for row in raw.rows:
        forms = list(_keys(row))
        wanted = (*forms, *map(_stem, forms), *map(_unpadded, forms))
        keys = [key for key in wanted if key in by_number]
        patent = by_number[keys[0]] if keys else by_title.get(_title(row))
        if patent is None:
            comparison.add("row", str(row), "", False)
            continue
        if row["publication"] or row["application"]:
            number = row["publication"] or row["application"]
            comparison.add("number", number, str(patent.publication_number), bool(keys))
        published = _number(patent.publication_number or "")
        if row["publication"] and published and _unpadded(published) not in map(_unpadded, forms):
            continue
        comparison.add("title", row["title"], patent.title, _title(row) == _letters(patent.title))
        if row["applicant"]:
            first = patent.applicants[0] if patent.applicants else ""
            comparison.add("applicant", row["applicant"], first, _begins(row["applicant"], first))
        if day := _day(row["filed"]):
            comparison.add(
                "filed", row["filed"], str(patent.filing_date), day == patent.filing_date
            )
    return comparison


def _keys_of(patent: Patent) -> Iterator[str]:
    for number in (patent.publication_number, patent.application_number):
        if number:
            yield _number(number)


def _keys(row: dict[str, str]) -> Iterator[str]:
    """Yield the forms of a row's numbers: as they stand, with their country, with their kind."""
    for role in ("publication", "application"):
        for written in re.split(r"[\n;]", row[role])[:40]:
            if "://" in written:
                written = (re.findall(r"CN\d+[A-Z]", written) or [""])[0]
            number = _number(written)
            if not number:
                continue
            yield number
            yield _number(row["country"] + written)
            yield number + row["kind"].split("\n")[0]
            yield "CN" + number
            yield "KR" + number
            if len(number) == 13:
                yield from (f"KR{number[:9]}{kind}" for kind in ("B1", "Y1", "A", ""))


def _number(written: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", written.upper())


def _unpadded(number: str) -> str:
    """Return a number without zeros, which some tools fill it with and others leave out."""
    return number.replace("0", "") + "?"


def _stem(number: str) -> str:
    """Return a number without its kind code, under which the publications of a case are one."""
    return re.sub(r"[A-Z]\d?$", "", number) + "-"


def _letters(text: str) -> str:
    plain = html.unescape(re.sub(r"<[^>]+>", "", unicodedata.normalize("NFKC", text)))
    return "".join(filter(str.isalnum, plain)).lower()


def _title(row: dict[str, str]) -> str:
    return _letters(re.sub(r"^\[[A-Z]{2}\]", "", row["title"]))


def _begins(cell: str, name: str) -> bool:
    """True if a cell of names begins with the name, and the name ends at a border."""
    plain_cell, plain = " ".join(cell.split()), " ".join(name.split())
    rest = plain_cell[len(plain) :].strip()
    return bool(plain) and plain_cell.startswith(plain) and (not rest or rest[0] in ",;|[(（、；")


def _day(cell: str) -> date | None:
    match = _DATE.search(cell)
    for form in _DATE_FORMATS if match else ():
        try:
            return datetime.strptime(match[0] if match else "", form).date()
        except ValueError:
            continue
    return None


if __name__ == "__main__":
    main()
