"""Tables of a landscape: each frame as rows for people, as .csv or in one workbook."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from matcher.labels import label
from matcher.landscape.landscape import Landscape
from matcher.landscape.scope import describe
from matcher.language.choice import current_language
from matcher.reporting.landscape.words import HEADING, TITLE, shown_value
from matcher.reporting.tables import Format, Table, write_table, write_tables

if TYPE_CHECKING:
    import pandas as pd

_OTHER_LANGUAGE = {"zh": ("title_en", "field_en"), "en": ("title_zh", "field_zh")}


def table_of(landscape: Landscape, name: str, *, is_bilingual: bool = True) -> Table:
    """Return a frame as a table; one for a page has the names in the reader's language only.

    Raises KeyError for a frame that the landscape lacks.
    """
    frame = landscape.frames[name]
    columns = [str(column) for column in frame.columns]
    if not is_bilingual:
        left_out = (*_OTHER_LANGUAGE[current_language()], "field")
        columns = [column for column in columns if column not in left_out]
    return Table(
        label(TITLE[name]), [label(HEADING[column]) for column in columns], _rows(frame[columns])
    )


def write_frame(
    landscape: Landscape, name: str, *, exported_by: str, moment: datetime, format: Format
) -> bytes:
    """Return one frame as a file. Raises KeyError for a frame that the landscape lacks."""
    table, content = table_of(landscape, name), io.BytesIO()
    write_table(
        content,
        table.columns,
        table.rows,
        title=f"{table.title} · {describe(landscape.scope)}",
        exported_by=exported_by,
        moment=moment,
        format=format,
        data_as_of=landscape.today,
    )
    return content.getvalue()


def write_workbook(landscape: Landscape, *, exported_by: str, moment: datetime) -> bytes:
    """Return all frames as one .xlsx file, a sheet each."""
    content = io.BytesIO()
    write_tables(
        content,
        [table_of(landscape, name) for name in landscape],
        title=describe(landscape.scope),
        exported_by=exported_by,
        moment=moment,
    )
    return content.getvalue()


def _rows(frame: "pd.DataFrame") -> list[list[object]]:
    cells = frame.astype(object).where(frame.notna(), None)
    columns = [str(column) for column in cells.columns]
    return [
        [shown_value(column, cell) for column, cell in zip(columns, row, strict=True)]
        for row in cells.itertuples(index=False)
    ]
