"""Sources of a need on the command line: an argument, stdin, a document, or a sheet of needs."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import print_note
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.needs.need_text import check_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.importing.rows.problem import Problem
    from matcher.types import Need


@dataclass(frozen=True, slots=True)
class NeedSource:
    """Source of the needs of `matcher match`; exactly one of the three is given."""

    need: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NEED",
            help="What is needed, in Chinese or English; - reads it from stdin. Put -- in front of "
            "a text that begins with a dash.",
            show_default=False,
        ),
    ] = None
    file: Annotated[
        Path | None,
        typer.Option(help="Read one need from a .txt or .docx file.", show_default=False),
    ] = None
    needs: Annotated[
        Path | None,
        typer.Option(
            help="Answer every need of a sheet (.xlsx, .csv …; see matcher template needs).",
            show_default=False,
        ),
    ] = None

    def read(self, today: date) -> "list[Need]":
        """Read the needs. Raises InputError for several sources, none, or an empty need."""
        given = (bool(self.need), self.file is not None, self.needs is not None)
        if given.count(True) != 1:
            raise InputError(
                _('give the need in one way: matcher match "NEED", --file FILE, or --needs FILE')
            )
        if self.needs is not None:
            return read_need_sheet(self.needs, today)
        if self.file is not None:
            return _read_document(self.file, today)
        need = _read_text(self.need or [])
        check_text(need.full_text)
        return [need]


def read_need_sheet(sheet: Path, today: date) -> "list[Need]":
    """Read the needs of a sheet and print its problems. Raises InputError where it has no need."""
    from matcher.importing.read_need_document import read_needs

    needs, problems = read_needs(sheet, today)
    _print_problems(problems)
    if not needs:
        raise InputError(
            _("{sheet} holds no need: fill in the sheet of matcher template needs", sheet=sheet)
        )
    return needs


def decoded_argument(argument: str) -> str:
    """Return an argument with its undecoded bytes (lone surrogates) read in another encoding."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return _decoded(argument.encode(errors="surrogateescape"))
    return argument


def _read_text(arguments: list[str]) -> "Need":
    """Read the need without contact data, which is told."""
    from matcher.needs.contact_data import without_contacts
    from matcher.types import Need

    if arguments == ["-"]:
        if sys.stdin is None:
            raise InputError(_("stdin is closed: give the need as an argument or with --file"))
        text = _decoded(sys.stdin.buffer.read())
    else:
        text = " ".join(map(decoded_argument, arguments))
    check_text(text)
    need, taken = without_contacts(Need(text=text))
    if taken:
        print_note(_("Places with contact data taken out of the need: {count}", count=len(taken)))
    return need


def _read_document(file: Path, today: date) -> "list[Need]":
    from matcher.importing.read_need_document import read_need_document

    needs, problems = read_need_document(file, today)
    _print_problems(problems)
    return needs


def _print_problems(problems: "Sequence[Problem]") -> None:
    from matcher.importing.rows.problem import problem_line

    for problem in problems:
        print_note(f"- {problem_line(problem)}")


def _decoded(raw: bytes) -> str:
    """Decode UTF-8 or else GB18030; of text in neither the readable part is kept."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")
