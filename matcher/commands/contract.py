"""`matcher contract`: a licence contract as a draft, and the template that it is made from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError

contract = typer.Typer(
    help="Draft licence contracts (许可合同草稿).",
    invoke_without_command=True,
    add_completion=False,
)
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE.docx", help="Where it goes.")]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")]


@contract.callback()
def everywhere(context: typer.Context) -> None:
    """Draft a licence contract for a patent whose terms are on record (许可合同草稿)."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@contract.command()
def draft(
    context: typer.Context,
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Application number in any spelling.")
    ],
    output: Output,
    enterprise: Annotated[str, typer.Option(metavar="NAME", help="Who is to have the licence.")],
    template: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.docx",
            help="The institution's own template, with fields such as {{ 许可费 }}.",
            show_default=False,
        ),
    ] = None,
    set_field: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="A field's value. Repeatable.", show_default=False
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Fill a template with the parties, the patent and its terms.

    The draft is marked as one that a lawyer has to check. What is not known is marked in it and
    listed, never made up."""
    own = _own_values(set_field or [])
    _check_output(output, force)
    settings = read_settings(context)

    from matcher.patents.licence_terms import doubts
    from matcher.reporting.contract.draft import DRAFT, write_draft
    from matcher.reporting.contract.fields import FIELDS, changed_terms, contract_values
    from matcher.store import patents
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        patent = patents.by_identifier(connection, number)
    values = contract_values(patent, enterprise, own, now().date())
    missing = write_draft(values, output, template, needed=own)
    unknown = [field for field in missing if field not in FIELDS]
    changed = changed_terms(patent, own)
    doubtful = [words for _, words in doubts(patent.licence)]
    if as_json:
        print_json(
            {
                "file": str(output),
                "missing": missing,
                "unknown": unknown,
                "changed": changed,
                "doubts": doubtful,
            }
        )
    for words in doubtful:
        tell(f"Check: {words}")
    for field, was in changed.items():
        tell(f"{field} was set beforehand to {was}; the draft says {own[field]}")
    if missing:
        tell(f"To fill in by hand: {'、'.join(missing)}")
    if unknown:
        tell(f"Fields of the template that matcher does not know: {'、'.join(unknown)}")
    tell(f"Wrote {output}. {DRAFT}.")


@contract.command()
def template(output: Output, force: Force = False, home: Home = None, debug: Debug = False) -> None:
    """Write our sample template, to make an institution's own from it."""
    _check_output(output, force)

    from matcher.reporting.contract.template import sample_template

    output.write_bytes(sample_template().getvalue())
    tell(f"Wrote {output}.")


def _check_output(output: Path, force: bool) -> None:
    if output.suffix.lower() != ".docx":
        raise InputError(f"{output}: a contract is a Word document: name it with .docx at the end")
    if output.exists() and not force:
        raise InputError(f"{output} is there already: choose another name, or add --force")


def _own_values(given: Sequence[str]) -> dict[str, str]:
    """What `--set` said, each field once. Raises InputError."""
    own: dict[str, str] = {}
    for one in given:
        field, is_set, value = (part.strip() for part in one.partition("="))
        if not is_set or not field:
            raise InputError(f"--set {one} names no field and value: write it as 许可费=5万元")
        if field in own:
            raise InputError(f"{field} is set twice: keep one")
        own[field] = value
    return own
