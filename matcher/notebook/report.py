"""Report on a batch of needs: a table of needs and a table of their matches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.errors import InputError
from matcher.notebook.engine import Engine, as_needs
from matcher.notebook.frames import MATCH_COLUMNS, NEED_COLUMNS, needs_frame
from matcher.notebook.reading import read
from matcher.reporting.tables import Table, write_tables
from matcher.types import Filters, Need

if TYPE_CHECKING:
    import pandas as pd

SUMMARY_COLUMNS = {
    "need": "number of the need in the batch, from 1; `matches` has the same",
    **NEED_COLUMNS,
    "results": "number of patents found",
    "best_fit": "fit of the first patent",
    "best": "title of the first patent",
    "notes": "notes of the answer",
}


@dataclass(frozen=True)
class Report:
    """Needs of a batch and their matches, as frames that share the column `need`."""

    needs: "pd.DataFrame"
    """A row per need; columns as in SUMMARY_COLUMNS."""
    matches: "pd.DataFrame"
    """A row per need and patent; `need`, then columns as in MATCH_COLUMNS."""

    def save(self, path: Path | str, *, exported_by: str, force: bool = False) -> None:
        """Write both tables to an .xlsx file that names its author and time."""
        file = Path(path)
        if file.suffix.lower() != ".xlsx":
            raise InputError(f"{file.name}: a report is an .xlsx file")
        if not file.absolute().parent.is_dir():
            raise InputError(f"the folder {file.absolute().parent} does not exist")
        if file.exists() and not force:
            raise InputError(f"{file} is there already: choose another name, or give force=True")
        if not (exported_by or "").strip():
            raise InputError("exported_by is empty: a report names who exported it")
        tables = [_table("需求", self.needs), _table("匹配结果", self.matches)]
        write_tables(
            file, tables, title="需求匹配", exported_by=exported_by, moment=datetime.now(UTC)
        )


def report(
    engine: Engine,
    needs: Path | str | Iterable[str | Need],
    filters: Filters = Filters(),
    k: int = 5,
) -> Report:
    """Match a batch of needs: a file of needs, or texts or needs in a list.

    An empty need is a row without matches. Raises InputError where there is no need.
    """
    import pandas as pd

    given = _needs(needs)
    answers = list(engine.match_many(given, filters, k))
    frames = [answer.to_frame().assign(need=n) for n, answer in enumerate(answers, 1)]
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    best = [answer[0] if answer else None for answer in answers]
    summary = needs_frame(given).assign(
        need=range(1, len(given) + 1),
        results=[len(answer) for answer in answers],
        best_fit=pd.Series([match.fit if match else None for match in best], dtype="str"),
        best=pd.Series([match.patent.title if match else None for match in best], dtype="str"),
        notes=["; ".join(answer.answer.notes) for answer in answers],
    )
    matches = pd.concat(filled, ignore_index=True)
    return Report(summary[list(SUMMARY_COLUMNS)], matches[["need", *MATCH_COLUMNS]])


def _needs(needs: Path | str | Iterable[str | Need]) -> list[Need]:
    if isinstance(needs, str | Path):
        if not Path(needs).exists():
            raise InputError(f"there is no file {str(needs)[:60]!r}; texts of needs go in a list")
        contents = read(needs)
        if contents.kind != "needs":
            raise InputError(f"{contents.file} holds {contents.kind}, not needs")
        needs = contents.need_records
    given = as_needs(needs)
    if not given:
        raise InputError("there is no need to match: give at least one")
    return given


def _table(title: str, frame: "pd.DataFrame") -> Table:
    cells = frame.astype(object).where(frame.notna(), None)
    rows = [
        [cell.date() if isinstance(cell, datetime) else cell for cell in row]
        for row in cells.itertuples(index=False)
    ]
    return Table(title, [str(name) for name in frame.columns], rows)
