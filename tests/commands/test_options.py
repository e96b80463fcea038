"""Options that several commands share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from matcher.commands.options import check_not_there, command_group, expand_options
from matcher.errors import InputError


@dataclass(frozen=True)
class Size:
    """Options of a test."""

    width: Annotated[int, typer.Option(help="Cells.")]
    name: Annotated[str | None, typer.Option("--label", help="A label.")] = None


def run(*arguments: str) -> tuple[str, list[Any]]:
    """Run a command with expanded options; return its output and the values that it got."""
    app = typer.Typer(rich_markup_mode=None)
    values: list[Any] = []

    @app.command()
    @expand_options
    def draw(
        context: typer.Context,
        first: Annotated[str, typer.Argument()],
        size: Size,
        *,
        deep: bool = False,
        more: Annotated[int, typer.Option()],
    ) -> None:
        """Draw."""
        values.extend((first, size, deep, more))

    return CliRunner().invoke(app, arguments).output, values


def test_a_command_gets_the_dataclass_of_its_options() -> None:
    _, values = run("a", "--width", "3", "--more", "1")
    assert values == ["a", Size(3), False, 1]
    _, values = run("a", "--width", "3", "--label", "x", "--deep", "--more", "1")
    assert values == ["a", Size(3, "x"), True, 1]


def test_the_fields_stand_in_the_help_where_the_dataclass_stands() -> None:
    shown, _ = run("--help")
    positions = [shown.index(option) for option in ("--width", "--label", "--deep", "--more")]
    assert positions == sorted(positions)
    assert "Draw." in shown and "Cells.  [required]" in shown and "--size" not in shown


def test_a_field_without_a_default_is_required() -> None:
    output, values = run("a", "--more", "1")
    assert "Missing option '--width'" in output and not values


def test_a_group_without_a_command_prints_its_help() -> None:
    group = command_group("Draw shapes.")
    group.command("one")(lambda: print("drawn"))
    runner = CliRunner()
    assert "Draw shapes." in runner.invoke(group, []).stdout
    assert runner.invoke(group, ["one"]).stdout == "drawn\n"


def test_a_file_is_not_replaced_without_force(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    check_not_there(path, False)
    path.touch()
    check_not_there(path, True)
    with pytest.raises(InputError, match="--force"):
        check_not_there(path, False)
