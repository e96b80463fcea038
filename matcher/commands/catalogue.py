"""`matcher catalogue`: the catalogue, or a part of it, as a file for people."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import exporter
from matcher.commands.options import (
    Debug,
    Force,
    Home,
    check_not_there,
    expand_options,
    print_note,
    read_settings,
)
from matcher.disk.output import write_whole
from matcher.errors import InputError
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from matcher.search.catalogue import Catalogue
    from matcher.search.catalogue_query import CatalogueQuery


class By(StrEnum):
    """Chapters of a printed catalogue."""

    INDUSTRY = "industry"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Choice:
    """Words and filters of the patents, as the user gave them."""

    words: Annotated[
        str | None,
        typer.Option("--words", help="Only patents that have all of these words."),
    ] = None
    industry: Annotated[
        list[str] | None,
        typer.Option(
            "--industry",
            help="NGIT new information technology, NM new materials, HEM high-end equipment, "
            "BIO biomedicine; repeatable.",
        ),
    ] = None
    institution: Annotated[
        list[str] | None,
        typer.Option("--institution", help="Part of the institution's name; repeatable."),
    ] = None
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            help="in_force, pending, lapsed, unknown, or all; repeatable. "
            "Without it only the lapsed are left out.",
        ),
    ] = None
    open_licence: Annotated[
        bool | None,
        typer.Option("--open-licence/--no-open-licence", help="With or without an open licence."),
    ] = None
    sleeping: Annotated[
        bool | None,
        typer.Option("--sleeping/--no-sleeping", help="Sleeping patents only, or none of them."),
    ] = None

    def query(self) -> "CatalogueQuery":
        """Return the search. Raises InputError."""
        from matcher.patents.filter_parsing import FilterTexts, read_filters
        from matcher.search.catalogue_query import CatalogueQuery

        filters = read_filters(
            FilterTexts(
                statuses=self.status or (),
                industries=self.industry or (),
                institutions=self.institution or (),
                open_licence=self.open_licence,
                sleeping=self.sleeping,
            )
        )
        return CatalogueQuery(self.words or "", filters)


@expand_options
def catalogue(
    context: typer.Context,
    choice: Choice,
    *,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE.pdf|.html|.xlsx|.csv", help="The file."),
    ],
    by: Annotated[
        By, typer.Option(help="Chapters of a printed catalogue.", show_default=False)
    ] = By.INDUSTRY,
    title: Annotated[
        str | None, typer.Option(help="Title on the cover, by default Patent catalogue.")
    ] = None,
    force: Force = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write the catalogue to a file.

    Printed by industry or institution (.pdf, .html), or as a table (.xlsx, .csv).
    """
    from matcher.wiring.open import open_catalogue

    settings = read_settings(context)
    if output.suffix.lower() not in {".pdf", ".html", ".xlsx", ".csv"}:
        raise InputError(
            _(
                "{output}: the name of the file must end in .pdf, .html, .xlsx or .csv",
                output=output,
            )
        )
    check_not_there(output, force)
    query = choice.query()
    with open_catalogue(settings) as opened:
        if output.suffix.lower() in {".xlsx", ".csv"}:
            left_out = _write_table(opened, query, output)
        else:
            left_out = _print(opened, query, by, title, output)
    print_note(_("Wrote {file}.", file=output))
    if left_out:
        print_note(
            ngettext(
                "{n} more patent is not in it: narrow the choice.",
                "{n} more patents are not in it: narrow the choice.",
                left_out,
            )
        )


def _print(
    opened: "Catalogue", query: "CatalogueQuery", by: By, title: str | None, output: Path
) -> int:
    """Write the printed catalogue; return the number of patents left out."""
    from matcher.reporting.catalogue.printing import print_catalogue
    from matcher.reporting.pdf import check_pdf, pdf_of
    from matcher.store.schema.times import now

    is_pdf = output.suffix.lower() == ".pdf"
    if is_pdf:
        check_pdf()
    printed = print_catalogue(opened, query, by.value, now(), title=title)
    content = pdf_of(printed.html) if is_pdf else printed.html.encode()
    write_whole(output, content)
    return printed.left_out


def _write_table(opened: "Catalogue", query: "CatalogueQuery", output: Path) -> int:
    from matcher.reporting.catalogue.table import write_catalogue
    from matcher.store.schema.times import now

    return write_catalogue(
        output,
        opened,
        query,
        exported_by=exporter(),
        moment=now(),
        format="xlsx" if output.suffix.lower() == ".xlsx" else "csv",
    )
