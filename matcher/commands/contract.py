"""`matcher contract`: draft of a licence contract, and the template that it is made from."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.options import (
    AsJson,
    Debug,
    Force,
    Home,
    check_not_there,
    command_group,
    expand_options,
    print_json,
    print_note,
    read_settings,
)
from matcher.disk.output import write_whole
from matcher.errors import InputError
from matcher.labels import listed
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.types import Patent

contract = command_group("Draft licence contracts.")
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE.docx", help="Where it goes.")]


@dataclass(frozen=True, slots=True)
class ContractOptions:
    """Contents of a draft beside the patent: licensee, template, and fields set by hand."""

    enterprise: Annotated[str, typer.Option(metavar="NAME", help="Who is to have the licence.")]
    template: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.docx",
            help="The institution's own template, with fields such as {{ 许可费 }}.",
            show_default=False,
        ),
    ] = None
    set_field: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="A field's value. Repeatable.", show_default=False
        ),
    ] = None

    def set_values(self) -> dict[str, str]:
        """Return the values of --set by field. Raises InputError for a field that is set twice."""
        values: dict[str, str] = {}
        for assignment in self.set_field or ():
            field, is_set, value = (part.strip() for part in assignment.partition("="))
            if not is_set or not field:
                raise InputError(
                    _(
                        "--set {assignment} names no field and value: write it as 许可费=5万元",
                        assignment=assignment,
                    )
                )
            if field in values:
                raise InputError(_("{field} is set twice: keep one", field=field))
            values[field] = value
        return values


@contract.command()
@expand_options
def draft(
    context: typer.Context,
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Application number in any spelling.")
    ],
    output: Output,
    contents: ContractOptions,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Fill a template with the parties, the patent and its terms.

    The draft is marked as one that a lawyer has to check. What is not known is marked in it and
    listed, never made up."""
    values = contents.set_values()
    _check_output(output, force)
    settings = read_settings(context)

    from matcher.reporting.contract.draft import DRAFT, write_draft
    from matcher.reporting.contract.fields import contract_values
    from matcher.store import patents
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        patent = patents.by_identifier(connection, number)
    fields = contract_values(patent, contents.enterprise, values, now().date())
    missing = write_draft(fields, output, contents.template, needed=values)
    report = _report(patent, output, missing, values)
    if as_json:
        print_json(report)
    _print_report(report, values)
    print_note(_("Wrote {file}.", file=output) + f" {DRAFT}")


@contract.command()
def template(output: Output, force: Force = False, home: Home = None, debug: Debug = False) -> None:
    """Write our sample template, to make an institution's own from it."""
    _check_output(output, force)

    from matcher.reporting.contract.template import sample_template

    write_whole(output, sample_template().getvalue())
    print_note(_("Wrote {file}.", file=output))


def _check_output(output: Path, force: bool) -> None:
    if output.suffix.lower() != ".docx":
        raise InputError(
            _(
                "{output}: a contract is a Word document: name it with .docx at the end",
                output=output,
            )
        )
    check_not_there(output, force)


def _report(
    patent: "Patent", output: Path, missing: list[str], values: dict[str, str]
) -> dict[str, Any]:
    """Return what a lawyer has to check in the draft, JSON-ready."""
    from matcher.patents.licence_terms import doubts
    from matcher.reporting.contract.fields import FIELDS, changed_terms

    return {
        "file": str(output),
        "missing": missing,
        "unknown": [field for field in missing if field not in FIELDS],
        "changed": changed_terms(patent, values),
        "doubts": [doubt for _, doubt in doubts(patent.licence)],
    }


def _print_report(report: dict[str, Any], values: dict[str, str]) -> None:
    for doubt in report["doubts"]:
        print_note(_("Check: {doubt}", doubt=doubt))
    for field, before in report["changed"].items():
        print_note(
            _(
                "{field} was set beforehand to {before}; the draft says {values}",
                field=field,
                before=before,
                values=values[field],
            )
        )
    if report["missing"]:
        print_note(_("To fill in by hand: {missing}", missing=listed(report["missing"])))
    if report["unknown"]:
        unknown = listed(report["unknown"])
        print_note(
            _("Fields of the template that matcher does not know: {unknown}", unknown=unknown)
        )
